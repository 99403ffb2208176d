"""What was given and measured in a visit: written when it is signed, corrected by rows that come with an addendum."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases.models.cases import Case
from cases.models.injuries import Injury, Side
from clinic.models.records import Entry
from treatments.models.devices import Device
from treatments.models.measures import Measure
from treatments.models.modalities import Modality
from treatments.models.sessions import IN_ERROR, Session


class PartQuerySet(models.QuerySet[Any]):
    """What belongs to sessions."""

    def in_force(self) -> PartQuerySet:
        """What counts: of sessions that were not entered in error."""
        return self.exclude(session__addenda__kind=IN_ERROR)


class ValueQuerySet(PartQuerySet):
    """Values that were signed in a session, some of them corrected since."""

    def in_force(self) -> ValueQuerySet:
        """What counts: the last word on each, of sessions that were not entered in error."""
        return self.latest().exclude(session__addenda__kind=IN_ERROR)

    def latest(self) -> ValueQuerySet:
        """The last word on each, of whichever sessions."""
        return self.filter(~Exists(self.model._base_manager.filter(corrects=OuterRef("pk"))))


class Application(Entry):
    """One modality in one visit, given or not, with its dose in the device's own units.

    A correction is a row of its own, which comes with an addendum and names the row that it replaces.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="applications")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    modality = models.ForeignKey(Modality, models.PROTECT, to_field="key", db_column="modality_key", related_name="+")
    injury = models.ForeignKey(Injury, models.PROTECT, null=True, blank=True, related_name="+")
    was_given = models.BooleanField(default=True)
    not_given_because = models.CharField(max_length=500, blank=True, default="")
    parameters = models.JSONField(default=dict)
    skin_reaction = models.CharField(max_length=12, blank=True, default="")
    tolerance = models.CharField(max_length=8, blank=True, default="")
    note = models.TextField(blank=True, default="")
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="+")
    addendum = models.ForeignKey(
        "treatments.Addendum", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    objects = ValueQuerySet.as_manager()
    PERSONAL = frozenset(
        {"modality", "injury", "was_given", "not_given_because", "parameters", "skin_reaction", "tolerance", "note"}
    )
    PLAIN = frozenset({"session", "case", "position", "device", "addendum", "corrects"})

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"],
                condition=Q(corrects=None),
                name="application_has_its_own_place",
            ),
            models.UniqueConstraint(fields=["id", "session"], name="application_is_of_its_session"),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(addendum__isnull=False),
                name="application_is_corrected_by_an_addendum",
            ),
            models.CheckConstraint(
                condition=(Q(was_given=True, not_given_because=""))
                | (Q(was_given=False, parameters={}) & ~Q(not_given_because="")),
                name="application_not_given_says_why_and_has_no_dose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modality_id} in {self.session_id}"


class Moment(models.TextChoices):
    BEFORE = "BEFORE", "before treatment"
    AFTER = "AFTER", "after treatment"


class MeasurementQuerySet(ValueQuerySet):
    """Measurements, without those of which a correction says that they were not taken."""

    def latest(self) -> MeasurementQuerySet:
        return super().latest().filter(value__isnull=False)  # type: ignore[return-value]


class Measurement(Entry):
    """A measure taken at a visit. It carries the limits of its definition, so that a CHECK can compare.

    A correction is a row of its own, which comes with an addendum and names the row that it replaces.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="measurements")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    measure = models.ForeignKey(
        Measure, models.PROTECT, to_field="key", db_column="measure_key", db_index=False, related_name="+"
    )
    measure_code = models.CharField(max_length=60)
    context = models.CharField(max_length=30, blank=True, default="")
    side = models.CharField(
        max_length=10, choices=[(s, s.label) for s in Side if s != Side.BILATERAL], blank=True, default=""
    )
    moment = models.CharField(max_length=10, choices=Moment, default=Moment.BEFORE)
    # Empty only in a correction: it was not measured.
    value = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    hard_min = models.DecimalField(max_digits=10, decimal_places=3)
    hard_max = models.DecimalField(max_digits=10, decimal_places=3)
    addendum = models.ForeignKey(
        "treatments.Addendum", models.PROTECT, null=True, blank=True, related_name="measurements"
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    objects = MeasurementQuerySet.as_manager()
    PERSONAL = frozenset({"measure", "measure_code", "context", "side", "moment", "value"})
    PLAIN = frozenset({"session", "case", "hard_min", "hard_max", "addendum", "corrects"})

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "measure_code", "context", "side", "moment"],
                condition=Q(corrects=None),
                name="measurement_is_taken_once",
            ),
            models.UniqueConstraint(fields=["id", "session"], name="measurement_is_of_its_session"),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(addendum__isnull=False),
                name="measurement_is_corrected_by_an_addendum",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(corrects__isnull=False), name="measurement_has_a_value"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=F("hard_min"), value__lte=F("hard_max")),
                name="measurement_lies_within_the_limits_of_its_measure",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["", Side.LEFT, Side.RIGHT, Side.MIDLINE]), name="measurement_is_of_one_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.value}"
