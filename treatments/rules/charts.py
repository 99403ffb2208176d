"""The progress of a case as a drawing: what to draw in, places in px out; the drawing itself is a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from treatments.rules.axis import NAMES, WIDTH, Axis, Tick, width_of
from treatments.rules.lanes import (
    ROW,
    Band,
    DoseLane,
    DoseRow,
    EventLane,
    HappenedRow,
    Stretch,
    bands,
    dose_lane,
    event_lane,
)
from treatments.rules.panels import Curve, Panel, grouped, panel

DATES = 34  # px of a row of dates
BLOCK = 18


@dataclass(frozen=True)
class Sizes:
    """Heights in px: of a panel and of a lane of doses at least, and what stands between two parts."""

    panel: float
    lane: float
    gap: float
    dates_above: bool


FULL = Sizes(panel=76, lane=38, gap=24, dates_above=True)
COMPACT = Sizes(panel=58, lane=30, gap=20, dates_above=False)


@dataclass(frozen=True)
class Course:
    """What there is to draw of a case. `earlier`: how many things the strip of what came before holds."""

    first: date
    curves: tuple[Curve, ...]
    doses: tuple[DoseRow, ...]
    visits: HappenedRow | None = None
    pauses: tuple[Stretch, ...] = ()
    blocks: tuple[Stretch, ...] = ()
    reviews: HappenedRow | None = None
    events: tuple[HappenedRow, ...] = ()
    earlier: int = 0
    since: date | None = None
    since_label: str = ""


@dataclass(frozen=True)
class Since:
    """The day from which changes are counted, where that is not the start."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """A whole drawing, ready to be drawn."""

    width: int
    height: float
    names: int
    earlier: int
    left: float
    right: float
    top: float
    bottom: float
    today_x: float
    says_today: bool
    since: Since | None
    ticks: tuple[Tick, ...]
    dates_above: bool
    visits: EventLane | None
    pauses: tuple[Band, ...]
    blocks: tuple[Band, ...]
    block_y: float
    decided: str
    reviews: EventLane | None
    panels: tuple[Panel, ...]
    lanes: tuple[DoseLane, ...]
    events: tuple[EventLane, ...]

    @property
    def depth(self) -> float:
        return self.bottom - self.top

    @property
    def strip(self) -> float:
        return self.left - self.names


class Pen:
    """Goes down the page: what is placed next begins at `y`."""

    def __init__(self, axis: Axis, y: float) -> None:
        self.axis, self.y = axis, y

    def event(self, row: HappenedRow | None, after: float) -> EventLane | None:
        if row is None or not row.things:
            return None
        lane = event_lane(row, self.axis, self.y)
        self.y += lane.height + after
        return lane

    def panels(self, curves: Sequence[Curve], sizes: Sizes) -> tuple[Panel, ...]:
        made = []
        for group in grouped(curves):
            made.append(panel(group, self.axis, self.y, sizes.panel))
            self.y = made[-1].bottom + sizes.gap
        return tuple(made)

    def doses(self, rows: Sequence[DoseRow], sizes: Sizes) -> tuple[DoseLane, ...]:
        made = []
        for row in rows:
            made.append(dose_lane(row, self.axis, self.y, sizes.lane))
            self.y += sizes.lane + 10
        return tuple(made)


def draw(course: Course, *, today: date, sizes: Sizes = FULL) -> Chart:
    """The whole drawing: visits and blocks, a panel for each unit, doses, pictures, what happened."""
    axis = Axis(course.first, today, course.earlier)
    top = float(DATES if sizes.dates_above or course.since else 10)
    pen = Pen(axis, top + 8)
    visits = pen.event(course.visits, 2)
    pauses = bands(course.pauses, axis, pen.y)
    pen.y += ROW if pauses else 2
    block_y = pen.y
    blocks = bands(course.blocks, axis, block_y)
    pen.y += BLOCK + 2 if blocks else 0
    reviews = pen.event(course.reviews, 0)
    pen.y += sizes.gap - 4
    panels = pen.panels(course.curves, sizes)
    lanes = pen.doses(course.doses, sizes)
    events = tuple(lane for row in course.events if (lane := pen.event(row, 8)))
    return Chart(
        width=WIDTH,
        height=pen.y + DATES + 4,
        names=NAMES,
        earlier=course.earlier,
        left=axis.left,
        right=axis.right,
        top=top,
        bottom=pen.y,
        today_x=axis.x(axis.today),
        says_today=axis.today > axis.first,
        since=since_mark(course, axis),
        ticks=axis.ticks(),
        dates_above=sizes.dates_above,
        visits=visits,
        pauses=pauses,
        blocks=blocks,
        block_y=block_y,
        decided=decided(course.reviews, axis, panels),
        reviews=reviews,
        panels=panels,
        lanes=lanes,
        events=events,
    )


def since_mark(course: Course, axis: Axis) -> Since | None:
    """Its words stand at the left of the mark near the end of the axis, else at its right."""
    if course.since is None:
        return None
    x = axis.x(course.since)
    fits = x + width_of(course.since_label) < axis.right
    return Since(x, course.since_label, "start" if fits else "end")


def decided(reviews: HappenedRow | None, axis: Axis, panels: Sequence[Panel]) -> str:
    """Upright lines through the panels on the days of the reviews."""
    if reviews is None or not panels:
        return ""
    return "".join(f"M{axis.x(r.on)} {panels[0].y - 6}V{panels[-1].bottom + 6}" for r in reviews.things)
