"""What is planned for a case: blocks of sessions, what each is to hold, and the review after each block."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cases.models import Case, ImagingRequest
from clinic.models import StaffMember
from clinic.models.records import Entry, Record
from treatments.models.modalities import Modality
from treatments.models.programmes import Protocol
from treatments.rules import protocol


class Plan(Record):
    """The plan of a case; at most one runs at a time."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans")
    protocol = models.ForeignKey(
        Protocol, models.PROTECT, to_field="key", db_column="protocol_key", null=True, blank=True, related_name="+"
    )
    started_on = models.DateField()
    started_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True, default="")
    # What it is meant to move: {measure, key, context, side, value, due_on}; value and day as text, "" where open.
    targets = models.JSONField(default=list, blank=True)

    PERSONAL = frozenset({"protocol", "started_on", "ended_on", "ended_because", "targets"})
    PLAIN = frozenset({"case", "started_by"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on=None), name="plan_of_a_case_is_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_because="") | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
                name="plan_that_ended_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.protocol.label if self.protocol else "Plan"


class Block(Record):
    """So many sessions, then a review. `content` is a list of {modality, numbers, parameters}, doses as typed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="blocks")
    number = models.PositiveSmallIntegerField()
    planned = models.PositiveSmallIntegerField()
    content = models.JSONField(default=list, blank=True)
    ended_early_on = models.DateField(null=True, blank=True)
    ended_early_because = models.CharField(max_length=500, blank=True, default="")

    PERSONAL = frozenset({"content", "ended_early_on", "ended_early_because"})
    PLAIN = frozenset({"plan", "number", "planned"})

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="block_has_its_own_number"),
            models.CheckConstraint(condition=Q(planned__range=(1, 30)), name="block_has_1_to_30_sessions"),
            models.CheckConstraint(condition=Q(number__range=(1, 20)), name="block_number_is_1_to_20"),
            models.CheckConstraint(
                condition=Q(ended_early_on=None, ended_early_because="")
                | (Q(ended_early_on__isnull=False) & ~Q(ended_early_because="")),
                name="block_that_ended_early_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.number}"

    @property
    def is_reviewed(self) -> bool:
        """Closed by a review; one that asks for a picture or refers leaves the block open. Reads `reviews.all()`."""
        return any(review.closes for review in self.reviews.all())

    def as_rule(self) -> protocol.Block:
        return protocol.Block(self.number, self.planned, self.is_reviewed, self.ended_early_on is not None)

    def of_session(self, number: int) -> list[dict[str, Any]]:
        """What is planned for a session of the block."""
        return [each for each in self.content if number in each["numbers"]]


class Decision(models.TextChoices):
    CONTINUE = "CONTINUE", "continue"
    CHANGE_DOSE = "CHANGE_DOSE", "change the dose"
    CHANGE_MODALITY = "CHANGE_MODALITY", "change the treatment"
    IMAGE = "IMAGE", "take a picture"
    REFER = "REFER", "refer"
    DISCHARGE = "DISCHARGE", "discharge"


class Review(Entry):
    """The decision after a block, with the figures it rests on as they stood. Signed as it is made."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=20, choices=Decision)
    reason = models.TextField()
    # treatments.queries.plans.Finding as it was
    findings = models.JSONField(default=list)
    # treatments.queries.adherence.Adherence as it was; empty on what was signed before this was kept
    adherence = models.JSONField(default=dict, blank=True)
    decided_on = models.DateField()
    signed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    signed_hcpc = models.CharField(max_length=8, blank=True, default="")

    PERSONAL = frozenset({"decision", "reason", "findings", "adherence", "decided_on"})
    PLAIN = frozenset({"block", "signed_by", "signed_name", "signed_hcpc"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="review_gives_its_reason"),
            models.UniqueConstraint(
                fields=["block"], condition=~Q(decision__in=["IMAGE", "REFER"]), name="block_is_closed_by_one_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id} {self.decision}"

    @property
    def is_late_entry(self) -> bool:
        """Signed on a later day than it was decided."""
        return self.created_at.date() > self.decided_on

    @property
    def closes(self) -> bool:
        return self.decision not in (Decision.IMAGE, Decision.REFER)


class PlanAuthorisation(Entry):
    """Who agreed that a higher-risk treatment is planned without the patient's consent, and why; as it was written."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="authorisations")
    modality = models.ForeignKey(Modality, models.PROTECT, to_field="key", db_column="modality_key", related_name="+")
    authorised_by = models.CharField(max_length=200)
    because = models.CharField(max_length=500)
    noted_on = models.DateField()
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"modality", "authorised_by", "because", "noted_on"})
    PLAIN = frozenset({"plan", "noted_by"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(authorised_by="") & ~Q(because=""), name="plan_authorisation_says_who_and_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.modality_id}: {self.authorised_by}"


class PlannedPicture(Entry):
    """A picture that the plan asks for; `after` is the block whose end it waits for, where one is named."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="pictures")
    request = models.OneToOneField(ImagingRequest, models.PROTECT, related_name="planned_in")
    after = models.ForeignKey(Block, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"plan", "request", "after"})

    def __str__(self) -> str:
        return f"{self.request_id} in {self.plan_id}"
