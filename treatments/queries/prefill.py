"""What a new note starts with: the plan's dose for this session, else the last time's; exercises as last given."""

from dataclasses import dataclass, field, replace
from typing import Any

from cases.models import Case
from treatments.models import HomeExercise, Session, SessionKind
from treatments.queries.plans import PlanState
from treatments.queries.progress import Progress

PLANNED = "PLAN"


@dataclass(frozen=True)
class Offer:
    """A dose to start from. `origin` is PLANNED or the ISO date of the last time; `is_today`: it is of this visit."""

    code: str
    parameters: dict[str, Any]
    origin: str
    injury: str = ""
    is_today: bool = False


@dataclass(frozen=True)
class Offered:
    """Doses by the code of their modality, and the exercises of the last time with its ISO date."""

    doses: dict[str, Offer] = field(default_factory=dict)
    exercises: tuple[HomeExercise, ...] = ()
    exercises_on: str = ""


def offered(case: Case, state: PlanState | None, progress: Progress) -> Offered:
    """In one statement more than the progress: the exercises."""
    last = last_doses(progress)
    planned = planned_doses(state)
    before = next((s for s in reversed(progress.sessions) if s.kind == SessionKind.TREATMENT), None)
    today = list(planned) if planned else codes_of(before) if before else []
    doses = {code: offer(code, planned.get(code), last.get(code), code in today) for code in [*today, *last]}
    rows = list(HomeExercise.objects.filter(session__in=progress.sessions).select_related("session"))
    newest = max(rows, key=lambda row: (row.session.occurred_on, row.session.signed_at), default=None)
    if newest is None:
        return Offered(doses)
    exercises = tuple(row for row in rows if row.session_id == newest.session_id)
    return Offered(doses, exercises, newest.session.occurred_on.isoformat())


def offer(code: str, planned: dict[str, Any] | None, last: Offer | None, is_today: bool) -> Offer:
    """The plan's dose goes first; what it leaves open is as the last time."""
    before = last or Offer(code, {}, "")
    if planned is None:
        return replace(before, is_today=is_today)
    return Offer(code, {**before.parameters, **planned}, PLANNED, before.injury, is_today)


def last_doses(progress: Progress) -> dict[str, Offer]:
    """The last time that each modality was given in this case, the latest first."""
    found: dict[str, Offer] = {}
    for session in reversed(progress.sessions):
        for row in session.applications.all():
            code = row.modality_id.split("@")[0]
            if row.was_given and code not in found:
                injury = str(row.injury_id or "")
                found[code] = Offer(code, dict(row.parameters), session.occurred_on.isoformat(), injury)
    return found


def planned_doses(state: PlanState | None) -> dict[str, dict[str, Any]]:
    """What the plan says of the next counted session."""
    position, block = (state.position, state.current) if state else (None, None)
    if position is None or block is None:
        return {}
    return {dose["modality"]: dict(dose["parameters"]) for dose in block.of_session(position.number)}


def codes_of(session: Session) -> list[str]:
    return [row.modality_id.split("@")[0] for row in session.applications.all() if row.was_given]
