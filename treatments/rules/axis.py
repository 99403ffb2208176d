"""The time axis of a case: days in, px out. A narrow strip at its left is for what came before, not to scale."""

import textwrap
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, NAMES, LABELS = 860, 152, 166  # the whole drawing; the columns of names at the left and of figures at the right
STRIP, STRIP_LEAST, STRIP_MOST, STRIP_STEP = (
    48,
    72,
    118,
    13,
)  # px: empty, least, most, between two
NAME_CHARACTERS = 24
APART = 48  # px that two dates on the axis need between their middles
CHARACTER, SMALL_CHARACTER = 6.2, 5.4  # px that a character takes, at 12 and at 10.5 px: the width of a text is a guess


@dataclass(frozen=True)
class Tick:
    """A date on the axis; the year is said once, and when it changes."""

    x: float
    label: str
    year: str


class Axis:
    """Days to px. It begins with the first visit and ends today."""

    def __init__(self, first: date, today: date, earlier: int = 0) -> None:
        """`earlier`: of how many things the strip has to hold the marks."""
        self.first, self.today, self.earlier = first, max(today, first), earlier
        self.last = max(self.today, first + timedelta(days=7))
        self.days = (self.last - first).days
        self.strip = min(STRIP_MOST, max(STRIP_LEAST, STRIP_STEP * (earlier + 1))) if earlier else STRIP
        self.left, self.right = NAMES + self.strip, WIDTH - LABELS

    def x(self, on: date) -> float:
        """Where a day stands; what lies outside stands at the end that is nearer."""
        share = min(max((on - self.first).days, 0), self.days) / self.days
        return round(self.left + share * (self.right - self.left), 1)

    def before(self, place: int) -> float:
        """Where the thing of this place, from 0, stands in the strip: in order, evenly."""
        return round(NAMES + self.strip * (place + 1) / (self.earlier + 1), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Some four to eight dates at whole weeks from the first day, none so near to today that they would touch."""
        step = 7 * max(1, round(self.days / 7 / 6))
        dates = [self.first + timedelta(days=n) for n in range(0, self.days + 1, step)]
        seen, made = 0, []
        for on in dates:
            if abs(self.x(self.today) - self.x(on)) > APART or (on == self.first and self.today != self.first):
                made.append(Tick(self.x(on), f"{on.day} {on:%b}", "" if on.year == seen else str(on.year)))
                seen = on.year
        return tuple(made)


Name = tuple[float, str, str]  # y, class, text: of the column at the left


def names_at(y: float, name: tuple[str, ...], notes: tuple[str, ...] = ()) -> tuple[Name, ...]:
    """The lines of a name and of what is said softly below it, one below the other."""
    lines = [("chart-label", text) for text in name] + [("chart-label chart-label-soft", text) for text in notes]
    return tuple((round(y + 14 * n, 1), kind, text) for n, (kind, text) in enumerate(lines) if text)


def in_two_lines(name: str) -> tuple[str, ...]:
    """A name that fits the column at the left, in at most two lines."""
    lines = textwrap.wrap(name, NAME_CHARACTERS)
    return tuple(lines) if len(lines) < 3 else (lines[0], short(" ".join(lines[1:]), NAME_CHARACTERS))


def width_of(text: str, character: float = SMALL_CHARACTER) -> float:
    """About how many px a text takes."""
    return len(text) * character


def short(text: str, most: int) -> str:
    """The text, cut at a word where it can be, with an ellipsis, if it is longer than `most` characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:·") + "…"
