"""What patients want to reach."""

from rest_framework import serializers

from cases.actions.goals import NewGoal, close_goal, set_goal
from cases.api.nouns import OfCases, case_of
from cases.models import Goal, GoalState
from clinic.api.fields import IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_id
from clinic.api.resources import Addable, Changeable, Told
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.models import StaffMember


class GoalOut(Out):
    """What somebody wants to be able to do, how one knows that it is reached, and by when."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    text = serializers.CharField()
    target = MaybeField()
    due_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(GoalState.choices)
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": "01a2f3c4-0000-7000-8000-000000000001",
        "case": "01a2f3c4-0000-7000-8000-000000000002",
        "text": "Run 10 km without pain the day after",
        "target": "VISA-A of 80",
        "due_on": "2026-12-01",
        "state": "OPEN",
        "etag": "1",
        "updated_at": "2026-09-07T10:15:00Z",
    }


class GoalIn(StrictSerializer):
    """A goal of a case."""

    case = IdField()
    text = TextField(max_length=300)
    target = TextField(max_length=200, required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)

    EXAMPLE = {
        "case": "01a2f3c4-0000-7000-8000-000000000002",
        "text": "Run 10 km without pain the day after",
        "target": "VISA-A of 80",
        "due_on": "2026-12-01",
    }


class GoalPatch(StrictSerializer):
    """Whether it was met; OPEN takes it up again."""

    state = serializers.ChoiceField(GoalState.choices)

    EXAMPLE = {"state": "MET"}


class OfGoals(OfCases):
    """What the list and the one goal have in common."""

    noun, one, scope, detail = "goals", "goal", "cases", "api_goal"
    model, out = Goal, GoalOut


class Goals(OfGoals, Addable):
    """What patients want to reach."""

    into = GoalIn
    filters = {"case": by_id("case_id"), "state": by_choice("state", GoalState.values)}
    orderings = ("pk", "updated_at")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Goal:
        goal = NewGoal(text=told["text"], target=told.get("target") or "", due_on=told.get("due_on"))
        return set_goal(case=case_of(told, by), goal=goal, by=by)


class OneGoal(OfGoals, Changeable):
    """One goal; whether it was met is said with a change."""

    patch_with = GoalPatch

    def change(self, row: Goal, version: int, told: Told, by: StaffMember) -> Goal:
        return close_goal(goal=row, state=told.get("state", row.state), version=version, by=by)
