from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, RowChange, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_signed_session, signed_sessions, site_of, staff
from treatments.actions.agreements import CONSENT_MISSING
from treatments.actions.blocks import add_block, change_block
from treatments.actions.discharges import discharge_case
from treatments.actions.planning import REPEATS, PlannedBlock, PlannedDose
from treatments.actions.plans import end_block_early, end_plan, review_block, start_plan
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import Block, ContraindicationRule, Plan
from treatments.queries import plan_of

pytestmark = pytest.mark.django_db
TOOLS = PlannedDose("IASTM", (1, 2, 3), {"total_time_min": "5"})


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


@pytest.fixture
def plan(case: Case, by: StaffMember) -> Plan:
    return start_plan(case=case, blocks=[PlannedBlock(3, (TOOLS,)), PlannedBlock(3)], by=by)


def first(plan: Plan) -> Block:
    return plan.blocks.get(number=1)


def changed(plan: Plan, by: StaffMember, *doses: PlannedDose, **told: Any) -> Block:
    block = first(plan)
    told = {"version": block.version, "planned": 3, **told}
    return change_block(block=block, doses=doses, by=by, **told)


def refused(plan: Plan, by: StaffMember, doses: Sequence[PlannedDose], **told: Any) -> list[tuple[str, str]]:
    before = first(plan).content
    with pytest.raises(RuleBroken) as no:
        changed(plan, by, *doses, **told)
    assert first(plan).content == before
    return [(fault.pointer, fault.code) for fault in no.value.faults]


def test_modalities_alternate_and_doses_rise(plan: Plan, by: StaffMember) -> None:
    block = changed(
        plan,
        by,
        PlannedDose("RSWT", (1,), {"pressure_bar": "2,0", "impulses": "2000"}),
        PlannedDose("RSWT", (3,), {"pressure_bar": "2,6", "impulses": "2000"}),
        PlannedDose("MAN_STM", (2,)),
        planned=4,
        repeats_accepted=True,
    )
    assert [(d["modality"], d["numbers"], d["parameters"].get("pressure_bar")) for d in block.content] == [
        ("RSWT", [1], "2.0"),
        ("RSWT", [3], "2.6"),
        ("MAN_STM", [2], None),
    ]
    assert (block.planned, block.version) == (4, 2)
    assert AuditEvent.objects.get(action="block.changed", row_id=block.pk).details == {"number": 1}
    assert set(RowChange.objects.get(row_id=block.pk).changes) == {"content", "planned"}


def test_what_was_held_stays_as_it_was(plan: Plan, case: Case, by: StaffMember) -> None:
    a_signed_session(case, by)
    block = changed(plan, by, PlannedDose("MAN_STM", (2, 3)))
    assert [(d["modality"], d["numbers"]) for d in block.content] == [("IASTM", [1]), ("MAN_STM", [2, 3])]
    assert refused(plan, by, [PlannedDose("MAN_STM", (1, 2))]) == [("/doses/0/numbers", "held")]
    signed_sessions(case, by, 1)
    assert refused(plan, by, [], planned=1) == [("/planned", "below_held")]
    assert changed(plan, by, planned=2).planned == 2
    state = plan_of(case)
    assert state is not None
    assert state.review_due == first(plan)


@pytest.mark.parametrize(
    ("doses", "told", "pointer", "code"),
    [
        ([TOOLS], {"planned": 0}, "/planned", "out_of_range"),
        ([TOOLS], {"planned": 31}, "/planned", "out_of_range"),
        ([PlannedDose("MAGIC", (1,))], {}, "/doses/0/modality", "unknown_modality"),
        ([TOOLS, PlannedDose("EDU", ())], {}, "/doses/1/numbers", "outside"),
        ([PlannedDose("EDU", (4,))], {}, "/doses/0/numbers", "outside"),
        ([TOOLS, PlannedDose("IASTM", (3,))], {}, "/doses/1/numbers", "twice"),
        ([PlannedDose("IASTM", (1,), {"total_time_min": "99"})], {}, "/doses/0/parameters/total_time_min", "above_hard_limit"),
        ([PlannedDose("IASTM", (1,), {"total_time_min": "x"})], {}, "/doses/0/parameters/total_time_min", "not_a_number"),
        ([PlannedDose("IASTM", (1,), {"tool_type": "SPOON"})], {}, "/doses/0/parameters/tool_type", "not_a_choice"),
    ],
)  # fmt: skip
def test_the_field_that_is_wrong_is_named(
    plan: Plan, by: StaffMember, doses: list[PlannedDose], told: dict[str, Any], pointer: str, code: str
) -> None:
    assert (pointer, code) in refused(plan, by, doses, **told)


def test_what_is_blocked_is_refused_beside_its_line(plan: Plan, case: Case, by: StaffMember) -> None:
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None)), by=lead)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True, weeks=22)], by=by)
    assert refused(plan, by, [TOOLS, PlannedDose("TECAR", (1,))]) == [("/doses/1/modality", "blocked")]


def test_a_repeat_that_is_new_in_the_plan_is_named(plan: Plan, by: StaffMember) -> None:
    shock = PlannedDose("RSWT", (1,))
    with pytest.raises(RuleBroken, match="repeats 10 × Shockwave elsewhere") as no:
        changed(plan, by, shock)
    assert no.value.code == REPEATS
    changed(plan, by, shock, repeats_accepted=True)
    assert changed(plan, by, shock, TOOLS).version == 3


def test_a_consent_is_asked_for(plan: Plan, by: StaffMember) -> None:
    assert refused(plan, by, [PlannedDose("DRYNEEDLE", (1,))]) == [("/agreements/DRYNEEDLE/choice", CONSENT_MISSING)]


def test_the_second_is_told(plan: Plan, by: StaffMember) -> None:
    changed(plan, by)
    with pytest.raises(Stale, match="in the meantime"):
        changed(plan, by, TOOLS, version=1)
    assert first(plan).content == []


def test_a_closed_block_is_not_changed(plan: Plan, case: Case, by: StaffMember) -> None:
    a_signed_session(case, by)
    end_block_early(block=first(plan), reason="Away", by=by)
    with pytest.raises(RuleBroken, match="ended early"):
        changed(plan, by)
    review_block(block=first(plan), decision="CONTINUE", reason="Well", by=by)
    with pytest.raises(RuleBroken, match="is reviewed"):
        changed(plan, by)
    with pytest.raises(DatabaseError, match="reviewed is not changed"), transaction.atomic():
        Block.objects.filter(pk=first(plan).pk).update(planned=9, version=3)
    end_plan(plan=plan, reason="Done", by=by)
    with pytest.raises(RuleBroken, match="ended already"):
        changed(plan, by)
    discharge_case(case=case, outcome="OTHER", by=by)
    with pytest.raises(RuleBroken, match="Reopen it first"):
        changed(plan, by)


def test_a_block_is_added_like_the_last(plan: Plan, by: StaffMember) -> None:
    changed(plan, by, planned=6)
    row = add_block(plan=plan, after=2, by=by)
    assert (row.number, row.planned, row.content) == (3, 3, [])
    assert AuditEvent.objects.filter(action="block.planned", row_id=row.pk).exists()
    with pytest.raises(Stale, match="was added in the meantime"):
        add_block(plan=plan, after=2, by=by)
    end_plan(plan=plan, reason="Done", by=by)
    with pytest.raises(RuleBroken, match="ended already"):
        add_block(plan=plan, after=3, by=by)


def test_twenty_blocks_are_the_most(case: Case, by: StaffMember) -> None:
    plan = start_plan(case=case, blocks=[PlannedBlock(1)] * 20, by=by)
    with pytest.raises(RuleBroken, match="at most 20"):
        add_block(plan=plan, after=20, by=by)


def test_reception_changes_nothing(plan: Plan, by: StaffMember) -> None:
    desk = staff(Role.RECEPTIONIST, site=site_of(by))
    with pytest.raises(NotAllowed):
        changed(plan, desk)
    with pytest.raises(NotAllowed):
        add_block(plan=plan, after=2, by=desk)


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE treatments_block SET planned = 1, version = version + 1 WHERE number = 1", "not shorter"),
        ("UPDATE treatments_block SET number = 7, version = version + 1 WHERE number = 1", "keeps its plan"),
        ("UPDATE treatments_block SET planned = 5 WHERE number = 1", "version"),
    ],
)
def test_the_database_refuses_what_is_no_action(
    plan: Plan, case: Case, by: StaffMember, statement: str, match: str
) -> None:
    signed_sessions(case, by, 2)
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
