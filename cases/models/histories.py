"""What was tried before us, or elsewhere."""

from django.db import models
from django.db.models import Q

from cases.models import imprecise
from cases.models.cases import Case
from cases.models.catalogues import PriorTreatmentKind
from cases.rules.imprecise_dates import ImpreciseDate
from clinic.models.records import Record


class Benefit(models.TextChoices):
    NONE = "NONE", "no benefit"
    SHORT = "SHORT", "short benefit"
    PARTIAL = "PARTIAL", "partial benefit"
    LASTING = "LASTING", "lasting benefit"
    WORSE = "WORSE", "worse"
    UNKNOWN = "UNKNOWN", "benefit not known"


class PriorTreatment(Record):
    """A treatment elsewhere: data, not text, so that a plan that repeats it can say so."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="prior_treatments")
    kind = models.ForeignKey(PriorTreatmentKind, models.PROTECT, to_field="key", db_column="kind_key", related_name="+")
    detail = models.CharField(max_length=200, blank=True, default="")
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    dose = models.CharField(max_length=200, blank=True, default="")
    started_on = models.DateField(null=True, blank=True)
    started_precision = imprecise.precision_field()
    ended_on = models.DateField(null=True, blank=True)
    ended_precision = imprecise.precision_field()
    provider = models.CharField(max_length=200, blank=True, default="")
    benefit = models.CharField(max_length=10, choices=Benefit, default=Benefit.UNKNOWN)
    # Where it is known by domain: empty is not known.
    benefit_pain = models.CharField(max_length=10, choices=Benefit, blank=True, default="")
    benefit_range = models.CharField(max_length=10, choices=Benefit, blank=True, default="")
    benefit_flexibility = models.CharField(max_length=10, choices=Benefit, blank=True, default="")

    PERSONAL = frozenset(
        {
            "kind",
            "detail",
            "sessions",
            "dose",
            "started_on",
            "started_precision",
            "ended_on",
            "ended_precision",
            "provider",
            "benefit",
            "benefit_pain",
            "benefit_range",
            "benefit_flexibility",
        }
    )
    PLAIN = frozenset({"case"})

    class Meta:
        ordering = ["started_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sessions=None) | Q(sessions__range=(1, 500)), name="prior_treatment_has_1_to_500_sessions"
            ),
            imprecise.known_together(
                "started_on", "started_precision", "prior_treatment_start_and_precision_go_together"
            ),
            imprecise.known_together("ended_on", "ended_precision", "prior_treatment_end_and_precision_go_together"),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(started_on=None)
                | Q(ended_on__gte=models.F("started_on"))
                | ~Q(ended_precision="DAY"),
                name="prior_treatment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.detail or self.kind.label

    @property
    def by_domain(self) -> list[tuple[str, str]]:
        """("pain", "short benefit") for each domain of which something is known."""
        named = (
            ("pain", self.get_benefit_pain_display()),
            ("range", self.get_benefit_range_display()),
            ("flexibility", self.get_benefit_flexibility_display()),
        )
        return [(domain, told) for domain, told in named if told]

    @property
    def started(self) -> ImpreciseDate | None:
        return imprecise.read(self, "started")

    @property
    def ended(self) -> ImpreciseDate | None:
        return imprecise.read(self, "ended")
