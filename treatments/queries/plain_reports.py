"""The report of a case for the patient: the same facts in plain words, without codes and without our own remarks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import CaseStatus, StepKind
from cases.queries import Course
from cases.queries.wording import WHY_NOT, size_of
from cases.rules.deposits import Category
from clinic.models import StaffMember, shelves
from clinic.templatetags.formatting import plain
from treatments.models import Leaflet
from treatments.queries import plain_words, report_charts
from treatments.queries.doses import Lane
from treatments.queries.letter_parts import NOT_VISITS, about, day, first_upper, last_with_exercises
from treatments.queries.letter_tables import brief
from treatments.queries.progress import Series
from treatments.queries.report_parts import in_one_line
from treatments.queries.reports import Told, head_and_origin
from treatments.queries.surroundings import Happening
from treatments.rules.note_parts import in_plain_words
from treatments.rules.progress import Scale, Word

MOST_MEASURES = 8


def plain_report_of(told: Told, by: StaffMember) -> dict[str, Any]:
    """The report for the patient, as data for its template."""
    case, around = told.case, told.around
    shown = [s for s in told.leading if len(s.course) > 1 or s.measure.scale is Scale.CHANGE][:MOST_MEASURES]
    drawn = report_charts.panels(shown[:1], report_charts.span_of(told.progress, around)) if around else []
    last = last_with_exercises(case)
    return {
        **head_and_origin(told, by),
        "title": _("Your treatment with us"),
        "wrong": list(dict.fromkeys(map(plain_words.injury, case.injuries.all()))),
        "since": about(case.onset),
        "came": came(told),
        "goals": [[g.text, g.get_state_display()] for g in case.goals.all()],
        "measures": [measured(told, series) for series in shown],
        "explained": list(explained(shown)),
        "panel": panel_said(told, shown[0], drawn[0]) if drawn else None,
        "ticks": report_charts.span_of(told.progress, around).ticks if around else [],
        "treatments": treatments(told.progress.lanes),
        "pictures": list(pictures(told.courses)),
        "unwanted": unwanted(told),
        "decisions": decisions(told),
        "ended": ended(told),
        "exercises": [[e.name, in_plain_words(e)] for e in last.exercises.all()] if last else [],
        "contact": {"lead": case.lead.name, "clinic": case.site.name, "address": case.site.address},
    }


def came(told: Told) -> str:
    visits = [s for s in told.progress.sessions if s.kind not in NOT_VISITS]
    if not visits:
        return ""
    if len(visits) == 1:
        return _("You came once, on %(day)s.") % {"day": day(visits[0].occurred_on)}
    return _("You came %(count)s times, from %(first)s to %(last)s.") % {
        "count": len(visits),
        "first": day(visits[0].occurred_on),
        "last": day(visits[-1].occurred_on),
    }


def panel_said(told: Told, series: Series, drawn: dict[str, Any]) -> dict[str, Any]:
    """The drawing of a measure with a plain name, and one line below it."""
    grey = _("Grey: so near to the start that it may be no change at all.") if drawn["band"] else ""
    way = first_upper(plain_words.better_where(series))
    below = " ".join(filter(None, (f"{way}." if way else "", grey)))
    return {**drawn, "name": named(told, series), "change": below, "why": "", "note": ""}


def named(told: Told, series: Series) -> str:
    return plain_words.measure(series, is_questionnaire=told.is_questionnaire(series))


def measured(told: Told, series: Series) -> list[str]:
    """What, which way is better, at the start, now, and what that amounts to."""
    start, last = series.start, series.last
    values = [series.measure.with_unit(point.value) if point else "" for point in (start, last)]
    if series.measure.scale is Scale.CHANGE:
        values[0] = "–"
    return [named(told, series), plain_words.better_where(series), *values, plain_words.outcome(series)]


def explained(shown: Iterable[Series]) -> Iterable[str]:
    """What the words in the table mean, as far as they are in it."""
    words = {series.verdict.word for series in shown}
    if words & {Word.IMPROVED, Word.WORSE, Word.NO_RELIABLE_CHANGE}:
        yield _(
            "“Better” and “worse” are said only where the change is larger than what measuring twice can differ by, and"
            " large enough to matter to most people. Anything less is “no clear change”."
        )
    if Word.MORE_THAN_ERROR in words:
        yield _("“Changed”: by more than measuring twice can differ; how much people notice is not known.")
    if Word.NO_AGREED_THRESHOLD in words:
        yield _("“No agreed yardstick”: nobody has established how large a change must be to count.")


def treatments(lanes: Iterable[Lane]) -> list[list[str]]:
    """What was done, what that is, how many times, and when."""
    leaflets = {leaflet.code: leaflet.content for leaflet in shelves(Leaflet)[0]}
    rows = []
    for lane in sorted(lanes, key=lambda each: each.modality.group == "EDUCATION"):
        what = leaflets.get(lane.modality.code, {}).get("what", "")
        first, last = lane.doses[0].on, lane.doses[-1].on
        days = {"first": brief(first), "last": brief(last)}
        when = brief(first) if first == last else _("%(first)s to %(last)s") % days
        count = len({dose.session_id for dose in lane.doses})
        often = ngettext("once", "%(count)s times", count) % {"count": count}
        rows.append([plain_words.treatment(lane.modality), what.partition(". ")[0].rstrip("."), often, when])
    return rows


def pictures(courses: Sequence[Course]) -> Iterable[str]:
    """What each deposit did, from the picture it is compared with to the last one."""
    found = [course for course in courses if len(course.seen) > 1]
    for course in found:
        yield pictured(course, _("deposit %(name)s") % {"name": course.deposit.label} if several(courses) else "")
    if any(c.last.change and c.last.change.reason is None for c in found):
        yield _("Whether the treatment, time or something else did it, pictures cannot tell.")


def several(courses: Sequence[Course]) -> bool:
    return len({course.deposit.label for course in courses}) > 1


def pictured(course: Course, name: str) -> str:
    seen, change = course.last, course.last.change
    days = {"first": about(course.reference.result.taken), "last": about(seen.result.taken)}
    name = name or _("the deposit")
    if change is None or change.reason is not None:
        why = str(WHY_NOT[change.reason]) if change and change.reason else ""
        told = {**days, "name": name, "why": why}
        return _("The pictures of %(first)s and %(last)s cannot be compared for %(name)s: %(why)s.") % told
    start, last = (in_one_line(" ".join(filter(None, size_of(s)))) for s in (course.reference, seen))
    word = str(plain_words.PICTURED[change.category])
    said = _("Between the pictures of %(first)s and %(last)s, %(name)s %(word)s") % {
        **days,
        "name": name,
        "word": word,
    }
    if change.category is Category.COMPLETE or change.percent is None:
        return f"{said}."
    compared = _("%(percent)s %% less") if change.percent < 0 else _("%(percent)s %% more")
    told = {"said": said, "start": start, "last": last, "error": plain(change.error_percent)}
    told["compared"] = in_one_line(compared % {"percent": plain(abs(change.percent))})
    return _("%(said)s: %(start)s then, %(last)s now, %(compared)s. Readings differ by about %(error)s %%.") % told


def unwanted(told: Told) -> str:
    """One sentence on what went wrong; nothing of what we suspect."""
    events = [e for e in (told.around.events if told.around else ()) if e.kind is Happening.ADVERSE]
    if not events:
        return _("No unwanted effect was noted.")
    said = ngettext("%(count)s unwanted effect was noted.", "%(count)s unwanted effects were noted.", len(events)) % {
        "count": len(events)
    }
    going = sum(event.until is None for event in events)
    if not going:
        return f"{said} {_('It is over.') if len(events) == 1 else _('All of them are over.')}"
    return f"{said} " + ngettext("%(count)s is not over yet.", "%(count)s are not over yet.", going) % {"count": going}


def decisions(told: Told) -> list[list[str]]:
    reviews = told.around.reviews if told.around else ()
    return [[day(r.on), _("We decided %(what)s.") % {"what": plain_words.DECIDED[r.decision]}] for r in reviews]


def ended(told: Told) -> str:
    if told.case.status != CaseStatus.DISCHARGED:
        return _("Treatment is on hold.") if told.case.status == CaseStatus.ON_HOLD else _("Treatment goes on.")
    step = told.case.steps.filter(kind=StepKind.DISCHARGED).last()
    if step is None:
        return ""
    return _("Your treatment ended on %(day)s: %(outcome)s.") % {
        "day": day(step.on),
        "outcome": step.get_outcome_display(),
    }
