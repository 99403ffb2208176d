"""The course of a case on paper: days and values in, places from 0 (left, bottom) to 1 (right, top) out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from treatments.rules.panels import GAP_DAYS

LEAST_DAYS = 14
TICKS = 5
BY_MONTH_DAYS = 400  # of a longer course the axis names months
LEAST_APART = 0.14  # of the height: two figures beside a panel do not touch
LOW_BAR = 0.12

Value = tuple[date, Decimal]
Place = tuple[float, float]


@dataclass(frozen=True)
class Span:
    """The days of a course, from its first to its last."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days, LEAST_DAYS)

    def at(self, on: date) -> float:
        """Where a day stands; what lies outside stands at the end that is nearer."""
        return round(min(max((on - self.first).days, 0), self.days) / self.days, 4)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Some dates at whole weeks from the first day."""
        step = 7 * max(1, round(self.days / 7 / TICKS + 0.4))
        named = "{0:%b %Y}" if self.days > BY_MONTH_DAYS else "{0.day} {0:%b}"
        dates = [self.first + timedelta(days=n) for n in range(0, self.days + 1, step)]
        return tuple((self.at(on), named.format(on)) for on in dates)


@dataclass(frozen=True)
class Panel:
    """One series. `joins`: from a point to the next, and whether so many days lie between that the line is broken.

    `band` is the start with its error, where that is known; `scale` are the figures beside the panel.
    """

    points: tuple[Place, ...]
    joins: tuple[bool, ...]
    start: Place
    band: Place | None
    scale: tuple[tuple[float, str], ...]


def panel(
    span: Span,
    values: Sequence[Value],
    start: Value,
    band: tuple[Decimal, Decimal] | None,
    shown: Callable[[Decimal], str],
) -> Panel:
    """The panel of a series that has at least one value."""
    found = [value for _on, value in values] + list(band or ())
    low, high = min(found), max(found)
    low = Decimal(0) if 0 < low < high / 2 else low
    room = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return round(float((value - low) / room), 4)

    return Panel(
        points=tuple((span.at(on), place(value)) for on, value in values),
        joins=tuple((b - a).days > GAP_DAYS for (a, _), (b, _) in pairwise(values)),
        start=(span.at(start[0]), place(start[1])),
        band=(place(band[0]), place(band[1])) if band else None,
        scale=scale((high, low, start[1]), place, shown),
    )


def scale(
    wanted: Sequence[Decimal], place: Callable[[Decimal], float], shown: Callable[[Decimal], str]
) -> tuple[tuple[float, str], ...]:
    """The figures that touch none before them."""
    made: list[tuple[float, str]] = []
    for value in wanted:
        if all(abs(place(value) - at) >= LEAST_APART for at, _ in made):
            made.append((place(value), shown(value)))
    return tuple(made)


def bars(span: Span, doses: Sequence[tuple[date, Decimal | None]]) -> tuple[Place, ...]:
    """Bars as high as their share of the largest; all of one height where the doses have no number."""
    largest = max((amount for _on, amount in doses if amount is not None), default=Decimal(0))
    return tuple(
        (span.at(on), max(LOW_BAR, round(float(amount / largest), 4)) if amount is not None and largest else 0.5)
        for on, amount in doses
    )
