from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.models import Case
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, RowChange, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_signed_session, site_of, staff
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import end_plan, review_block, start_plan
from treatments.actions.targets import NewTarget, set_targets
from treatments.models import Measure, Plan
from treatments.queries import aims_of, findings_of, progress_of, story_of

pytestmark = pytest.mark.django_db
KTW = NewTarget("KTW_CM", side="RIGHT", value="8,0")
STRENGTH = NewTarget("MMT", "KNEE_EXTENSORS", "LEFT")
PAIN = NewTarget("NPRS", "LOAD", value="2")


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def planned(case: Case, by: StaffMember, *targets: NewTarget) -> Plan:
    return start_plan(case=case, blocks=[PlannedBlock(1)], targets=targets, by=by)


def progress(case: Case) -> Any:
    return progress_of(story_of(Case.objects.filter(pk=case.pk)).get())


def test_targets_are_kept_as_data_with_the_version_of_their_measure(case: Case, by: StaffMember) -> None:
    due = clock.today() + timedelta(days=40)
    plan = planned(case, by, KTW, NewTarget("NPRS", "LOAD", value="2", due_on=due), NewTarget("VISA_A"))
    assert plan.targets[0] == {
        "measure": "KTW_CM",
        "key": "KTW_CM@1",
        "context": "",
        "side": "RIGHT",
        "value": "8.0",
        "due_on": "",
    }
    assert plan.targets[1]["due_on"] == due.isoformat()
    assert plan.targets[2]["value"] == ""


def test_the_review_says_first_whether_they_are_reached(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, KTW, NewTarget("VISA_A", value="80"), NewTarget("NPRS", "LOAD"))
    measured = [
        {"measure": "NPRS", "context": "LOAD", "value": "2"},
        {"measure": "HEEL_RAISE_SL", "side": "RIGHT", "value": "9"},
        {"measure": "KTW_CM", "side": "RIGHT", "value": "7,9"},
    ]
    a_signed_session(case, by, measurements=measured)
    block = plan.blocks.get()
    found = findings_of(progress(case), block)
    assert [(f.name, f.now, f.is_aim, f.target, f.is_reached) for f in found] == [
        ("Knee to wall, right", "7.9", True, "8 cm", False),
        ("VISA-A", "", True, "80/100", None),
        ("Pain, load", "2", True, "", None),
        ("Heel raises, right", "9", False, "", None),
    ]
    review = review_block(block=block, decision="IMAGE", reason="See", by=by)
    assert review.findings[0]["target"] == "8 cm"
    assert review.findings[0]["is_reached"] is False


@pytest.mark.parametrize(("value", "reached"), [("1", True), ("2", True), ("3", False)])
def test_where_lower_is_better_lower_reaches_it(case: Case, by: StaffMember, value: str, reached: bool) -> None:
    plan = planned(case, by, PAIN)
    a_signed_session(case, by, measurements=[{"measure": "NPRS", "context": "LOAD", "value": value}])
    assert [f.is_reached for f in aims_of(progress(case), plan)] == [reached]


@pytest.mark.parametrize(
    ("targets", "pointer", "code"),
    [
        ([NewTarget("MAGIC")], "/targets/0/measure", "unknown_measure"),
        ([NewTarget("NPRS", "NOWHERE")], "/targets/0/measure", "unknown_measure"),
        ([NewTarget("KTW_CM")], "/targets/0/measure", "unknown_measure"),
        ([NewTarget("VISA_A", side="LEFT")], "/targets/0/measure", "unknown_measure"),
        ([PAIN, NewTarget("NPRS", "LOAD", value="11")], "/targets/1/measure", "twice"),
        ([NewTarget("NPRS", "LOAD", value="11")], "/targets/0/value", "above_hard_limit"),
        ([NewTarget("NPRS", "LOAD", value="low")], "/targets/0/value", "not_a_number"),
        ([NewTarget("MMT", "KNEE_EXTENSORS", "LEFT", value="12")], "/targets/0/value", "not_a_choice"),
        ([NewTarget("NPRS", "LOAD", due_on=clock.today())], "/targets/0/value", "missing"),
        ([NewTarget("NPRS", "LOAD", "", "2", clock.today() - timedelta(9))], "/targets/0/due_on", "in_the_past"),
    ],
)
def test_what_is_no_target(case: Case, by: StaffMember, targets: list[NewTarget], pointer: str, code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        planned(case, by, *targets)
    assert (pointer, code) in [(f.pointer, f.code) for f in no.value.faults]
    assert not Plan.objects.exists()


def test_they_are_set_anew_and_the_second_is_told(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, PAIN)
    changed = set_targets(plan=plan, version=1, targets=[KTW], by=by)
    assert [t["measure"] for t in changed.targets] == ["KTW_CM"]
    assert AuditEvent.objects.filter(action="plan.targets_set", row_id=plan.pk).exists()
    assert RowChange.objects.filter(row_id=plan.pk).exists()
    with pytest.raises(Stale):
        set_targets(plan=plan, version=1, targets=[PAIN], by=by)
    end_plan(plan=plan, reason="Done", by=by)
    with pytest.raises(RuleBroken, match="ended already"):
        set_targets(plan=plan, version=3, targets=[PAIN], by=by)
    with pytest.raises(NotAllowed):
        set_targets(plan=plan, version=3, targets=[], by=staff(Role.RECEPTIONIST, site=site_of(by)))


def test_a_day_that_is_over_may_stay(case: Case, by: StaffMember) -> None:
    due = clock.today() + timedelta(days=3)
    kept = NewTarget("NPRS", "LOAD", value="2", due_on=due)
    plan = planned(case, by, kept)
    with clock.set_to(clock.now() + timedelta(days=10)):
        set_targets(plan=plan, version=1, targets=[kept, KTW], by=by)
        moved = NewTarget("NPRS", "LOAD", value="2", due_on=due + timedelta(days=1))
        with pytest.raises(RuleBroken):
            set_targets(plan=plan, version=2, targets=[moved], by=by)


def test_a_grade_is_named_by_its_code_or_label(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, replace(STRENGTH, value="Against strong resistance"))
    assert [f.target for f in aims_of(progress(case), plan)] == ["against strong resistance"]
    code = next(g["code"] for g in Measure.objects.get(code="MMT").content["grades"] if "strong" in g["label"])
    changed = set_targets(plan=plan, version=1, targets=[replace(STRENGTH, value=code)], by=by)
    assert changed.targets == plan.targets
