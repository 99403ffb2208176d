from datetime import timedelta

import pytest

from cases.actions.goals import NewGoal, close_goal, set_goal
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff

pytestmark = pytest.mark.django_db


def test_a_goal_is_set_closed_and_taken_up_again() -> None:
    by = a_physio()
    case = a_case(by)
    goal = set_goal(case=case, goal=NewGoal(" Run 5 km ", "pain 3/10 or less", clock.today()), by=by)
    assert (goal.text, goal.state) == ("Run 5 km", "OPEN")
    goal = close_goal(goal=goal, state="PARTLY_MET", version=1, by=by)
    assert (goal.state, goal.version) == ("PARTLY_MET", 2)
    assert close_goal(goal=goal, state="OPEN", version=2, by=by).state == "OPEN"
    told = AuditEvent.objects.filter(row_id=goal.pk).values_list("action", flat=True)
    assert sorted(told) == ["goal.closed", "goal.closed", "goal.set"]


def test_what_a_goal_needs() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(RuleBroken) as no:
        set_goal(case=case, goal=NewGoal(" ", due_on=clock.today() - timedelta(days=1)), by=by)
    assert {f.code for f in no.value.faults} == {"missing", "in_the_past"}
    goal = set_goal(case=case, goal=NewGoal("Run"), by=by)
    with pytest.raises(RuleBroken, match="whether the goal was met"):
        close_goal(goal=goal, state="PERHAPS", version=1, by=by)
    with pytest.raises(Stale):
        close_goal(goal=goal, state="MET", version=7, by=by)


def test_reception_sets_no_goals() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(NotAllowed):
        set_goal(case=case, goal=NewGoal("Run"), by=staff(Role.RECEPTIONIST))
    with pytest.raises(NotAllowed):
        close_goal(goal=set_goal(case=case, goal=NewGoal("Run"), by=by), state="MET", version=1, by=staff())
