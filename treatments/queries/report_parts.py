"""The headings of a report: what was there before, what was planned, measured, seen and decided."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, ImagingResult, Side
from cases.queries import Course, Seen
from cases.queries.wording import change_in_words, rows_of, size_of
from cases.rules.imprecise_dates import Precision
from clinic.models import shelves
from treatments.models import Modality, Plan, ScreeningAnswer
from treatments.queries import letter_parts
from treatments.queries.letter_parts import about, day, first_upper, section
from treatments.queries.letter_tables import NOTHING, brief, sizes, study, value
from treatments.queries.plans import Finding, aims_of
from treatments.queries.progress import Point, Progress, Series
from treatments.queries.report_doses import planned_lines
from treatments.queries.screenings import answers_of
from treatments.queries.surroundings import BlockSpan, Happening, Surroundings
from treatments.queries.wording import course_of
from treatments.rules import numbers

MOST_AT_A_GLANCE = 4


def affected_sides(case: Case) -> set[str]:
    sides = {injury.side for injury in case.injuries.all()}
    return {Side.LEFT, Side.RIGHT, Side.MIDLINE} if Side.BILATERAL in sides else {*sides, Side.MIDLINE}


def glance(leading: Sequence[Series], courses: Iterable[Course]) -> list[dict[str, str]]:
    """The few figures to read first: what leads, and the deposit that may be compared."""
    figures = []
    for course in courses:
        seen = course.last
        change = change_in_words(seen.change)
        if change and change.percent:
            name = _("Deposit %(label)s") % {"label": course.deposit.label}
            start, last = (" ".join(size_of(s)) for s in (course.reference, seen))
            figures.append({"name": name, "start": start, "last": last, "change": change.percent, "word": change.word})
    places = MOST_AT_A_GLANCE + 1 - len(figures[:1])
    told = [(s, course_of(s)) for s in leading if len(s.course) > 1][:places]
    measured = [
        {
            "name": series.name,
            "start": series.measure.with_unit(found.start.value),
            "last": series.measure.with_unit(found.last.value),
            "change": found.change,
            "word": found.word,
        }
        for series, found in told
        if found
    ]
    return [*measured, *figures[:1]]


def prior_treatment(case: Case) -> dict[str, Any]:
    """What was tried before us, or elsewhere, and what it brought."""
    rows = []
    for prior in case.prior_treatments.all():
        what = str(prior) if str(prior) == prior.kind.label else f"{prior.kind.label}: {prior}"
        when = " – ".join(dict.fromkeys(filter(None, (about(prior.started), about(prior.ended)))))
        often = "" if prior.sessions is None else f"{prior.sessions} ×"
        benefit = "; ".join([prior.get_benefit_display(), *(f"{domain}: {told}" for domain, told in prior.by_domain)])
        rows.append([what, when or NOTHING, ", ".join(filter(None, (often, prior.dose))) or NOTHING, benefit])
    columns = (_("Treatment"), _("When"), _("How often, dose"), _("Benefit")) if rows else ()
    heading = _("Treatment before us, and elsewhere")
    return section("prior_treatment", heading, "" if rows else _("None recorded."), columns, rows)


def screening(case: Case, today: date) -> dict[str, Any]:
    """Allergies, alerts and what was answered with yes; and how far the answers hold today."""
    latest: dict[str, ScreeningAnswer] = {a.question_code: a for a in answers_of(case)}
    said = letter_parts.cautions(case)
    noes = [a for a in latest.values() if not a.is_yes]
    good = [a.valid_until for a in noes if a.valid_until >= today]
    lines = [said["text"], *([holds(good)] if good else []), *([ran_out(len(noes) - len(good))] if noes else [])]
    lines.append(_("Medicines: %(what)s") % {"what": letter_parts.medicines(case)["text"]})
    return section("screening", said["heading"], "\n".join(filter(None, lines)))


def holds(until: Sequence[date]) -> str:
    told = ngettext("%(count)s answer of “no” holds", "%(count)s answers of “no” hold", len(until))
    return _("%(told)s, the first until %(until)s.") % {"told": told % {"count": len(until)}, "until": day(min(until))}


def ran_out(count: int) -> str:
    if not count:
        return ""
    told = ngettext("%(count)s answer of “no” has run out", "%(count)s answers of “no” have run out", count)
    return _("%(told)s: to be asked again before treatment.") % {"told": told % {"count": count}}


def goals(case: Case) -> dict[str, Any]:
    rows = [
        [goal.text, goal.target or NOTHING, brief(goal.due_on) if goal.due_on else NOTHING, goal.get_state_display()]
        for goal in case.goals.all()
    ]
    columns = (_("Goal"), _("To be known by"), _("By"), _("State")) if rows else ()
    return section("goals", _("Goals"), "" if rows else _("No goal is recorded."), columns, rows)


def plans(found: Sequence[Plan], progress: Progress, around: Surroundings | None) -> list[dict[str, Any]]:
    """Each plan with what it is meant to move and its blocks."""
    rules = {m.code: m.as_rule() for m in shelves(Modality)[0]} if found else {}
    spans = {b.id: b for b in around.blocks} if around else {}
    return [
        {
            "name": str(plan),
            "told": lasted(plan),
            "aims": [aim(each) for each in aims_of(progress, plan)],
            "blocks": [
                {
                    "name": _("Block %(number)s") % {"number": block.number},
                    "told": held(spans.get(block.pk), block.planned),
                    "lines": planned_lines(block, rules),
                }
                for block in plan.blocks.all()
            ],
        }
        for plan in found
    ]


def lasted(plan: Plan) -> str:
    if plan.ended_on is None:
        return _("since %(day)s") % {"day": day(plan.started_on)}
    told = {"first": day(plan.started_on), "last": day(plan.ended_on), "why": plan.ended_because}
    return _("%(first)s to %(last)s; ended: %(why)s") % told


def held(span: BlockSpan | None, planned: int) -> str:
    """ "5 of 5 sessions, 3 Jul 2026 to 31 Jul 2026"."""
    if span is None:
        return _("%(planned)s sessions planned, none held yet") % {"planned": planned}
    told = _("%(held)s of %(planned)s sessions, %(first)s to %(last)s") % {
        "held": span.held,
        "planned": span.planned,
        "first": brief(span.first),
        "last": brief(span.last),
    }
    early = _("ended early: %(why)s") % {"why": span.ended_early_because} if span.ended_early_because else ""
    return ", ".join(filter(None, (told, early)))


def aim(found: Finding) -> list[str]:
    """What a plan is meant to move: its target, where it started, where it is, and whether it is reached."""
    target = found.target or _("no value set")
    if found.target_on:
        target += ", " + _("by %(day)s") % {"day": brief(date.fromisoformat(found.target_on))}
    reached = {True: _("reached"), False: _("not reached"), None: NOTHING}[found.is_reached]
    return [found.name, target, found.start or NOTHING, found.now or _("not measured"), reached]


def outcomes(progress: Progress) -> dict[str, Any]:
    """Each measure at the start and last, its change, what that amounts to in whom, and its error; then the rest."""
    again = [s for s in progress.series if len(s.course) > 1]
    rows = [row for row in map(outcome, again) if row]
    once = "; ".join(f"{s.name} {dated(s, s.course[0])}" for s in progress.series if len(s.course) == 1)
    columns = (_("Measure"), _("Start"), _("Last"), _("Change"), _("Verdict, and in whom"), _("Error")) if rows else ()
    text = _("Measured once: %(what)s.") % {"what": once} if once else "" if rows else _("Nothing was measured.")
    return section("outcomes", _("Outcome measures"), text, columns, rows)


def outcome(series: Series) -> list[str]:
    told = course_of(series)
    if told is None:
        return []
    verdict = first_upper(told.word) + (f" ({told.why})" if told.why else "")
    error = NOTHING if series.error is None else f"±{numbers.shown(series.error)}"
    return [series.name, dated(series, told.start), dated(series, told.last), told.change or NOTHING, verdict, error]


def dated(series: Series, point: Point) -> str:
    """A value with its day, which stay in one line."""
    return in_one_line(value(series, point))


def in_one_line(text: str) -> str:
    return text.replace(" ", "\u00a0")


def imaging(case: Case, courses: Iterable[Course], studies: Iterable[ImagingResult]) -> dict[str, Any]:
    """Each study in a line; each deposit with its size, its change against the reference, and how it was read."""
    rows = [
        [
            taken(row["seen"].result),
            str(row["seen"].result),
            course.deposit.label,
            ", ".join(map(in_one_line, sizes(row).split(", "))),
            *against_reference(row["change"]),
            method(course, row["seen"]),
        ]
        for course in courses
        for row in rows_of(course)
    ]
    columns = (_("Date"), _("Picture"), _("Deposit"), _("Size"), _("Change"), _("Against the first"), _("Method"))
    awaited = case.imaging_requests.awaited().select_related("modality", "region", "view")
    lines = [
        *map(study, studies),
        *(_("Asked for, not here yet: %(what)s") % {"what": request} for request in awaited),
    ]
    return section("imaging", _("Pictures"), "\n".join(lines), columns if rows else (), rows)


def taken(result: ImagingResult) -> str:
    """The day of a picture, as far as it is known."""
    known = result.taken
    return in_one_line(brief(known.on) if known.precision is Precision.DAY else about(known))


def against_reference(change: Any) -> list[str]:
    """The percent with its word, and how sure that is; or why the two may not be compared."""
    if change is None:
        return [NOTHING, _("the reference")]
    return [in_one_line(change.percent) or NOTHING, f"{change.word} ({change.why})"]


def method(course: Course, seen: Seen) -> str:
    """Who read it and how the picture was calibrated."""
    reading = seen.measurement.reading
    return ", ".join(
        (reading.get_origin_display(), reading.calibration.label[:1].lower() + reading.calibration.label[1:])
    )


def reviews(around: Surroundings | None) -> dict[str, Any]:
    rows = [
        [
            brief(r.on),
            _("Block %(number)s") % {"number": r.block},
            first_upper(str(r.decision.label)),
            r.reason,
            r.by,
        ]
        for r in (around.reviews if around else ())
    ]
    columns = (_("Date"), _("After"), _("Decision"), _("Reason"), _("By")) if rows else ()
    return section("reviews", _("Reviews and decisions"), "" if rows else _("No review is signed yet."), columns, rows)


def adverse_events(case: Case, around: Surroundings | None) -> dict[str, Any]:
    """What went wrong, flares too."""
    said = letter_parts.adverse_events(case)
    flares = [flare_in_words(e) for e in (around.events if around else ()) if e.kind is Happening.FLARE]
    return section("adverse_events", _("Adverse events and flares"), "\n".join([said["text"], *flares]))


def flare_in_words(event: Any) -> str:
    pain = _("pain %(value)s the next morning") % {"value": event.text} if event.text else ""
    told = ", ".join(filter(None, (_("flare after the visit"), pain, event.detail)))
    return f"{day(event.on)}: {told}"
