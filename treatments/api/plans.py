"""What is planned for a case: blocks of sessions, and what each is to hold."""

from typing import Any

from rest_framework import serializers

from cases.api.examples import CASE, OTHER, ROW, STAFF, VERSION
from cases.api.nouns import OfCases, case_of
from cases.models import Case
from clinic.api.fields import CountField, FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_flag, by_id
from clinic.api.resources import Act, Addable, Changeable, Detail, Told, pointed_at, same_version
from clinic.api.shapes import CodeField, EtagField, MaybeField, Out
from clinic.models import StaffMember
from treatments.actions.agreements import Agreement
from treatments.actions.blocks import add_block, change_block
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import end_block_early, end_plan, start_plan
from treatments.actions.targets import NewTarget
from treatments.models import Block, Plan

DOSE = {"modality": "IASTM", "numbers": [1, 2, 3, 4, 5], "parameters": {"total_time_min": 10, "tool_type": "CURVED"}}


class DoseIn(StrictSerializer):
    """A modality in sessions of its block; `parameters` are those of the catalogue, quantities are numbers."""

    modality = TextField(max_length=60)
    numbers = serializers.ListField(child=CountField(min_value=1, max_value=30), min_length=1, max_length=30)
    parameters = serializers.DictField(required=False)


class BlockOfPlanIn(StrictSerializer):
    """So many sessions, and what they are to hold."""

    planned = CountField(min_value=1, max_value=30)
    doses = DoseIn(many=True, required=False)


class TargetIn(StrictSerializer):
    """What the plan is meant to move, and where to."""

    measure = TextField(max_length=60)
    context = TextField(max_length=30, required=False)
    side = TextField(max_length=10, required=False)
    value = TextField(max_length=20, required=False, help_text="As it is typed; a grade by its code.")
    due_on = serializers.DateField(required=False, allow_null=True)


class AgreementIn(StrictSerializer):
    """For a higher-risk modality: the consent as it is taken now, or who authorised it without one, and why."""

    modality = TextField(max_length=60)
    form = TextField(max_length=12, required=False)
    given_by = TextField(max_length=15, required=False)
    discussed = TextField(max_length=20000, required=False)
    leaflet = TextField(max_length=200, required=False)
    authorised_by = TextField(max_length=200, required=False)
    because = TextField(max_length=500, required=False)


class PlanIn(StrictSerializer):
    """A plan. What repeats a treatment that did not help is refused (409) until `repeats_accepted` is true."""

    case = IdField()
    blocks = BlockOfPlanIn(many=True)
    protocol = TextField(max_length=60, required=False, allow_null=True)
    repeats_accepted = FlagField(required=False)
    targets = TargetIn(many=True, required=False)
    agreements = AgreementIn(many=True, required=False)

    EXAMPLE = {"case": CASE, "blocks": [{"planned": 5, "doses": [DOSE]}]}


class PlanOut(Out):
    """The plan of a case; its blocks are under `/blocks/`."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    protocol = CodeField(source="protocol_id", allow_null=True)
    started_on = serializers.DateField()
    started_by = serializers.UUIDField(source="started_by_id")
    ended_on = serializers.DateField(allow_null=True)
    ended_because = MaybeField()
    targets = serializers.ListField(child=serializers.DictField())
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "protocol": None,
        "started_on": "2026-09-07",
        "started_by": STAFF,
        "ended_on": None,
        "ended_because": None,
        "targets": [],
        **VERSION,
    }


class WhyIn(StrictSerializer):
    """Why."""

    reason = TextField(max_length=500)

    EXAMPLE = {"reason": "The patient moves away"}


class OfPlans(OfCases):
    """What the list and the one plan have in common."""

    noun, one, scope, detail = "plans", "plan", "plans", "api_plan"
    model, out = Plan, PlanOut


class Plans(OfPlans, Addable):
    """Plans of cases; one runs at a time."""

    into = PlanIn
    filters = {"case": by_id("case_id"), "is_running": by_flag("ended_on__isnull")}
    orderings = ("pk", "started_on", "updated_at")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Plan:
        return start_plan(
            case=case_of(told, by),
            blocks=[PlannedBlock(b["planned"], doses_of(b)) for b in told["blocks"]],
            protocol=told.get("protocol") or "",
            repeats_accepted=told.get("repeats_accepted", False),
            targets=[NewTarget(**target) for target in told.get("targets", [])],
            agreements=[Agreement(**agreed) for agreed in told.get("agreements", [])],
            by=by,
        )


class OnePlan(OfPlans, Detail):
    """One plan."""


class EndPlan(OfPlans, Act):
    """End a plan."""

    into = WhyIn

    def do(self, row: Plan, version: int, told: Told, by: StaffMember) -> Any:
        same_version(row, version)
        return end_plan(plan=row, reason=told["reason"], by=by)


class BlockOut(Out):
    """So many sessions, then a review. `doses` are what is planned, as typed."""

    id = serializers.UUIDField()
    plan = serializers.UUIDField(source="plan_id")
    case = serializers.UUIDField(source="plan.case_id")
    number = serializers.IntegerField()
    planned = serializers.IntegerField(help_text="Sessions.")
    doses = serializers.ListField(child=serializers.DictField(), source="content")
    ended_early_on = serializers.DateField(allow_null=True)
    ended_early_because = MaybeField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "plan": OTHER,
        "case": CASE,
        "number": 1,
        "planned": 5,
        "doses": [DOSE],
        "ended_early_on": None,
        "ended_early_because": None,
        **VERSION,
    }


class BlockIn(StrictSerializer):
    """One more block, of as many sessions as the last, which is number `after`."""

    plan = IdField()
    after = CountField(min_value=1, max_value=20)

    EXAMPLE = {"plan": OTHER, "after": 1}


class BlockPatch(StrictSerializer):
    """How many sessions it has, and all that those still to come are to hold: what is left out is not planned."""

    planned = CountField(min_value=1, max_value=30)
    doses = DoseIn(many=True, required=True)
    repeats_accepted = FlagField(required=False)
    agreements = AgreementIn(many=True, required=False)

    EXAMPLE = {"planned": 6, "doses": [DOSE]}


class OfBlocks(OfCases):
    """What the list and the one block have in common."""

    noun, one, scope, detail = "blocks", "block", "plans", "api_block"
    model, out = Block, BlockOut
    case, patient = "plan__case", "plan__case__patient"


class Blocks(OfBlocks, Addable):
    """Blocks of plans."""

    can_be_late = True
    into = BlockIn
    filters = {"plan": by_id("plan_id"), "case": by_id("plan__case_id")}
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Block:
        plan = pointed_at(Plan.objects.filter(case__in=Case.objects.visible_to(by)), told["plan"], "plan")
        return add_block(plan=plan, after=told["after"], by=by)


class OneBlock(OfBlocks, Changeable):
    """One block; what its coming sessions hold can be said anew."""

    patch_with = BlockPatch

    def change(self, row: Block, version: int, told: Told, by: StaffMember) -> Block:
        return change_block(
            block=row,
            version=version,
            planned=told.get("planned", row.planned),
            doses=doses_of(told),
            repeats_accepted=told.get("repeats_accepted", False),
            agreements=[Agreement(**agreed) for agreed in told.get("agreements", [])],
            by=by,
        )


class EndBlock(OfBlocks, Act):
    """End a block before its sessions are held: its review is due."""

    into = WhyIn

    def do(self, row: Block, version: int, told: Told, by: StaffMember) -> Any:
        same_version(row, version)
        return end_block_early(block=row, reason=told["reason"], by=by)


def doses_of(told: Told) -> tuple[PlannedDose, ...]:
    return tuple(
        PlannedDose(dose["modality"], tuple(dose["numbers"]), dict(dose.get("parameters", {})))
        for dose in told.get("doses", [])
    )
