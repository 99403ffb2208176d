"""All cases of a patient on one time axis, each in a lane: when it was open, its visits, what else happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from treatments.rules.axis import NAMES, WIDTH, Axis, Name, Tick, in_two_lines, names_at
from treatments.rules.lanes import Band, EventLane, Happened, HappenedRow, Stretch, bands, event_lane

BAR, GAP, TOP, DATES = 18, 12, 10, 34  # px: a bar, between two lanes, above the first, a row of dates
MANY = 4  # lanes from which the dates are said above them too
NUMBERED = 9  # things that came before, up to which each has room for its number

# Where a step of a case leads; what is in none of them leaves the case as it was.
OPEN, ON_HOLD, OVER = "OPEN", "ON_HOLD", ""
LEADS_TO = {"HELD": ON_HOLD, "RESUMED": OPEN, "REOPENED": OPEN, "DISCHARGED": OVER}


@dataclass(frozen=True)
class Stay:
    """Days on which a case was open, or on hold; `last` is None where it still is."""

    first: date
    last: date | None
    is_on_hold: bool = False


@dataclass(frozen=True)
class CaseRow:
    """A case to draw. `said` stands beside the end of its lane."""

    name: str
    number: str
    said: str
    link: str
    open: tuple[Stretch, ...]
    holds: tuple[Stretch, ...]
    visits: tuple[Happened, ...]
    things: tuple[Happened, ...]


@dataclass(frozen=True)
class CaseLane:
    """A case as it is drawn: bars with the visits on them, holds, and what else happened below."""

    number: str
    link: str
    names: tuple[Name, ...]
    said: str
    y: float
    bottom: float
    bars: tuple[Band, ...]
    holds: tuple[Band, ...]
    visits: EventLane
    things: EventLane | None


@dataclass(frozen=True)
class Lifelines:
    """The whole drawing."""

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
    ticks: tuple[Tick, ...]
    dates_above: bool
    lanes: tuple[CaseLane, ...]

    @property
    def depth(self) -> float:
        return self.bottom - self.top

    @property
    def strip(self) -> float:
        return self.left - self.names


def stays(opened_on: date, steps: Iterable[tuple[str, date]]) -> tuple[Stay, ...]:
    """When a case was open and when on hold, from its steps in their order."""
    state, begun, made = OPEN, opened_on, []
    for kind, on in steps:
        if kind in LEADS_TO:
            day = max(on, begun)
            made += [Stay(begun, day, state == ON_HOLD)] if state else []
            state, begun = LEADS_TO[kind], day
    return (*made, Stay(begun, None, state == ON_HOLD)) if state else tuple(made)


def in_the_strip(things: Sequence[Happened], first: date) -> tuple[Happened, ...]:
    """Those that came before the axis begins, in their order, each with its place; numbered where there is room."""
    before = sorted((t for t in things if t.on < first), key=lambda t: t.on)
    has_room = len(before) <= NUMBERED
    return tuple(
        replace(thing, place=n, number=str(n + 1) if has_room else "", label="", until=None, is_vague=False)
        for n, thing in enumerate(before)
    )


def draw(rows: Sequence[CaseRow], *, first: date, today: date, earlier: int) -> Lifelines:
    """A lane for each row, one below the other. `earlier`: of how many things the strip has to hold the marks."""
    axis = Axis(first, today, earlier)
    dates_above = len(rows) >= MANY
    top = float(DATES if dates_above else TOP)
    lanes: list[CaseLane] = []
    for row in rows:
        lanes.append(case_lane(row, axis, lanes[-1].bottom + GAP if lanes else top + GAP))
    bottom = (lanes[-1].bottom if lanes else top) + GAP
    return Lifelines(
        width=WIDTH,
        height=bottom + DATES + 4,
        names=NAMES,
        earlier=earlier,
        left=axis.left,
        right=axis.right,
        top=top,
        bottom=bottom,
        today_x=axis.x(axis.today),
        says_today=axis.today > axis.first,
        ticks=axis.ticks(),
        dates_above=dates_above,
        lanes=tuple(lanes),
    )


def case_lane(row: CaseRow, axis: Axis, y: float) -> CaseLane:
    """As high as its name, or as what happened needs rows."""
    names = names_at(y + 13, in_two_lines(row.name), (row.number,))
    visits = event_lane(HappenedRow(row.number, (), row.visits, flat=True), axis, y + 0.5)
    things = event_lane(HappenedRow(row.number, (), row.things), axis, y + BAR + 4) if row.things else None
    lowest = max(y + BAR, names[-1][0] + 4, things.y + things.height if things else 0)
    return CaseLane(
        number=row.number,
        link=row.link,
        names=names,
        said=row.said,
        y=y,
        bottom=round(lowest, 1),
        bars=bands(row.open, axis, y),
        holds=bands(row.holds, axis, y),
        visits=replace(visits, names=()),
        things=replace(things, names=()) if things else None,
    )
