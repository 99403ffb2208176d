"""The panels of the drawing, one for each unit: values in, paths in px out. Nothing is smoothed, gaps stay gaps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from treatments.rules import numbers
from treatments.rules.axis import SMALL_CHARACTER, Axis, Name, in_two_lines, names_at, short, width_of
from treatments.rules.glyphs import POINTS, glyph

GAP_DAYS = 21  # more than three weeks between two values: they are not joined as if they were neighbours
LABEL = 29  # px that the two lines of a label take

Place = Callable[[Decimal], float]
Mark = tuple[str, str, str]  # path, what it says, link: a tuple, so that a template draws many of them fast


@dataclass(frozen=True)
class Value:
    """A value of a series: its day, and what is said of it. `before` is the one before treatment of the same visit."""

    on: date
    value: Decimal
    says: str
    link: str
    before: Decimal | None = None


@dataclass(frozen=True)
class Curve:
    """A series to draw. `band` is its start with its error, where that is known.

    `names`: of its measure, and what tells it from others of that measure. `last` and `change` are said beside its end.
    `start` is the value that changes are counted from. `is_other`: of the other side, drawn faintly.
    """

    names: tuple[str, str]
    unit: str
    direction: int
    start: Value
    values: tuple[Value, ...]
    after: tuple[Value, ...] = ()
    band: tuple[Decimal, Decimal] | None = None
    grades: tuple[str, ...] = ()
    last: str = ""
    change: str = ""
    is_other: bool = False

    @property
    def panel(self) -> tuple[str, int, str]:
        """What it must share with others of its panel: unit and good direction; what has no unit stands alone."""
        return self.unit, self.direction, "" if self.unit and not self.grades else self.names[0]


@dataclass(frozen=True)
class Gap:
    """Two values so far apart that the line between them is dashed."""

    path: str
    says: str
    x: float
    y: float
    label: str  # empty where there is no room


@dataclass(frozen=True)
class Label:
    """What is said beside a line: its name with the last value, and the change."""

    y: float
    name: str
    change: str
    kind: str


@dataclass(frozen=True)
class Line:
    """One series: joined where neighbours are near, dashed where not; its error, where the band is not its own.

    Its marks are those before treatment, which it goes through, and those after.
    """

    says: str
    kind: str
    path: str
    stems: str
    whisker: str
    gaps: tuple[Gap, ...]
    marks: tuple[Mark, ...]
    marks_after: tuple[Mark, ...]


@dataclass(frozen=True)
class Panel:
    """All series of one unit. The band (x, y, width, height) is the start of the first with its error, if known."""

    names: tuple[Name, ...]
    y: float
    height: float
    scale: tuple[tuple[float, str], ...]
    baseline: tuple[float, float]
    band: tuple[float, float, float, float] | None
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]

    @property
    def bottom(self) -> float:
        return self.y + self.height


def grouped(curves: Sequence[Curve]) -> list[list[Curve]]:
    """The curves of each panel, in the order in which the first of each comes; in a panel the other side comes last."""
    found: dict[tuple[str, int, str], list[Curve]] = {}
    for curve in curves:
        found.setdefault(curve.panel, []).append(curve)
    return [sorted(group, key=lambda c: c.is_other) for group in found.values()]


def panel(curves: Sequence[Curve], axis: Axis, y: float, least_height: float) -> Panel:
    """One panel for the curves of a unit."""
    first = curves[0]
    height = max(least_height, LABEL * len(curves) + 4.0)
    low, high = extent(curves)
    spread = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return round(y + height - float((value - low) / spread) * height, 1)

    band = first.band
    top, bottom = (place(band[1]), place(band[0])) if band else (0.0, 0.0)
    start_x = axis.x(first.start.on)
    return Panel(
        names=names_at(y + 9, title_of(curves), notes_of(first)),
        y=y,
        height=height,
        scale=scale_of(first, (low, high), place),
        baseline=(start_x, place(first.start.value)),
        band=(start_x, top, round(axis.right - start_x, 1), round(bottom - top, 1)) if band else None,
        lines=tuple(line(c, n, axis, place, is_alone=len(curves) == 1) for n, c in enumerate(curves)),
        labels=spread_labels(curves, place, y, height),
    )


def extent(curves: Sequence[Curve]) -> tuple[Decimal, Decimal]:
    """The lowest and highest that the panel has room for: zero where the values come near it, and all errors."""
    found = [v.value for c in curves for v in (c.start, *c.values, *c.after)]
    found += [edge for c in curves for edge in c.band or ()]
    low, high = min(found), max(found)
    return (min(low, Decimal(0)) if low < high / 2 else low), high


def title_of(curves: Sequence[Curve]) -> tuple[str, ...]:
    """The measures of the panel, in at most two lines."""
    return in_two_lines(", ".join(dict.fromkeys(c.names[0] for c in curves)))


def notes_of(curve: Curve) -> tuple[str, ...]:
    direction = {1: "higher is better", -1: "lower is better", 0: ""}[curve.direction]
    return tuple(note for note in (curve.unit, direction) if note)


def scale_of(curve: Curve, ends: tuple[Decimal, Decimal], place: Place) -> tuple[tuple[float, str], ...]:
    """The figures beside the panel: both ends, and the start where it does not touch them."""
    wanted = [*dict.fromkeys(reversed(ends)), curve.start.value]
    made: list[tuple[float, str]] = []
    for value in wanted:
        text = short(curve.grades[int(value)], 9) if curve.grades else numbers.shown(value)
        if all(abs(place(value) - at) >= 12 for at, _ in made):
            made.append((place(value), text))
    return tuple(made)


def line(curve: Curve, number: int, axis: Axis, place: Place, *, is_alone: bool) -> Line:
    shape = "circle" if curve.is_other else POINTS[number % len(POINTS)]
    kind = "other" if curve.is_other else str(number % len(POINTS) + 1)
    points = [(v, axis.x(v.on), place(v.value)) for v in curve.values]
    joined, gaps = [f"M{points[0][1]} {points[0][2]}"], []
    for (a, x1, y1), (b, x2, y2) in pairwise(points):
        days = (b.on - a.on).days
        joined.append(f"{'M' if days > GAP_DAYS else 'L'}{x2} {y2}")
        if days > GAP_DAYS:
            gaps.append(gap((x1, y1), (x2, y2), days, has_room=is_alone))
    marks = tuple(
        (glyph(shape, x, y, 2.6 if curve.is_other else 3.6), value.says, value.link) for value, x, y in points
    )
    return Line(
        says=", ".join([name for name in curve.names if name] + [n for n in notes_of(curve) if n != curve.unit]),
        kind=kind,
        path="".join(joined),
        stems="".join(stem(v, axis, place) for v in curve.after),
        whisker="" if number == 0 or curve.is_other else whisker(curve, axis, place),
        gaps=tuple(gaps),
        marks=marks,
        marks_after=tuple((glyph("circle", axis.x(v.on), place(v.value), 2.4), v.says, v.link) for v in curve.after),
    )


def stem(value: Value, axis: Axis, place: Place) -> str:
    """Joins a value after treatment with the one before it of the same visit."""
    x = axis.x(value.on)
    return "" if value.before is None else f"M{x} {place(value.before)}V{place(value.value)}"


def whisker(curve: Curve, axis: Axis, place: Place) -> str:
    """The error of a line whose panel shows the band of another: an upright at its start."""
    band = curve.band
    if band is None:
        return ""
    x = axis.x(curve.start.on)
    low, high = place(band[0]), place(band[1])
    return f"M{x - 3:.1f} {low}h6m-3 0V{high}m-3 0h6"


def gap(a: tuple[float, float], b: tuple[float, float], days: int, *, has_room: bool) -> Gap:
    (x1, y1), (x2, y2) = a, b
    said = f"{days // 7} weeks apart"
    width = width_of(said)
    fits = has_room and x2 - x1 > width + 12
    clear = abs(y2 - y1) / (x2 - x1) * width / 2 + 5  # px above the middle, where no slope crosses the words
    x, y = round((x1 + x2) / 2, 1), round((y1 + y2) / 2 - clear, 1)
    return Gap(f"M{x1} {y1}L{x2} {y2}", said, x, y, said if fits else "")


def spread_labels(curves: Sequence[Curve], place: Place, y: float, height: float) -> tuple[Label, ...]:
    """The labels beside the ends of their lines, moved apart so that none covers another or leaves the panel."""
    ends = sorted((place(c.values[-1].value), n, c) for n, c in enumerate(curves))
    placed: list[Label] = []
    for at, (end, n, curve) in enumerate(ends):
        lowest = placed[-1].y + LABEL if placed else y + 4
        room = y + height - LABEL * (len(ends) - at) + 14
        shown = min(max(end, lowest), max(room, lowest))
        tail = curve.names[1] or (curve.names[0] if len({c.names[0] for c in curves}) > 1 else "")
        name = short(f"{curve.last} {tail}".strip(), int(160 / SMALL_CHARACTER))
        kind = "other" if curve.is_other else str(n % len(POINTS) + 1)
        placed.append(Label(round(shown, 1), name, curve.change, kind))
    return tuple(placed)
