"""The progress of a case as a drawing: what a line, a bar and a point say, and what goes into each lane."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.templatetags.formatting import day
from treatments.forms.progress import Choice
from treatments.queries import Dose, Lane, Point, Progress, Series, Surroundings
from treatments.queries.wording import verdict_of
from treatments.rules import charts, numbers
from treatments.rules.charts import FULL, Sizes
from treatments.rules.lanes import DoseRow
from treatments.rules.panels import Curve, Value
from treatments.views.happenings import (
    blocks_to_draw,
    events_to_draw,
    pauses_to_draw,
    reviews_to_draw,
    things_before,
    visits_to_draw,
)

Link = Callable[[UUID], str]
said_on = lru_cache(maxsize=4096)(day)


def chart_of(
    progress: Progress,
    around: Surroundings | None,
    choice: Choice,
    *,
    today: date,
    sizes: Sizes = FULL,
) -> charts.Chart | None:
    """The whole drawing; None before the first signed visit."""
    if around is None:
        return None

    @cache
    def link(session_id: UUID) -> str:
        return reverse("session", args=[session_id])

    before = things_before(around)
    course = charts.Course(
        first=around.begins,
        curves=tuple(curve_of(s, link, is_other=is_other) for s, is_other in choice.of(progress)),
        doses=tuple(dose_row(lane, link) for lane in sorted(progress.lanes, key=last_without_number)),
        visits=visits_to_draw(progress.sessions, progress.drafts, link, today=today),
        pauses=pauses_to_draw([s.occurred_on for s in progress.sessions], today=today),
        blocks=blocks_to_draw(around.blocks, today=today),
        reviews=reviews_to_draw(around.reviews),
        events=events_to_draw(around, before, link),
        earlier=len(before),
        since=choice.since,
        since_label=_("changes since %(day)s") % {"day": said_on(choice.since)} if choice.since else "",
    )
    return charts.draw(course, today=today, sizes=sizes)


def curve_of(series: Series, link: Link, *, is_other: bool) -> Curve:
    measure, course = series.measure, series.course
    word, _tone, _why = verdict_of(series)
    values = tuple(values_before(series, link))
    change = [*([numbers.change(series.change)] if series.change is not None else []), word]
    return Curve(
        names=(measure.short_label, measure.name(series.context, series.side).partition(", ")[2]),
        unit=measure.unit,
        direction=measure.direction,
        start=values[course.index(series.start)],
        values=values,
        after=tuple(values_after(series, link)),
        band=series.error_band,
        grades=tuple(g.label for g in measure.grades),
        last=measure.with_unit(course[-1].value),
        change=" · ".join(change),
        is_other=is_other,
    )


def values_before(series: Series, link: Link) -> Iterable[Value]:
    """Each value, and what its mark says: "Pain, load: 4/10, Wed 14 Oct 2026, −3 since the start, Giulia Renna"."""
    since = said_on(series.start.on) if series.since else _("the start")
    counted = _("%(change)s since %(since)s")
    for point in series.course:
        change = series.change_of(point)
        said = "" if change is None else counted % {"change": numbers.change(change), "since": since}
        yield Value(point.on, point.value, point_says(series, series.name, point, said), link(point.session_id))


def values_after(series: Series, link: Link) -> Iterable[Value]:
    """Values after treatment, which are compared with the one before it of the same visit and with no other."""
    name = _("%(name)s after treatment") % {"name": series.name}
    before = {p.session_id: p.value for p in series.course}
    for point in series.points:
        if point.moment == "AFTER":
            says = point_says(series, name, point, "")
            yield Value(point.on, point.value, says, link(point.session_id), before.get(point.session_id))


def point_says(series: Series, name: str, point: Point, change: str) -> str:
    said = (series.measure.with_unit(point.value), said_on(point.on), change, point.by)
    return f"{name}: {', '.join(part for part in said if part)}"


def dose_row(lane: Lane, link: Link) -> DoseRow:
    """A lane of doses; a modality without a number has bars of one height."""
    amounts = [drawn_amount(lane, dose) for dose in lane.doses]
    values = [
        Value(d.on, numbers.parse(1) if amount is None else amount, says, link(d.session_id))
        for d, amount, says in zip(lane.doses, amounts, doses_say(lane), strict=True)
    ]
    return DoseRow(
        name=lane.modality.label,
        unit=_("dose index, mJ/mm²") if lane.has_index else lane.unit,
        values=tuple(values),
        figures=tuple("" if amount is None else numbers.grouped(amount) for amount in amounts),
        total=sum_in_words(lane),
        last=last_in_words(lane),
    )


def drawn_amount(lane: Lane, dose: Dose) -> Decimal | None:
    """What the bar shows: the dose index where there is one, else the amount in the lane's unit."""
    return dose.adds if lane.has_index else dose.amount


def doses_say(lane: Lane) -> Iterable[str]:
    """ "Wed 28 Oct 2026: Focused shockwave · 0.15 mJ/mm² …, dose index 300, 300 mJ/mm² so far, Giulia Renna"."""
    index, summed = _("dose index %(index)s"), _("%(sum)s %(unit)s so far")
    for dose, so_far in zip(lane.doses, lane.sums, strict=True):
        said = [f"{said_on(dose.on)}: {dose.sentence}"]
        if lane.has_index and dose.adds is not None:
            said.append(index % {"index": numbers.grouped(dose.adds)})
        if so_far is not None:
            said.append(summed % {"sum": numbers.grouped(so_far), "unit": lane.sum_unit})
        yield ", ".join([*said, dose.by])


def last_without_number(lane: Lane) -> bool:
    return not lane.unit


def sum_in_words(lane: Lane) -> str:
    """ "6000 impulses", "dose index 1200 mJ/mm²"; how often, where nothing is summed."""
    if lane.total is None:
        return times(len(lane.doses))
    total = f"{numbers.grouped(lane.total)} {lane.sum_unit}"
    return _("dose index %(total)s") % {"total": total} if lane.has_index else total


def last_in_words(lane: Lane) -> str:
    """How often, and the last dose where it does not stand above its bar in the same words."""
    amount = lane.doses[-1].amount
    said = [times(len(lane.doses))] if lane.total is not None else []
    if amount is not None:
        said.append(_("last %(amount)s %(unit)s") % {"amount": numbers.grouped(amount), "unit": lane.unit})
    return ", ".join(said)


def times(count: int) -> str:
    return _("once") if count == 1 else _("%(count)s times") % {"count": count}
