"""The twin of the drawing: the same numbers as rows, for the table beside it and for its file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.queries import Course, Seen
from cases.queries.wording import change_in_words, size_of
from clinic.templatetags.formatting import day
from treatments.forms.progress import Choice
from treatments.queries import Event, Happening, Lane, Picture, Point, Progress, Series, Surroundings
from treatments.queries.wording import verdict_of
from treatments.rules import numbers
from treatments.rules.panels import GAP_DAYS
from treatments.views.drawing import drawn_amount
from treatments.views.happenings import (
    block_name,
    block_says,
    event_says,
    event_when,
    prior_name,
    review_name,
    when,
)

COLUMNS = (
    *("part", "what", "date", "until", "moment", "value", "unit"),
    *("change", "change unit", "sum", "sum unit", "words", "by"),
)


@dataclass(frozen=True)
class Row:
    """One row. `value`, `change` and `total` are numbers where there are any; `day` and `said` are for reading."""

    what: str
    day: str
    on: date | None = None
    until: date | None = None
    moment: str = ""
    value: Decimal | str | None = None
    unit: str = ""
    change: Decimal | None = None
    change_unit: str = ""
    total: Decimal | None = None
    total_unit: str = ""
    said: str = ""
    by: str = ""
    link: str = ""

    @property
    def value_said(self) -> str:
        return numbers.grouped(self.value) if isinstance(self.value, Decimal) else self.value or ""

    @property
    def change_said(self) -> str:
        return "" if self.change is None else numbers.change(self.change)

    @property
    def total_said(self) -> str:
        return "" if self.total is None else numbers.grouped(self.total)


@dataclass(frozen=True)
class Twin:
    """The rows of each part of the drawing."""

    before: tuple[Row, ...]
    measures: tuple[Row, ...]
    doses: tuple[Row, ...]
    happened: tuple[Row, ...]


def twin_of(progress: Progress, around: Surroundings | None, choice: Choice) -> Twin | None:
    """None where there is nothing to draw."""
    if around is None:
        return None
    return Twin(
        before=before_rows(around),
        measures=tuple(row for s, _is_other in choice.of(progress) for row in measure_rows(s)),
        doses=tuple(row for lane in progress.lanes for row in dose_rows(lane)),
        happened=happened_rows(progress, around),
    )


def file_rows(twin: Twin) -> list[Sequence[Any]]:
    """The rows of the file, with their names first."""
    parts = {
        _("before us"): twin.before,
        _("measure"): twin.measures,
        _("dose"): twin.doses,
        _("happened"): twin.happened,
    }
    return [COLUMNS, *(cells(part, row) for part, rows in parts.items() for row in rows)]


def cells(part: str, row: Row) -> Sequence[Any]:
    dates = (row.on.isoformat() if row.on else row.day, row.until.isoformat() if row.until else "")
    figures = (row.value, row.unit, row.change, row.change_unit, row.total, row.total_unit)
    return (part, row.what, *dates, row.moment, *figures, row.said, row.by)


def measure_rows(series: Series) -> Iterable[Row]:
    """Its values in their order; the last one says what the change amounts to, one after a gap how long that was."""
    measure, last_on = series.measure, None
    for point in series.points:
        is_before = point.moment == "BEFORE"
        change = series.change_of(point) if is_before else None
        yield Row(
            what=series.name,
            day=day(point.on),
            on=point.on,
            moment=_("before treatment") if is_before else _("after treatment"),
            value=measure.shown(point.value) if measure.grades else point.value,
            unit=measure.unit,
            change=change,
            change_unit="" if change is None else measure.unit,
            said="; ".join(said_of(series, point, last_on)),
            by=point.by,
            link=reverse("session", args=[point.session_id]),
        )
        last_on = point.on if is_before else last_on


def said_of(series: Series, point: Point, last_on: date | None) -> Iterable[str]:
    if point.moment != "BEFORE":
        return
    if last_on and (point.on - last_on).days > GAP_DAYS:
        yield _("%(weeks)s weeks after the one before") % {"weeks": (point.on - last_on).days // 7}
    if point is series.start:
        error = series.error
        yield _("changes are counted from here") + (f", ±{numbers.shown(error)}" if error is not None else "")
    if point is series.last:
        word, _tone, why = verdict_of(series)
        yield f"{word} ({why})" if why else word


def dose_rows(lane: Lane) -> Iterable[Row]:
    for dose, so_far in zip(lane.doses, lane.sums, strict=True):
        yield Row(
            what=lane.modality.label,
            day=day(dose.on),
            on=dose.on,
            value=drawn_amount(lane, dose),
            unit=_("dose index, mJ/mm²") if lane.has_index else lane.unit,
            total=so_far,
            total_unit=lane.sum_unit,
            said=dose.in_short,
            by=dose.by,
            link=reverse("session", args=[dose.session_id]),
        )


def before_rows(around: Surroundings) -> tuple[Row, ...]:
    """What was tried and pictured before the first visit, in its order."""
    priors = [
        (p.started_on or date.min, Row(prior_name(p), when(p.started), said=str(p.get_benefit_display())))
        for p in around.before
    ]
    pictures = [(p.result.taken_on, row) for p in around.pictures_before for row in picture_rows(p)]
    return tuple(row for _on, row in sorted([*priors, *pictures], key=lambda pair: pair[0]))


def picture_rows(picture: Picture) -> Iterable[Row]:
    for course, seen in picture.deposits:
        yield deposit_row(picture, course, seen)
    if not picture.deposits:
        yield Row(
            what=str(picture.result),
            day=when(picture.result.taken),
            said=_("not measured"),
            link=reverse("imaging_result", args=[picture.result.pk]),
        )


def deposit_row(picture: Picture, course: Course, seen: Seen) -> Row:
    size, unit = size_of(seen)
    change = change_in_words(seen.change)
    percent = seen.change.percent if seen.change else None
    origin = _("as reported") if course.origin == "REPORTED" else _("measured by us")
    said = [origin, f"{change.word} ({change.why})" if change else _("changes are counted from here")]
    return Row(
        what=f"{course.deposit.label}, {picture.result}",
        day=when(picture.result.taken),
        on=picture.result.taken_on if len(str(picture.result.taken)) == 10 else None,
        value=numbers.parse(size) if unit else size,
        unit=unit,
        change=percent,
        change_unit="" if percent is None else "%",
        said="; ".join(said),
        by=seen.measurement.reading.signed_name,
        link=reverse("imaging_result", args=[picture.result.pk]),
    )


def happened_rows(progress: Progress, around: Surroundings) -> tuple[Row, ...]:
    """Visits, blocks, reviews, pictures, treatments elsewhere, flares and adverse events, by their first day."""
    rows = [(s.occurred_on, visit_row(s)) for s in progress.sessions]
    rows += [
        (b.first, Row(block_name(b), day(b.first), b.first, None if b.is_open else b.last, said=block_says(b)))
        for b in around.blocks
    ]
    rows += [
        (r.on, Row(review_name(r), day(r.on), r.on, said=f"{r.decision.label}: {r.reason}", by=r.by))
        for r in around.reviews
    ]
    rows += [(p.result.taken_on, row) for p in around.pictures for row in picture_rows(p)]
    rows += [(e.on, event_row(e)) for e in around.events]
    return tuple(row for _on, row in sorted(rows, key=lambda pair: pair[0]))


def event_row(event: Event) -> Row:
    link = reverse("session", args=[event.session_id]) if event.session_id else ""
    said = event_says(event)
    if event.kind is Happening.FLARE and event.detail:
        said += f": {event.detail}"
    return Row(kind_of(event.kind), event_when(event), event.on, event.until, said=said, by=event.by, link=link)


def visit_row(session: Any) -> Row:
    return Row(
        what=_("Visit"),
        day=day(session.occurred_on),
        on=session.occurred_on,
        said=str(session.get_kind_display()),
        by=session.signed_name,
        link=reverse("session", args=[session.pk]),
    )


def kind_of(kind: Happening) -> str:
    return {
        Happening.FLARE: _("Flare"),
        Happening.ADVERSE: _("Adverse event"),
        Happening.SURGERY: _("Operation elsewhere"),
        Happening.INJECTION: _("Injection elsewhere"),
        Happening.ELSEWHERE: _("Treatment elsewhere"),
    }[kind]
