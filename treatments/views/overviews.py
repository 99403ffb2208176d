"""What the page of a case says at a glance: each row of "Now", and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, CaseOutcome, CaseStatus, GoalState, ImagingRequest
from cases.queries import Course as DepositCourse
from cases.queries.wording import rows_of as deposit_rows
from clinic.templatetags.formatting import day
from treatments.queries import PlanState, Progress, Series
from treatments.queries.wording import Course, course_of

FEW = 4


@dataclass(frozen=True)
class Step:
    """Something that waits to be done, with the page where it is done. `tone`: stop, watch or plain.

    `in_head`: how the head of the page puts it, where it stands in both.
    """

    text: str
    url: str
    tone: str = "plain"
    in_head: str = ""


def courses_in(progress: Progress, state: PlanState | None) -> tuple[list[Course], list[Course]]:
    """Each measure from its start to its last value: the case's key measures, else the first few; then the others.

    That of a treated side is held against the other, and what the plan is meant to move against what it is to reach.
    """
    treated = {injury.side for injury in progress.case.injuries.all()}
    aims = {(t["measure"], t["context"], t["side"]): t for t in (state.plan.targets if state else ()) if t["value"]}
    keys, others = [], []
    for series in progress.series:
        row = course_of(series, progress.series if series.side in treated else ())
        if row is not None:
            target = aims.get((series.measure.code, series.context, series.side))
            told = replace(row, aim=aim(series, target)) if target else row
            (keys if series.is_key else others).append(told)
    return (keys, others) if keys else (others[:FEW], others[FEW:])


def aim(series: Series, target: Mapping[str, str]) -> str:
    value = series.measure.with_unit(Decimal(target["value"]))
    if not target["due_on"]:
        return _("to reach %(value)s") % {"value": value}
    return _("to reach %(value)s by %(day)s") % {"value": value, "day": day(date.fromisoformat(target["due_on"]))}


def goals_told(case: Case) -> list[dict[str, Any]]:
    """The goals as the statement of the page read them."""
    states = dict(GoalState.choices)
    return [
        {
            **goal,
            "due_on": date.fromisoformat(goal["due_on"]) if goal["due_on"] else None,
            "state": states.get(goal["state"], goal["state"]),
        }
        for goal in case.goals_told
    ]


def deposit_lines(courses: Iterable[DepositCourse]) -> list[dict[str, Any]]:
    """Each deposit from its reference to the last picture that can be compared with it."""
    return [line_of(course, deposit_rows(course)) for course in courses]


def line_of(course: DepositCourse, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    start = next((row for row in rows if row["seen"].is_reference), rows[0])
    last = next((row for row in reversed(rows) if row["is_last"]), None)
    change = last["change"] if last else None
    return {
        "label": course.deposit.label,
        "origin": course.origin,
        "picture": course.reference.result,
        "start": start,
        "last": last,
        "change": change,
        "measured_once": last is None,
    }


def next_steps(
    case: Case,
    progress: Progress,
    state: PlanState | None,
    *,
    by: Any,
    awaited: Iterable[ImagingRequest],
    treatments_wait: bool,
    today: date,
) -> list[Step]:
    """What is to be done for a case, the most pressing first."""
    steps = []
    if treatments_wait:
        steps.append(Step(_("A red flag waits for its action"), reverse("red_flags", args=[case.pk]), "stop"))
    steps += [note_step(note, by) for note in progress.drafts]
    if state and state.review_due:
        said = _("The review of block %(number)s is due") % {"number": state.review_due.number}
        steps.append(Step(said, reverse("review_block", args=[state.review_due.pk]), "watch"))
    pictures = [picture_step(request, today) for request in awaited]
    steps += [step for step in pictures if step.tone == "stop"]
    if case.status == CaseStatus.DISCHARGED:
        steps.append(discharge_step(case))
    else:
        steps += [step for step in (screening_step(case, today),) if step.tone != "plain"]
        steps.append(plan_step(case, state))
    steps += [step for step in pictures if step.tone != "stop"]
    if case.unsigned_letters:
        said = ngettext("A letter is not signed", "%(count)s letters are not signed", case.unsigned_letters)
        steps.append(Step(said % {"count": case.unsigned_letters}, reverse("letters", args=[case.pk]), "watch"))
    return steps


def discharge_step(case: Case) -> Step:
    told = {
        "day": day(date.fromisoformat(case.discharge["on"])),
        "outcome": CaseOutcome(case.discharge["outcome"]).label,
    }
    return Step(_("Discharged %(day)s: %(outcome)s") % told, reverse("case_state", args=[case.pk]))


def note_step(note: Any, by: Any) -> Step:
    url = reverse("session", args=[note.pk])
    if note.author_id == by.pk:
        return Step(_("Your note is not signed, typed %(day)s") % {"day": day(note.draft_saved_at)}, url, "watch")
    return Step(_("A note of %(name)s is not signed") % {"name": note.author.name}, url)


def picture_step(request: ImagingRequest, today: date) -> Step:
    url = reverse("imaging_request", args=[request.pk])
    told = {"picture": str(request), "day": day(request.due_on)}
    if request.due_on < today:
        return Step(_("%(picture)s overdue since %(day)s") % told, url, "stop")
    return Step(_("%(picture)s due %(day)s") % told, url)


def screening_step(case: Case, today: date) -> Step:
    """Whether the questions were asked, and how long their answers hold; also the sentence in the head of the page."""
    url = reverse("screening", args=[case.pk])
    if case.screened_on is None:
        return Step(_("Not screened yet"), url, "watch", in_head=_("not screened"))
    if case.clear_until and case.clear_until < today:
        told = {"day": day(case.clear_until)}
        return Step(_("Ask again: the screening ran out %(day)s") % told, url, "watch", in_head=_("screening ran out"))
    if case.clear_until:
        told = {"on": day(case.screened_on), "until": day(case.clear_until)}
        return Step(_("screened %(on)s, answers good until %(until)s") % told, url)
    return Step(_("screened %(on)s") % {"on": day(case.screened_on)}, url)


def plan_step(case: Case, state: PlanState | None) -> Step:
    url = reverse("plan", args=[case.pk])
    if state is None:
        return Step(_("Start a plan"), url)
    if state.review_due or state.position is None:
        held = [(b, h) for b, h in state.blocks_held if h]
        if not held:
            return Step(_("Plan: nothing is held yet"), url)
        block, count = held[-1]
        told = {"block": block.number, "held": count, "planned": block.planned}
        return Step(_("Plan: block %(block)s, %(held)s of %(planned)s held") % told, url)
    place = state.position
    told = {"number": place.number, "of": place.of, "block": place.block}
    return Step(_("Session %(number)s of %(of)s, block %(block)s") % told, url)
