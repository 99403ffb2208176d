"""The review of a block inside the note of a visit: its figures with what is typed there."""

from typing import Any

from django.template.loader import render_to_string

from cases.models import Case
from cases.queries import courses_of
from cases.queries.wording import rows_of as deposit_rows
from clinic import clock
from treatments.actions.sessions import known_for
from treatments.actions.visits import measurements_of
from treatments.forms.plans import decisions
from treatments.models import Block, Session
from treatments.queries import PlanState, adherence_of, findings_of, plan_of, progress_of
from treatments.rules.notes import read_note
from treatments.views.plans import kept_of
from treatments.views.wording import findings_in_words


def review_of(
    case: Case, state: PlanState | None, session: Session | None, document: dict[str, Any]
) -> dict[str, Any] | None:
    """What the page needs to review a block in the visit: where it is due, or this is the block's last session."""
    last = state is not None and state.position is not None and state.position.number == state.position.of
    block = state.current if state and (state.review_due or last) else None
    if block is None:
        return None
    told = document.get("review") or {}
    return {
        "block": block,
        "is_due": bool(state and state.review_due),
        "options": decisions(block),
        "decision": told.get("decision", ""),
        "reason": told.get("reason", ""),
        **figures_with(case, block, session, document, is_its_last=not state.review_due),
        "courses": [(course, deposit_rows(course)) for course in courses_of(case)],
        "events": case.adverse_events.in_force().filter(resolved_on=None).count(),
    }


def figures_with(
    case: Case, block: Block, session: Session | None, document: dict[str, Any], *, is_its_last: bool
) -> dict[str, Any]:
    """Start and now, and how far the block was kept to, with what is typed in this note."""
    note = read_note(document, known_for(case))[0]
    taken = []
    if session is not None and note.occurred_on is not None:
        session.occurred_on = note.occurred_on
        taken = measurements_of(session, note)
    progress, today = progress_of(case, taken), clock.today(case.site.time_zone)
    kept = adherence_of(progress, block, today, note, is_its_last=is_its_last)
    return {"rows": findings_in_words([vars(f) for f in findings_of(progress, block)]), "kept": kept_of(vars(kept))}


def findings_html(case: Case, session: Session, document: dict[str, Any]) -> str:
    state = plan_of(case)
    if state is None or state.current is None:
        return ""
    figures = figures_with(case, state.current, session, document, is_its_last=not state.review_due)
    return render_to_string("treatments/plans/_figures.html", figures)
