"""The headings of a letter that are tables: pictures, treatment, outcomes. Their figures are not edited by hand."""

from collections import defaultdict
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case, CaseStatus, ImagingResult
from cases.queries import courses_of, pictures_of
from cases.queries.wording import rows_of
from treatments.models import Application
from treatments.queries.doses import modalities_of
from treatments.queries.letter_parts import about, first_upper, section
from treatments.queries.progress import Point, Progress, Series
from treatments.queries.wording import course_of
from treatments.rules import numbers
from treatments.rules.dose_ranges import ranges

NOTHING = "–"


def imaging(case: Case) -> dict[str, Any]:
    """Each study in a line; each deposit with its sizes, its change and how sure that is."""
    rows = []
    for course in courses_of(case):
        for row in rows_of(course):
            change = row["change"]
            rows.append(
                [
                    about(row["seen"].result.taken),
                    str(row["seen"].result),
                    f"{course.deposit.label}, {row['seen'].measurement.reading.get_origin_display()}",
                    sizes(row),
                    NOTHING if change is None else ", ".join(filter(None, (change.percent, change.word))),
                    _("the first, with which the others are compared") if change is None else change.why,
                ]
            )
    columns = (_("Date"), _("Picture"), _("Deposit"), _("Size"), _("Change"), _("Why, or how sure")) if rows else ()
    awaited = case.imaging_requests.awaited().select_related("modality", "region", "view")
    lines = [
        *map(study, pictures_of(case)),
        *(_("Asked for, not here yet: %(what)s, due %(day)s") % {"what": r, "day": brief(r.due_on)} for r in awaited),
    ]
    return section("imaging", _("Imaging"), "\n".join(lines), columns, rows)


def study(result: ImagingResult) -> str:
    """One picture: when, what, what its report says and what we concluded."""
    what = f"{about(result.taken)}: {result}, {result.get_side_display()} {result.region.label.lower()}."
    report, conclusion = ended(result.report_text), ended(result.conclusion)
    reported = _("Report: %(text)s") % {"text": report} if report else ""
    concluded = _("Our conclusion: %(text)s") % {"text": conclusion} if conclusion else ""
    waits = "" if result.reviewed_at else _("Not reviewed by us yet.")
    return " ".join(filter(None, (what, reported, concluded, waits)))


def ended(text: str) -> str:
    """A text with a full stop, or whatever else ends it."""
    told = text.strip()
    return f"{told}." if told and told[-1] not in ".!?…" else told


def sizes(row: dict[str, Any]) -> str:
    """218 mm², 34 × 9 mm."""
    found, size = row["seen"].measurement, " ".join(row["size"])
    across = [numbers.shown(v) for v in (found.length_mm, found.width_mm) if v is not None]
    if row["size"][1] == "mm":
        return f"{' × '.join(across)} mm"
    return f"{size}, {' × '.join(across)} mm" if across else size


def brief(day: Any) -> str:
    return date_format(day, "j M Y")


def treatment(progress: Progress) -> dict[str, Any]:
    """Each treatment that was given, with its doses from least to most and the number of sessions."""
    given: dict[str, list[Application]] = defaultdict(list)
    rules = modalities_of(a.modality_id for s in progress.sessions for a in s.applications.all())
    latest = {}
    for session in progress.sessions:
        for application in session.applications.all():
            rule = rules[application.modality_id]
            if application.was_given and rule.group != "EDUCATION":
                given[rule.code].append(application)
                latest[rule.code] = rule
    rows = [
        [rule.label, ranges(rule, [a.parameters for a in given[code]]) or NOTHING, str(len(sessions_in(given[code])))]
        for code, rule in latest.items()
    ]
    columns = (_("Treatment"), _("Dose"), _("Sessions")) if rows else ()
    return section("treatment", _("Treatment given"), "" if rows else _("None recorded."), columns, rows)


def sessions_in(applications: list[Application]) -> set[Any]:
    return {a.session_id for a in applications}


def outcomes(progress: Progress) -> dict[str, Any]:
    """Each measure at the start and now, with the verdict and the people it was found in."""
    rows = [row for row in map(outcome, progress.series) if row]
    last = _("Final") if progress.case.status == CaseStatus.DISCHARGED else _("Last")
    columns = (_("Measure"), _("Start"), last, _("Change"), _("Verdict")) if rows else ()
    return section("outcomes", _("Outcome"), "" if rows else _("Nothing was measured."), columns, rows)


def outcome(series: Series) -> list[str]:
    """One row; empty where nothing was measured before treatment."""
    told = course_of(series)
    if told is None:
        return []
    verdict = first_upper(told.word) + (f" ({told.why})" if told.why else "")
    final = NOTHING if told.start is told.last else value(series, told.last)
    return [series.name, value(series, told.start), final, told.change or NOTHING, verdict]


def value(series: Series, point: Point) -> str:
    return f"{series.measure.with_unit(point.value)}, {brief(point.on)}"
