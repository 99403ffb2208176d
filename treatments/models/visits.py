"""What else belongs to a visit: how it was since the last one, exercises for home, what went wrong, what was waived."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models import Case
from clinic.models.records import Entry, Record
from treatments.models.modalities import Modality
from treatments.models.sessions import Session
from treatments.models.values import Application, PartQuerySet
from treatments.models.waivers import Waiver


class Response(models.TextChoices):
    USUAL = "USUAL", "as usual"
    BETTER = "BETTER", "better"
    WORSE = "WORSE", "worse"


class SinceLast(Entry):
    """How it was after an earlier session, learnt at this one: the next morning, the skin, a flare."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="since_last")
    about = models.ForeignKey(Session, models.PROTECT, related_name="told_later")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    response = models.CharField(max_length=10, choices=Response, blank=True, default="")
    # Worst on the next morning, NPRS 0 to 10.
    pain = models.PositiveSmallIntegerField(null=True, blank=True)
    skin_reaction = models.CharField(max_length=12, blank=True, default="")
    was_flare = models.BooleanField(default=False)
    # How much of the exercises for home was done; null: not asked.
    adherence_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = PartQuerySet.as_manager()
    PERSONAL = frozenset({"response", "pain", "skin_reaction", "was_flare", "adherence_percent", "note"})
    PLAIN = frozenset({"session", "about", "case"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pain=None) | Q(pain__lte=10), name="pain_of_the_next_morning_is_0_to_10"
            ),
            models.CheckConstraint(
                condition=Q(adherence_percent=None) | Q(adherence_percent__lte=100),
                name="exercises_done_are_0_to_100_percent",
            ),
            models.CheckConstraint(condition=~Q(session=F("about")), name="what_was_since_is_about_an_earlier_session"),
        ]

    def __str__(self) -> str:
        return f"{self.about_id} {self.response}"


class HomeExercise(Entry):
    """An exercise to do at home, as it was given at a visit. Loads in kg or as repetition maximum (RM)."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="exercises")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    sets = models.PositiveSmallIntegerField(null=True, blank=True)
    reps = models.PositiveSmallIntegerField(null=True, blank=True)
    load_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    load_rm = models.PositiveSmallIntegerField(null=True, blank=True)
    times_a_week = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = PartQuerySet.as_manager()
    PERSONAL = frozenset({"name", "sets", "reps", "load_kg", "load_rm", "times_a_week", "note"})
    PLAIN = frozenset({"session", "case", "position"})

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="exercise_has_its_own_place"),
            models.CheckConstraint(condition=~Q(name=""), name="exercise_has_a_name"),
            models.CheckConstraint(
                condition=(Q(sets=None) | Q(sets__range=(1, 20)))
                & (Q(reps=None) | Q(reps__range=(1, 200)))
                & (Q(load_kg=None) | Q(load_kg__range=(0, 500)))
                & (Q(load_rm=None) | Q(load_rm__range=(1, 30)))
                & (Q(times_a_week=None) | Q(times_a_week__range=(1, 21))),
                name="exercise_lies_within_its_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Severity(models.TextChoices):
    MILD = "MILD", "mild"
    MODERATE = "MODERATE", "moderate"
    SEVERE = "SEVERE", "severe"


class AdverseEvent(Record):
    """Something that went wrong in the course of a case; `suspected` is what may have caused it. It may be resolved."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="adverse_events")
    session = models.ForeignKey(Session, models.PROTECT, related_name="adverse_events")
    what = models.CharField(max_length=500)
    severity = models.CharField(max_length=10, choices=Severity)
    onset_on = models.DateField()
    suspected = models.ForeignKey(
        Modality, models.PROTECT, to_field="key", db_column="modality_key", null=True, blank=True, related_name="+"
    )
    told = models.CharField(max_length=500, blank=True, default="")
    resolved_on = models.DateField(null=True, blank=True)

    objects = PartQuerySet.as_manager()
    PERSONAL = frozenset({"what", "severity", "onset_on", "suspected", "told", "resolved_on"})
    PLAIN = frozenset({"case", "session"})

    class Meta:
        ordering = ["onset_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="adverse_event_says_what"),
            models.CheckConstraint(
                condition=Q(resolved_on=None) | Q(resolved_on__gte=F("onset_on")),
                name="adverse_event_is_resolved_after_its_onset",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class AgainstQuerySet(PartQuerySet):
    """Of treatments that were corrected since, what the correction kept."""

    def in_force(self) -> AgainstQuerySet:
        return super().in_force().filter(application__corrected_by=None)


class GivenAgainst(Entry):
    """A treatment that was given though the screening holds it back: why, who was told, what happened.

    `matches` are the rules as they stood, frozen: {rule, says, outcome}; also "no consent" where that was missing.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="against")
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="given_against")
    demand = models.CharField(max_length=15)
    because = models.CharField(max_length=500)
    told = models.CharField(max_length=500, blank=True, default="")
    happened = models.CharField(max_length=500, blank=True, default="")
    matches = models.JSONField(default=list)
    # Where the lead waived beforehand what blocked it.
    waiver = models.ForeignKey(Waiver, models.PROTECT, null=True, blank=True, related_name="used_in")

    objects = AgainstQuerySet.as_manager()
    PERSONAL = frozenset({"demand", "because", "told", "happened", "matches"})
    PLAIN = frozenset({"application", "session", "case", "waiver"})

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(because=""), name="given_against_says_why"),
            models.CheckConstraint(
                condition=Q(demand="REASON")
                | Q(demand="WAIVED", waiver__isnull=False)
                | (Q(demand="AUTHORISATION") & ~Q(told=""))
                | (Q(demand="AGAINST") & ~Q(told="") & ~Q(happened="")),
                name="given_against_says_who_was_told_and_what_happened",
            ),
            models.CheckConstraint(
                condition=Q(waiver=None) | ~Q(demand="AGAINST"), name="what_was_waived_is_not_given_against"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.demand}"
