from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.case_steps import reopen_case
from cases.models import Case
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, signed_sessions, site_of, staff
from treatments.actions.discharges import discharge_case
from treatments.actions.plans import PlannedBlock, PlannedDose, end_block_early, end_plan, review_block, start_plan
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.sessions import sign_session
from treatments.models import Block, ContraindicationRule, Plan, Review
from treatments.queries import plan_of, reviews_due

pytestmark = pytest.mark.django_db
TWO = [PlannedBlock(2, (PlannedDose("IASTM", (1, 2)),)), PlannedBlock(2)]


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def planned(case: Case, by: StaffMember, blocks: Any = None, **told: Any) -> Plan:
    return start_plan(case=case, blocks=blocks or TWO, by=by, **told)


def review(case: Case, by: StaffMember, decision: str = "CONTINUE") -> Review:
    state = plan_of(case)
    assert state is not None
    assert state.review_due is not None
    return review_block(block=state.review_due, decision=decision, reason="As measured", by=by)


def test_sessions_count_until_the_block_waits_for_its_review(case: Case, by: StaffMember) -> None:
    plan = planned(case, by)
    assert reviews_due(by) == []
    first, second = signed_sessions(case, by, 2)
    assert [(s.block.number, s.number) for s in (first, second) if s.block] == [(1, 1), (1, 2)]
    state = plan_of(case)
    assert state is not None
    assert (state.position, state.review_due) == (None, plan.blocks.get(number=1))
    assert [c for c, _ in reviews_due(by)] == [case]
    draft = a_draft(case, by)
    with pytest.raises(RuleBroken, match="waits for the review of block 1") as no:
        sign_session(session=draft, draft_version=draft.draft_version, by=by)
    assert no.value.conflict
    unplanned = a_signed_session(case, by, kind="UNPLANNED")
    assert (unplanned.block, unplanned.number) == (None, None)
    signed = review(case, by)
    assert signed.findings[0]["name"] == "Pain, load"
    third = sign_session(session=draft, draft_version=draft.draft_version, by=by)
    assert (third.block.number, third.number) == (2, 1)  # type: ignore[union-attr]
    assert AuditEvent.objects.filter(action="review.signed", row_id=signed.pk).exists()


def test_without_a_plan_nothing_counts_and_after_it_neither(case: Case, by: StaffMember) -> None:
    assert a_signed_session(case, by).block is None
    plan = planned(case, by, [PlannedBlock(1)])
    end_plan(plan=plan, reason="Moved away", by=by)
    assert a_signed_session(case, by).block is None
    with pytest.raises(RuleBroken, match="ended already"):
        end_plan(plan=plan, reason="Again", by=by)
    assert planned(case, by).blocks.count() == 2


@pytest.mark.parametrize(
    ("decision", "closes", "blocks", "runs"),
    [
        ("CONTINUE", True, 2, True),
        ("CHANGE_DOSE", True, 2, True),
        ("CHANGE_MODALITY", True, 2, True),
        ("IMAGE", False, 1, True),
        ("REFER", False, 1, True),
        ("DISCHARGE", True, 1, False),
    ],
)
def test_what_each_decision_does(
    case: Case, by: StaffMember, decision: str, closes: bool, blocks: int, runs: bool
) -> None:
    plan = planned(case, by, [PlannedBlock(1, (PlannedDose("IASTM", (1,)),))])
    a_signed_session(case, by)
    assert review(case, by, decision).closes is closes
    plan.refresh_from_db()
    assert (plan.blocks.count(), plan.ended_on is None) == (blocks, runs)
    if decision == "CONTINUE":
        assert plan.blocks.get(number=2).content == plan.blocks.get(number=1).content
    if not closes:
        assert review(case, by).closes
        assert plan.blocks.get(number=1).reviews.count() == 2


def test_a_review_is_made_when_it_is_due_and_says_why(case: Case, by: StaffMember) -> None:
    block = planned(case, by).blocks.get(number=1)
    with pytest.raises(RuleBroken, match="not due"):
        review_block(block=block, decision="CONTINUE", reason="x", by=by)
    signed_sessions(case, by, 2)
    for decision, reason, told in (("GO_ON", "x", "what comes next"), ("CONTINUE", " ", "Say why")):
        with pytest.raises(RuleBroken, match=told):
            review_block(block=block, decision=decision, reason=reason, by=by)
    review(case, by)
    with pytest.raises(RuleBroken, match="not due"):
        review_block(block=block, decision="CONTINUE", reason="x", by=by)


def test_a_block_ends_early_and_is_then_reviewed(case: Case, by: StaffMember) -> None:
    block = planned(case, by).blocks.get(number=1)
    a_signed_session(case, by)
    with pytest.raises(RuleBroken, match="Say why"):
        end_block_early(block=block, reason=" ", by=by)
    end_block_early(block=block, reason="Away for a month", by=by)
    with pytest.raises(RuleBroken, match="full, reviewed"):
        end_block_early(block=block, reason="Again", by=by)
    assert review(case, by).closes


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([], "out_of_range"),
        ([PlannedBlock(0)], "out_of_range"),
        ([PlannedBlock(31)], "out_of_range"),
        ([PlannedBlock(2, (PlannedDose("MAGIC", (1,)),))], "unknown_modality"),
        ([PlannedBlock(2, (PlannedDose("IASTM", (3,)),))], "outside"),
        ([PlannedBlock(2, (PlannedDose("IASTM", ()),))], "outside"),
        ([PlannedBlock(2, (PlannedDose("RSWT", (1,), {"pressure_bar": 23}),))], "above_hard_limit"),
        ([PlannedBlock(2, (PlannedDose("RSWT", (1,), {"magic": 1}),))], "unknown_member"),
    ],
)
def test_what_is_no_plan(case: Case, by: StaffMember, blocks: list[PlannedBlock], code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        start_plan(case=case, blocks=blocks, by=by, repeats_accepted=True)
    assert [f.code for f in no.value.faults] == [code]
    assert not Plan.objects.exists()


def test_what_did_not_help_before_is_named_and_planned_where_accepted(case: Case, by: StaffMember) -> None:
    blocks = [PlannedBlock(1, (PlannedDose("RSWT", (1,)),))]
    with pytest.raises(RuleBroken, match="Radial shockwave repeats 10 × Shockwave elsewhere, without benefit"):
        planned(case, by, blocks)
    assert planned(case, by, blocks, repeats_accepted=True).blocks.count() == 1


def test_what_is_blocked_cannot_be_planned(case: Case, by: StaffMember) -> None:
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None)), by=lead)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True, weeks=22)], by=by)
    with pytest.raises(RuleBroken, match="TECAR is blocked for this body today"):
        planned(case, by, [PlannedBlock(1, (PlannedDose("TECAR", (1,)),))])


def test_one_plan_at_a_time_and_none_for_a_discharged_case(case: Case, by: StaffMember) -> None:
    plan = planned(case, by)
    with pytest.raises(RuleBroken, match="a plan already"):
        planned(case, by)
    end_plan(plan=plan, reason="Done", by=by)
    discharge_case(case=case, outcome="OTHER", by=by)
    with pytest.raises(RuleBroken, match="Reopen it first"):
        planned(case, by)
    reopen_case(case=case, reason="Back", by=by)
    with pytest.raises(RuleBroken):
        planned(case, by, protocol="NO_SUCH")
    assert planned(case, by, protocol="T_ACHILLES_CALC").protocol is not None


def test_reception_plans_and_reviews_nothing(case: Case, by: StaffMember) -> None:
    desk, plan = staff(Role.RECEPTIONIST), planned(case, by)
    block = plan.blocks.get(number=1)
    for verb in (
        lambda: planned(case, desk),
        lambda: end_plan(plan=plan, reason="x", by=desk),
        lambda: end_block_early(block=block, reason="x", by=desk),
        lambda: review_block(block=block, decision="CONTINUE", reason="x", by=desk),
    ):
        with pytest.raises(NotAllowed):
            verb()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_review SET reason = 'x'",
        "DELETE FROM treatments_review",
        "DELETE FROM treatments_plan",
        "DELETE FROM treatments_block",
        "UPDATE treatments_block SET planned = 9",
        "UPDATE treatments_plan SET ended_on = now(), version = version + 1",
    ],
)
def test_the_database_refuses_what_is_no_action(case: Case, by: StaffMember, statement: str) -> None:
    planned(case, by, [PlannedBlock(1)])
    a_signed_session(case, by)
    review(case, by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_session_counts_in_its_own_case_and_within_the_block(case: Case, by: StaffMember) -> None:
    planned(case, by, [PlannedBlock(1)])
    mine, other = a_draft(case, by), a_draft(a_case(by), by)
    for session, number, told in ((other, 1, "of its own case"), (mine, 2, "block is full")):
        with pytest.raises(DatabaseError, match=told), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE treatments_session SET block_id = %s, number = %s, version = version + 1 WHERE id = %s",
                [Block.objects.get().pk, number, session.pk],
            )
