"""What was read on a picture: deposits with their sizes, grades of classifications."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models.cases import Case
from cases.models.catalogues import Classification, Structure
from cases.models.imaging import ImagingResult, term
from cases.models.injuries import Injury
from cases.rules.deposits import Study
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class Origin(models.TextChoices):
    """Who found it: the reporter's words and ours are never one number."""

    REPORTED = "REPORTED", "as reported"
    MEASURED = "MEASURED", "measured by us"


class Deposit(Entry):
    """A calcific deposit, the same thing over studies: D1, D2 …"""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deposits")
    injury = models.ForeignKey(Injury, models.PROTECT, related_name="deposits")
    label = models.CharField(max_length=4)
    structure = models.ForeignKey(
        Structure, models.PROTECT, to_field="key", db_column="structure_key", null=True, blank=True, related_name="+"
    )

    PERSONAL = frozenset({"structure"})
    PLAIN = frozenset({"case", "injury", "label"})

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["case", "label"], name="deposit_label_is_unique_in_its_case"),
            models.CheckConstraint(condition=Q(label__regex=r"^D[1-9][0-9]?$"), name="deposit_label_is_d_and_a_number"),
        ]

    def __str__(self) -> str:
        return self.label


class ImagingReading(Entry):
    """What somebody read on a study, signed as it is made. A correction is a new reading that takes its place."""

    result = models.ForeignKey(ImagingResult, models.PROTECT, related_name="readings")
    origin = models.CharField(max_length=10, choices=Origin)
    calibration = term("calibration_key")
    error_percent = models.DecimalField(max_digits=4, decimal_places=1, default=10)
    note = models.TextField(blank=True, default="")
    read_on = models.DateField()
    signed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    signed_hcpc = models.CharField(max_length=8, blank=True, default="")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    replaces_because = models.CharField(max_length=500, blank=True, default="")
    # The transaction that made it: what was read comes with it, or not at all.
    made_in = models.BigIntegerField(db_default=models.Func(function="txid_current"), editable=False)

    PERSONAL = frozenset({"note", "read_on", "replaces_because", "error_percent"})
    PLAIN = frozenset(
        {"result", "origin", "calibration", "signed_by", "signed_name", "signed_hcpc", "replaces", "made_in"}
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(error_percent__gte=1, error_percent__lte=50), name="reading_error_is_1_to_50_percent"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, replaces_because="") | (Q(replaces__isnull=False) & ~Q(replaces_because="")),
                name="reading_that_replaces_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.origin}"


class DepositMeasurement(Entry):
    """One deposit on one study: lengths in mm, area in mm² where the picture is calibrated and in pixels where not."""

    reading = models.ForeignKey(ImagingReading, models.PROTECT, related_name="measurements")
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="measurements")
    is_calibrated = models.BooleanField()
    is_visible = models.BooleanField(default=True)
    length_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    width_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    thickness_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    area_mm2 = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    area_px = models.DecimalField(max_digits=12, decimal_places=1, null=True, blank=True)

    PERSONAL = frozenset({"is_visible", "length_mm", "width_mm", "thickness_mm", "area_mm2", "area_px"})
    PLAIN = frozenset({"reading", "deposit", "is_calibrated"})

    class Meta:
        ordering = ["deposit__label"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "deposit"], name="deposit_is_read_once_in_a_reading"),
            models.CheckConstraint(
                condition=Q(length_mm=None) | Q(length_mm__range=("0.3", "300")), name="deposit_length_is_possible"
            ),
            models.CheckConstraint(
                condition=Q(width_mm=None) | Q(width_mm__range=("0.3", "150")), name="deposit_width_is_possible"
            ),
            models.CheckConstraint(
                condition=Q(thickness_mm=None) | Q(thickness_mm__range=("0.3", "150")),
                name="deposit_thickness_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(area_mm2=None) | Q(area_mm2__range=("0.1", "30000")), name="deposit_area_is_possible"
            ),
            models.CheckConstraint(
                condition=Q(area_px=None) | Q(area_px__range=("1", "100000000")), name="deposit_pixels_are_possible"
            ),
            models.CheckConstraint(
                condition=Q(width_mm=None) | Q(length_mm=None) | Q(width_mm__lte=F("length_mm")),
                name="deposit_is_not_wider_than_long",
            ),
            models.CheckConstraint(
                condition=Q(is_calibrated=True) | Q(length_mm=None, width_mm=None, thickness_mm=None, area_mm2=None),
                name="deposit_has_millimetres_only_where_calibrated",
            ),
            models.CheckConstraint(
                condition=Q(is_visible=True)
                | Q(length_mm=None, width_mm=None, thickness_mm=None, area_mm2=None, area_px=None),
                name="deposit_that_is_gone_has_no_size",
            ),
            models.CheckConstraint(
                condition=Q(is_visible=False)
                | Q(length_mm__isnull=False)
                | Q(width_mm__isnull=False)
                | Q(area_mm2__isnull=False)
                | Q(area_px__isnull=False),
                name="deposit_that_is_seen_has_some_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} in {self.reading_id}"

    def as_study(self) -> Study:
        """What the rule of change needs; the reading with its result and calibration must be there."""
        result = self.reading.result
        return Study(
            on=result.taken_on,
            modality=result.modality.code,
            view=result.view.code if result.view else "",
            side=result.side,
            calibration=self.reading.calibration.code,
            area_mm2=self.area_mm2,
            area_px=self.area_px,
            length_mm=self.length_mm,
            is_visible=self.is_visible,
        )


class ImagingGrade(Entry):
    """A grade of a classification, given in a reading."""

    reading = models.ForeignKey(ImagingReading, models.PROTECT, related_name="grades")
    classification = models.ForeignKey(
        Classification, models.PROTECT, to_field="key", db_column="classification_key", related_name="+"
    )
    grade = models.CharField(max_length=60)
    deposit = models.ForeignKey(Deposit, models.PROTECT, null=True, blank=True, related_name="grades")

    PERSONAL = frozenset({"classification", "grade"})
    PLAIN = frozenset({"reading", "deposit"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "classification", "deposit"],
                nulls_distinct=False,
                name="classification_is_graded_once_in_a_reading",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        grades = {g["code"]: g["label"] for g in self.classification.content.get("grades", ())}
        return f"{self.classification.label}: {grades.get(self.grade, self.grade)}"
