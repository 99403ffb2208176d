"""What the patient wants to reach: set, and closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case, Goal, GoalState
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@dataclass(frozen=True)
class NewGoal:
    """What one wants to be able to do, how one knows that it is reached, and by when."""

    text: str
    target: str = ""
    due_on: date | None = None


@transaction.atomic
def set_goal(*, case: Case, goal: NewGoal, by: StaffMember) -> Goal:
    require(by, Permission.CASE_START)
    faults = Faults()
    check_goals(faults, [goal], clock.today(case.site.time_zone), where="")
    faults.stop()
    return write_goal(case, goal, by)


@transaction.atomic
def close_goal(*, goal: Goal, state: str, version: int, by: StaffMember) -> Goal:
    """Says whether a goal was met; back to OPEN where it is taken up again. Raises Stale."""
    require(by, Permission.CASE_START)
    if state not in GoalState.values:
        raise RuleBroken("not_a_choice", _("Choose whether the goal was met."), field="state")
    locked = Goal.objects.select_for_update(of=("self",)).select_related("case").get(pk=goal.pk)
    if locked.version != version:
        raise Stale
    locked.state = state
    locked.save_change("state")
    audit.record("goal.closed", by=by, about=locked, patient_id=locked.case.patient_id, details={"state": state})
    return locked


def check_goals(faults: Faults, goals: Sequence[NewGoal], today: date, where: str = "/goals") -> None:
    for place, goal in enumerate(goals):
        at = f"{where}/{place}" if where else ""
        if not goal.text.strip():
            faults.add(f"{at}/text", "missing", _("Say what is to be reached."))
        if goal.due_on is not None and goal.due_on < today:
            faults.add(f"{at}/due_on", "in_the_past", _("This day is over already."))


def write_goal(case: Case, goal: NewGoal, by: StaffMember) -> Goal:
    """Writes a goal that was checked, with its event."""
    row = Goal.objects.create(case=case, text=goal.text.strip(), target=goal.target.strip(), due_on=goal.due_on)
    audit.record("goal.set", by=by, about=row, patient_id=case.patient_id)
    return row
