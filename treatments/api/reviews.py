"""The decision after a block, with the figures it rests on."""

from rest_framework import serializers

from cases.api.examples import CASE, OTHER, ROW, STAFF
from cases.api.nouns import OfCases
from cases.models import Case
from clinic.api.fields import IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_day, by_id
from clinic.api.resources import Addable, Detail, Told, pointed_at
from clinic.api.shapes import MaybeField, Out
from clinic.models import StaffMember
from treatments.actions.plans import review_block
from treatments.models import Block, Decision, Review


class ReviewIn(StrictSerializer):
    """What comes next, and why; signed as it is made, with the figures as they stand."""

    block = IdField()
    decision = serializers.ChoiceField(Decision.choices)
    reason = TextField(max_length=20000)

    EXAMPLE = {"block": OTHER, "decision": "CONTINUE", "reason": "VISA-A is up by more than its error"}


class ReviewOut(Out):
    """A signed review of a block."""

    id = serializers.UUIDField()
    block = serializers.UUIDField(source="block_id")
    case = serializers.UUIDField(source="block.plan.case_id")
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField()
    findings = serializers.ListField(child=serializers.DictField(), help_text="The measures as they stood.")
    adherence = serializers.DictField(help_text="What was done of the plan and of the exercises for home.")
    decided_on = serializers.DateField()
    signed_by = serializers.UUIDField(source="signed_by_id")
    signed_name = serializers.CharField()
    signed_hcpc = MaybeField(help_text="Number in the register.")
    signed_at = serializers.DateTimeField(source="created_at")

    EXAMPLE = {
        "id": ROW,
        "block": OTHER,
        "case": CASE,
        "decision": "CONTINUE",
        "reason": "VISA-A is up by more than its error",
        "findings": [],
        "adherence": {},
        "decided_on": "2026-10-05",
        "signed_by": STAFF,
        "signed_name": "Giulia Renna",
        "signed_hcpc": None,
        "signed_at": "2026-10-05T16:20:00Z",
    }


class OfReviews(OfCases):
    """What the list and the one review have in common."""

    noun, one, scope, detail = "reviews", "review", "plans", "api_review"
    model, out = Review, ReviewOut
    case, patient = "block__plan__case", "block__plan__case__patient"


class Reviews(OfReviews, Addable):
    """Decisions after blocks."""

    scopes = {"GET": "plans:read", "POST": "reviews:sign"}
    into = ReviewIn
    filters = {
        "case": by_id("block__plan__case_id"),
        "block": by_id("block_id"),
        "decision": by_choice("decision", Decision.values),
        "decided_on_after": by_day("decided_on__gt"),
    }
    orderings = ("pk", "decided_on")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Review:
        rows = Block.objects.filter(plan__case__in=Case.objects.visible_to(by)).select_related("plan__case")
        block = pointed_at(rows, told["block"], "block")
        return review_block(block=block, decision=told["decision"], reason=told["reason"], by=by)


class OneReview(OfReviews, Detail):
    """One review."""
