"""Where things stand on a chart: values and days in, coordinates in px out; the drawing itself is a template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WIDTH, LEFT, RIGHT = 900, 210, 100
PANEL, GAP, LANE = 72, 26, 30
APART = 48  # px that two dates on the axis need between their middles


@dataclass(frozen=True)
class Mark:
    """A value on the chart: its place, and what it says when it is focused."""

    x: float
    y: float
    says: str
    link: str


@dataclass(frozen=True)
class Line:
    """One series: its points joined, and its name beside the last one."""

    name: str
    path: str
    marks: tuple[Mark, ...]
    label_y: float
    last: str


@dataclass(frozen=True)
class Panel:
    """All series of one unit. The band is the start with its error; None where the error is not known."""

    title: str
    unit: str
    direction: str
    y: float
    height: float
    high: str
    low: str
    baseline_y: float | None
    band: tuple[float, float] | None
    lines: tuple[Line, ...]

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Bar:
    """One dose: a bar that stands on its lane."""

    x: float
    y: float
    height: float
    says: str
    link: str


@dataclass(frozen=True)
class DoseLane:
    """The doses of one modality; `last` is said beside the last one."""

    name: str
    last: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    """A date on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A whole chart, ready to be drawn."""

    width: int
    height: float
    left: float
    right: float
    axis_y: float
    today_x: float
    ticks: tuple[Tick, ...]
    panels: tuple[Panel, ...]
    lanes: tuple[DoseLane, ...]

    @property
    def span(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Value:
    """A value of a series: its day, and what is said of it."""

    on: date
    value: Decimal
    says: str
    link: str


@dataclass(frozen=True)
class Curve:
    """A series to draw. `error` is half the width of the band around its start."""

    name: str
    unit: str
    direction: int
    values: tuple[Value, ...]
    error: Decimal | None = None
    last: str = ""


@dataclass(frozen=True)
class DoseRow:
    """A lane to draw."""

    name: str
    last: str
    values: tuple[Value, ...]


class Axis:
    """The time axis: days to px. It ends today."""

    def __init__(self, first: date, today: date) -> None:
        self.first, self.last = first, max(today, first + timedelta(days=7))
        self.days = (self.last - self.first).days

    def x(self, on: date) -> float:
        return round(LEFT + (on - self.first).days / self.days * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Some four to eight dates at whole weeks from the first day."""
        step = 7 * max(1, round(self.days / 7 / 6))
        days = range(0, self.days + 1, step)
        dates = (self.first + timedelta(days=n) for n in days)
        return tuple(Tick(self.x(d), f"{d.day} {d:%b}") for d in dates if self.x(self.last) - self.x(d) > APART)


def panel(curves: Sequence[Curve], axis: Axis, y: float) -> Panel:
    """One panel for the curves of a unit, with room for the band of the first."""
    first = curves[0]
    start = first.values[0].value
    band = (start - first.error, start + first.error) if first.error is not None else None
    numbers = [v.value for c in curves for v in c.values] + list(band or ())
    low, high = min([*numbers, Decimal(0)] if min(numbers) < max(numbers) / 2 else numbers), max(numbers)
    spread = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return round(y + PANEL - float((value - low) / spread) * PANEL, 1)

    lines = tuple(line(c, axis, place) for c in curves)
    return Panel(
        title=first.name if len(curves) == 1 else first.name.split(",")[0],
        unit=first.unit,
        direction={1: "higher is better", -1: "lower is better", 0: ""}[first.direction],
        y=y,
        height=PANEL,
        high=plain(high),
        low=plain(low),
        baseline_y=place(start),
        band=(place(band[1]), round(place(band[0]) - place(band[1]), 1)) if band else None,
        lines=spread_labels(lines),
    )


def line(curve: Curve, axis: Axis, place: Callable[[Decimal], float]) -> Line:
    marks = tuple(Mark(axis.x(v.on), place(v.value), v.says, v.link) for v in curve.values)
    path = " ".join(f"{m.x},{m.y}" for m in marks)
    tail = curve.name.split(", ", 1)[1] if ", " in curve.name else ""
    return Line(tail, path, marks, marks[-1].y, curve.last)


def spread_labels(lines: tuple[Line, ...], apart: float = 13) -> tuple[Line, ...]:
    """Moves the names beside the lines so that they do not cover one another."""
    placed: list[Line] = []
    lowest = float("-inf")
    for each in sorted(lines, key=lambda one: one.label_y):
        y = max(each.label_y, lowest + apart)
        placed.append(Line(each.name, each.path, each.marks, y, each.last))
        lowest = y
    return tuple(placed)


def dose_lane(row: DoseRow, axis: Axis, y: float) -> DoseLane:
    """Bars as high as their share of the lane's largest dose; what has no number is a low bar."""
    largest = max((v.value for v in row.values), default=Decimal(0)) or Decimal(1)
    full = LANE - 10

    def bar(v: Value) -> Bar:
        height = round(max(4.0, float(v.value / largest) * full), 1)
        return Bar(round(axis.x(v.on) - 4, 1), round(y + full - height, 1), height, v.says, v.link)

    return DoseLane(row.name, row.last, y, tuple(bar(v) for v in row.values))


def draw(curves: Sequence[Curve], rows: Sequence[DoseRow], *, today: date) -> Chart | None:
    """The whole chart; None where there is nothing to draw."""
    days = [v.on for c in curves for v in c.values] + [v.on for r in rows for v in r.values]
    if not days:
        return None
    axis = Axis(min(days), today)
    units: dict[tuple[str, str], list[Curve]] = {}
    for curve in curves:
        units.setdefault((curve.name.split(",")[0], curve.unit), []).append(curve)
    y = 20.0
    panels = []
    for group in units.values():
        panels.append(panel(group, axis, y))
        y += PANEL + GAP
    lanes = []
    for row in rows:
        lanes.append(dose_lane(row, axis, y))
        y += LANE
    return Chart(
        width=WIDTH,
        height=y + 24,
        left=LEFT,
        right=WIDTH - RIGHT,
        axis_y=y,
        today_x=axis.x(today),
        ticks=axis.ticks(),
        panels=tuple(panels),
        lanes=tuple(lanes),
    )


def plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
