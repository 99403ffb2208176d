"""What happened to a patient, in all cases: as a drawing, and as a list that says the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case, ImagingResult, PriorTreatment, StepKind
from cases.rules.imprecise_dates import Precision
from clinic.templatetags.formatting import day
from treatments.models import Session
from treatments.queries.patients import CaseStory
from treatments.queries.surroundings import Reviewed
from treatments.rules.lanes import Happened, Stretch
from treatments.rules.lifelines import CaseRow, Lifelines, Stay, draw, in_the_strip, stays
from treatments.views.happenings import FILLS, FORMS, NOT_TREATED, prior_name, review_name, when


@dataclass(frozen=True)
class Line:
    """One thing that happened: its day as far as it is known, what, of which case, and how it is drawn.

    `number` is that of its mark in the strip of what came before. What has no mark is drawn as the end of a bar.
    """

    on: date
    when: str
    what: str
    case: Case
    link: str
    by: str = ""
    mark: Happened | None = None
    is_visit: bool = False
    number: str = ""


@dataclass(frozen=True)
class Told:
    """The drawing, and the same as a list, the latest first; what has no day comes last."""

    drawing: Lifelines | None
    lines: tuple[Line, ...]


def told_of(stories: Sequence[CaseStory], today: date) -> Told:
    """Of all cases together; nothing is drawn before anything happened in one of them."""
    lines = [line for story in stories for line in lines_of(story, today)]
    if not any(line.mark for line in lines):
        return Told(None, ())
    first = min(line.on for line in lines if line.is_visit or not line.mark)
    marks = [line.mark for line in lines if line.mark and not line.is_visit]
    before = in_the_strip(marks, first)
    placed = {(thing.says, thing.link, thing.on): thing for thing in before}
    lines = [in_place(line, placed) for line in lines]
    rows = [row_of(story, [line for line in lines if line.case is story.case], today) for story in stories]
    drawing = draw(rows, first=first, today=today, earlier=len(before))
    return Told(drawing, tuple(sorted(lines, key=lambda line: line.on)[::-1]))


def in_place(line: Line, placed: dict[tuple[str, str, date], Happened]) -> Line:
    """With its mark in the strip, where it came before all cases."""
    mark = line.mark and placed.get((line.mark.says, line.mark.link, line.mark.on))
    return replace(line, mark=mark, number=mark.number) if mark else line


def lines_of(story: CaseStory, today: date) -> Iterator[Line]:
    case = story.case
    yield turn(case, case.opened_on, _("Case started"))
    for step in story.steps:
        if step.kind != StepKind.HANDED_OVER:
            said = [str(step.get_kind_display()).capitalize(), str(step.get_outcome_display())]
            yield turn(case, step.on, ": ".join(filter(None, said)), step.by.name)
    yield from (visit(case, session) for session in story.sessions)
    yield from (review(case, each) for each in story.reviews)
    yield from (picture(case, each, today) for each in story.pictures)
    yield from (treated_elsewhere(case, each, today) for each in story.elsewhere)


def turn(case: Case, on: date, what: str, by: str = "") -> Line:
    return Line(on, day(on), what, case, reverse("case", args=[case.pk]), by)


def visit(case: Case, session: Session) -> Line:
    what, on = _("Visit: %(kind)s") % {"kind": session.get_kind_display()}, session.occurred_on
    link = reverse("session", args=[session.pk])
    is_quiet = session.kind in NOT_TREATED
    says = ", ".join([what, day(on), session.signed_name])
    kind, form = ("visit-only", "circle") if is_quiet else ("visit", "stroke")
    mark = Happened(kind=kind, form=form, on=on, label="", says=says, link=link)
    return Line(on, day(on), what, case, link, session.signed_name, mark, is_visit=True)


def review(case: Case, told: Reviewed) -> Line:
    what = f"{review_name(told)}: {told.decision.label}"
    link = reverse("review_block", args=[told.block_id])
    says = ", ".join([what, day(told.on), told.by])
    mark = Happened(kind="review", form="diamond", on=told.on, label="", says=says, link=link)
    return Line(told.on, day(told.on), what, case, link, told.by, mark)


def picture(case: Case, result: ImagingResult, today: date) -> Line:
    name, taken = str(result), result.taken
    link = reverse("imaging_result", args=[result.pk])
    is_vague = taken.precision is not Precision.DAY
    mark = Happened(
        kind="picture",
        form="square",
        on=result.taken_on,
        label=f"{name}, {when(taken)}" if is_vague else name,
        says=", ".join([name, when(taken)]),
        link=link,
        until=min(taken.latest_day, today) if is_vague else None,
        is_vague=is_vague,
    )
    what = f"{name}, {result.get_side_display()} {result.region.label.lower()}"
    return Line(result.taken_on, when(taken), what, case, link, result.received_by.name, mark)


def treated_elsewhere(case: Case, prior: PriorTreatment, today: date) -> Line:
    """An operation, an injection or another treatment elsewhere; it is written on the page of its case."""
    name, started, ended = prior_name(prior), prior.started, prior.ended
    told = when(started) if ended is None else f"{when(started)} – {when(ended)}"
    is_vague = ended is None and started is not None and started.precision is not Precision.DAY
    last = ended.latest_day if ended else started.latest_day if started and is_vague else None
    what = _("Elsewhere: %(what)s · %(benefit)s") % {"what": name, "benefit": prior.get_benefit_display()}
    link = f"{reverse('case', args=[case.pk])}#before-us"
    mark = Happened(
        kind=f"before chart-before-{FILLS[prior.benefit]}",
        form=FORMS.get(prior.kind.content.get("family", ""), "circle"),
        on=prior.started_on or date.min,
        label=f"{name}, {told}" if is_vague else name,
        says=", ".join([what, told]),
        link=link,
        until=None if last is None or started is None else max(started.on, min(last, today)),
        is_vague=is_vague,
    )
    return Line(prior.started_on or date.min, told, what, case, link, mark=mark)


def row_of(story: CaseStory, lines: Iterable[Line], today: date) -> CaseRow:
    """The lane of a case."""
    case = story.case
    of_case = stays(case.opened_on, [(step.kind, step.on) for step in story.steps])
    marks = [(line.is_visit, line.mark) for line in lines if line.mark]
    return CaseRow(
        name=case.title,
        number=case.number,
        said=" · ".join(filter(None, (str(case.get_status_display()), visits_in_words(len(story.sessions))))),
        link=reverse("case", args=[case.pk]),
        open=tuple(stretch(case, each, today) for each in of_case if not each.is_on_hold),
        holds=tuple(stretch(case, each, today) for each in of_case if each.is_on_hold),
        visits=tuple(mark for is_visit, mark in marks if is_visit),
        things=tuple(mark for is_visit, mark in marks if not is_visit),
    )


def stretch(case: Case, stay: Stay, today: date) -> Stretch:
    state = _("on hold") if stay.is_on_hold else _("open")
    first = day(stay.first)
    days = _("since %(day)s") % {"day": first} if stay.last is None else f"{first} – {day(stay.last)}"
    return Stretch(
        kind="hold" if stay.is_on_hold else "case",
        first=stay.first,
        last=stay.last or today,
        label="",
        short_label="",
        says=f"{case.number}: {state} {days}",
        is_open=stay.last is None,
    )


def visits_in_words(count: int) -> str:
    return {0: _("no visit yet"), 1: _("1 visit")}.get(count, _("%(count)s visits") % {"count": count})
