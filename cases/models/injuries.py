"""What is wrong, and where."""

from django.db import models
from django.db.models import Q

from cases.models.cases import Case
from cases.models.catalogues import BodyRegion, Pathology, Structure, Term
from clinic.models.records import Entry, Record
from clinic.models.staff import StaffMember


class InjuryKind(models.TextChoices):
    CALCIFICATION = "CALCIFICATION", "calcification"
    ADHESION = "ADHESION", "adhesion"
    OTHER = "OTHER", "other"


class Side(models.TextChoices):
    LEFT = "LEFT", "left"
    RIGHT = "RIGHT", "right"
    BILATERAL = "BILATERAL", "both sides"
    MIDLINE = "MIDLINE", "midline"


class Injury(Record):
    """One thing that is wrong. A diagnosis in words, a region and a side are enough."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="injuries")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=15, choices=InjuryKind)
    pathology = models.ForeignKey(
        Pathology, models.PROTECT, to_field="key", db_column="pathology_key", null=True, blank=True, related_name="+"
    )
    diagnosis = models.CharField(max_length=300, blank=True, default="")
    region = models.ForeignKey(BodyRegion, models.PROTECT, to_field="key", db_column="region_key", related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    structure = models.ForeignKey(
        Structure, models.PROTECT, to_field="key", db_column="structure_key", null=True, blank=True, related_name="+"
    )
    zone = models.ForeignKey(
        Term, models.PROTECT, to_field="key", db_column="zone_key", null=True, blank=True, related_name="+"
    )
    mechanism = models.ForeignKey(
        Term, models.PROTECT, to_field="key", db_column="mechanism_key", null=True, blank=True, related_name="+"
    )
    icd10 = models.CharField(max_length=10, blank=True, default="")

    PERSONAL = frozenset(
        {"kind", "pathology", "diagnosis", "region", "side", "structure", "zone", "mechanism", "icd10"}
    )
    PLAIN = frozenset({"case", "position"})

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(diagnosis="") | Q(pathology__isnull=False), name="injury_says_what_it_is"
            ),
            models.UniqueConstraint(fields=["id", "case"], name="injury_is_of_its_case"),
            models.UniqueConstraint(fields=["case", "position"], name="injury_has_its_own_place"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name}"

    @property
    def name(self) -> str:
        return self.diagnosis or (self.pathology.label if self.pathology else "")

    @property
    def where(self) -> str:
        return f"{self.get_side_display()} {self.region.label.lower()}"


class InjuryPhase(Entry):
    """The phase of an injury as somebody judged it on a day; the latest counts."""

    injury = models.ForeignKey(Injury, models.PROTECT, related_name="phases")
    phase = models.ForeignKey(Term, models.PROTECT, to_field="key", db_column="phase_key", related_name="+")
    noted_on = models.DateField()
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"phase", "noted_on", "noted_by"})
    PLAIN = frozenset({"injury"})

    class Meta:
        ordering = ["noted_on", "id"]

    def __str__(self) -> str:
        return f"{self.injury_id} {self.phase_id}"
