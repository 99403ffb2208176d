"""What a report draws: its measures as panels, and what was done as lanes on one time axis."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from cases.queries.wording import size_of
from treatments.queries.doses import Lane
from treatments.queries.letter_parts import first_upper
from treatments.queries.letter_tables import brief
from treatments.queries.progress import Progress, Series
from treatments.queries.surroundings import Happening, Picture, Surroundings
from treatments.queries.wording import course_of
from treatments.rules import numbers
from treatments.rules.printed_charts import Span, bars, panel

MOST_LANES = 14
WRONG = (Happening.FLARE, Happening.ADVERSE)


def span_of(progress: Progress, around: Surroundings) -> Span:
    """From the first visit to the last thing that happened."""
    days = [s.occurred_on for s in progress.sessions]
    days += [p.result.taken_on for p in around.pictures]
    days += [r.on for r in around.reviews]
    return Span(around.begins, max(days))


def panels(series: Iterable[Series], span: Span) -> list[dict[str, Any]]:
    """A panel for each series that has a course."""
    return [drawn for each in series if (drawn := panel_of(each, span))]


def panel_of(series: Series, span: Span) -> dict[str, Any] | None:
    """None where there are not two values to join."""
    told, start = course_of(series), series.start
    if told is None or start is None or len(series.course) < 2:
        return None
    measure = series.measure
    drawn = panel(
        span,
        [(p.on, p.value) for p in series.course],
        (start.on, start.value),
        series.error_band,
        measure.shown,
    )
    change = ", ".join(filter(None, (told.change, told.word)))
    return {
        **asdict(drawn),
        "name": series.name,
        "note": better_where(measure.direction),
        "from": measure.with_unit(start.value),
        "to": measure.with_unit(told.last.value),
        "change": first_upper(change),
        "why": f"({told.why})" if told.why else "",
    }


def better_where(direction: int) -> str:
    return {1: _("higher is better"), -1: _("lower is better")}.get(direction, "")


def timeline(progress: Progress, around: Surroundings, span: Span) -> dict[str, Any]:
    """Visits, blocks, doses, pictures and what went wrong, one below the other."""
    return {
        "ticks": span.ticks,
        "visits": [span.at(s.occurred_on) for s in progress.sessions],
        "blocks": [
            {"from": span.at(b.first), "to": span.at(b.last), "number": str(b.number), "label": block_label(b)}
            for b in around.blocks
        ],
        "reviews": [span.at(r.on) for r in around.reviews],
        "lanes": [lane(each, span) for each in drawn_lanes(progress.lanes)],
        "pictures": [picture(each, span) for each in around.pictures],
        "wrong": [span.at(e.on) for e in around.events if e.kind in WRONG],
    }


def drawn_lanes(lanes: Sequence[Lane]) -> list[Lane]:
    """What has an amount first; of very many modalities not all, which the table names."""
    given = [each for each in lanes if each.modality.group != "EDUCATION"]
    return sorted(given, key=lambda each: not each.unit)[:MOST_LANES]


def lane(each: Lane, span: Span) -> dict[str, Any]:
    amounts = [(d.on, d.amount) for d in each.doses]
    known = [amount for _on, amount in amounts if amount is not None]
    said = ""
    if known and each.unit:
        low, high = numbers.grouped(min(known)), numbers.grouped(max(known))
        said = f"{low if low == high else f'{low}–{high}'} {each.unit}"
    return {"name": each.modality.label, "bars": bars(span, amounts), "times": f"{len(amounts)} ×", "said": said}


def block_label(block: Any) -> str:
    held = {"number": block.number, "held": block.held, "planned": block.planned}
    return _("block %(number)s: %(held)s of %(planned)s") % held


def picture(each: Picture, span: Span) -> dict[str, Any]:
    sizes = ["".join(part for part in (size, f" {unit}" if unit else "")) for size, unit in sizes_read(each)]
    return {"at": span.at(each.result.taken_on), "said": ", ".join(sizes), "on": brief(each.result.taken_on)}


def sizes_read(each: Picture) -> list[tuple[str, str]]:
    return [size_of(seen) for _course, seen in each.deposits]
