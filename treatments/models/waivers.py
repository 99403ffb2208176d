"""What is waived beforehand: asked for by one person, answered by the lead, taken back; none of it is changed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from cases.models import Case, Injury
from clinic.models import StaffMember
from clinic.models.records import Entry
from clinic.rules.permissions import Permission
from treatments.models.modalities import Modality
from treatments.rules import waivers
from treatments.rules.waivers import LONGEST_DAYS


class WaiverRequestQuerySet(models.QuerySet["WaiverRequest"]):
    """Subsets of requests in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> WaiverRequestQuerySet:
        """Those of the cases that this person may read."""
        if not staff.may(Permission.CASE_READ):
            return self.none()
        return self.filter(case__in=Case.objects.visible_to(staff))

    def waiting(self) -> WaiverRequestQuerySet:
        return self.filter(answer=None)

    def in_force(self, day: date) -> WaiverRequestQuerySet:
        """Those that were granted, for a day, and not taken back by then."""
        granted = self.filter(answer__is_granted=True, answer__valid_from__lte=day, answer__valid_until__gte=day)
        return granted.filter(Q(answer__withdrawal=None) | Q(answer__withdrawal__withdrawn_on__gt=day))


class WaiverRequest(Entry):
    """One person asks that a treatment which is blocked for an injury may be given.

    `matches` are the rules that hold it back as they stood: {rule, says, outcome, source, certainty}.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="waiver_requests")
    injury = models.ForeignKey(Injury, models.PROTECT, related_name="+")
    modality = models.ForeignKey(Modality, models.PROTECT, to_field="key", db_column="modality_key", related_name="+")
    reason = models.CharField(max_length=1000)
    matches = models.JSONField(default=list)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="waivers_asked")
    asked_name = models.CharField(max_length=200)
    asked_hcpc = models.CharField(max_length=8, blank=True, default="")

    objects = WaiverRequestQuerySet.as_manager()
    PERSONAL = frozenset({"modality", "reason", "matches", "asked_on"})
    PLAIN = frozenset({"case", "injury", "asked_by", "asked_name", "asked_hcpc"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_is_asked_with_a_reason"),
            models.CheckConstraint(condition=~Q(matches=[]), name="waiver_is_asked_for_rules_that_match"),
        ]

    def __str__(self) -> str:
        return f"{self.modality_id} for {self.injury_id}"

    @property
    def blocking(self) -> frozenset[str]:
        """The keys of the rules that blocked when it was asked."""
        return frozenset(m["rule"] for m in self.matches if m["outcome"] == "BLOCKED")

    @property
    def answered(self) -> Waiver | None:
        return getattr(self, "answer", None)

    def as_rule(self) -> waivers.Waiver | None:
        """What was granted; None where nothing was."""
        told = self.answered
        if told is None or not told.is_granted or told.valid_from is None or told.valid_until is None:
            return None
        return waivers.Waiver(self.blocking, told.valid_from, told.valid_until, told.withdrawn_on)


class Waiver(Entry):
    """The answer of a clinical lead: granted from day to day, or not. `is_alone`: there was no second person."""

    request = models.OneToOneField(WaiverRequest, models.PROTECT, related_name="answer")
    is_granted = models.BooleanField()
    words = models.CharField(max_length=1000, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    is_alone = models.BooleanField(default=False)
    answered_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    answered_name = models.CharField(max_length=200)
    answered_hcpc = models.CharField(max_length=8, blank=True, default="")

    PERSONAL = frozenset({"is_granted", "words", "valid_from", "valid_until"})
    PLAIN = frozenset({"request", "is_alone", "answered_by", "answered_name", "answered_hcpc"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_granted=True, valid_from__isnull=False, valid_until__isnull=False)
                | (Q(is_granted=False, valid_from=None, valid_until=None) & ~Q(words="")),
                name="waiver_that_is_granted_ends_and_one_that_is_not_says_why",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from"))
                & Q(valid_until__lte=F("valid_from") + timedelta(days=LONGEST_DAYS)),
                name="waiver_holds_for_at_most_90_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {'granted' if self.is_granted else 'declined'}"

    @property
    def withdrawn_on(self) -> date | None:
        withdrawal = getattr(self, "withdrawal", None)
        return withdrawal.withdrawn_on if withdrawal else None


class WaiverWithdrawal(Entry):
    """A waiver was taken back: from that day on it holds no more."""

    waiver = models.OneToOneField(Waiver, models.PROTECT, related_name="withdrawal")
    withdrawn_on = models.DateField()
    reason = models.CharField(max_length=500)
    withdrawn_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    withdrawn_name = models.CharField(max_length=200)

    PERSONAL = frozenset({"withdrawn_on", "reason"})
    PLAIN = frozenset({"waiver", "withdrawn_by", "withdrawn_name"})

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="waiver_is_taken_back_with_a_reason")]

    def __str__(self) -> str:
        return f"{self.waiver_id} {self.withdrawn_on}"


class WaiverSeen(Entry):
    """Whoever asked has seen the answer."""

    waiver = models.OneToOneField(Waiver, models.PROTECT, related_name="seen")
    seen_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PLAIN = frozenset({"waiver", "seen_by"})

    def __str__(self) -> str:
        return f"{self.waiver_id} seen"
