"""The lanes under the panels: doses as bars in their own unit, and what happened as marks with words beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from treatments.rules.axis import LABELS, NAMES, SMALL_CHARACTER, Axis, Name, in_two_lines, names_at, short, width_of
from treatments.rules.glyphs import glyph
from treatments.rules.panels import Mark, Value

BAR, LEAST_BAR, BAR_ROOM = 8.0, 3.0, 14  # px: how wide a bar is at most, how high at least, room for figures above
ROW = 17  # px of a row of marks
FIGURE_APART = 4
LABEL_MOST = 90  # characters


@dataclass(frozen=True)
class DoseRow:
    """The doses of a modality. `figures` are said above the bars where they fit; `total` and `last` beside them."""

    name: str
    unit: str
    values: tuple[Value, ...]
    figures: tuple[str, ...]
    total: str
    last: str


@dataclass(frozen=True)
class Happened:
    """Something that happened: its glyph and kind, its day and the last of its days, the words beside it, what it says.

    `place` is its place in the strip of what came before, where it stands at no day. Where `is_vague`, it happened on
    one of its days, nobody knows on which.
    """

    kind: str
    form: str
    on: date
    label: str
    says: str
    link: str = ""
    until: date | None = None
    place: int | None = None
    number: str = ""
    is_vague: bool = False


@dataclass(frozen=True)
class HappenedRow:
    """A lane of things that happened. In a `flat` one marks without words stand in one row, however near."""

    name: str
    notes: tuple[str, ...]
    things: tuple[Happened, ...]
    flat: bool = False


@dataclass(frozen=True)
class Stretch:
    """Some days with a name: a block; or days without a visit."""

    kind: str
    first: date
    last: date
    label: str
    short_label: str
    says: str
    is_open: bool = False


@dataclass(frozen=True)
class DoseLane:
    """A lane of bars that stand on its ground."""

    name: str
    names: tuple[Name, ...]
    y: float
    ground: float
    bars: tuple[Mark, ...]
    figures: tuple[tuple[float, float, str], ...]
    total: str
    last: str


@dataclass(frozen=True)
class Words:
    """A text beside a mark."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True)
class EventLane:
    """A lane of marks, each with its class, in as many rows as their words need. `vague`: on one of these days."""

    name: str
    names: tuple[Name, ...]
    y: float
    height: float
    marks: tuple[tuple[str, Mark], ...]
    spans: str
    words: tuple[Words, ...]
    vague: str = ""


@dataclass(frozen=True)
class Band:
    """A stretch as it is drawn."""

    kind: str
    x: float
    y: float
    width: float
    label: str
    says: str
    is_open: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def dose_lane(row: DoseRow, axis: Axis, y: float, height: float) -> DoseLane:
    """Bars as high as their share of the lane's largest dose; what is zero or has no number is a low bar."""
    largest = max((v.value for v in row.values), default=0) or 1
    ground, full = y + height, height - BAR_ROOM
    places = [axis.x(v.on) for v in row.values]
    width = bar_width(places)

    def bar(x: float, value: Value) -> Mark:
        high = max(LEAST_BAR, float(value.value / largest) * full)
        path = f"M{x - width / 2:.1f} {ground:.1f}v{-high:.1f}h{width}v{high:.1f}z"
        return path, value.says, value.link

    tops = [ground - max(LEAST_BAR, float(v.value / largest) * full) - 4 for v in row.values]
    return DoseLane(
        name=row.name,
        names=lane_names(row, ground),
        y=y,
        ground=ground,
        bars=tuple(bar(x, v) for x, v in zip(places, row.values, strict=True)),
        figures=figures(places, tops, row.figures),
        total=row.total,
        last=row.last,
    )


def lane_names(row: DoseRow, ground: float) -> tuple[Name, ...]:
    """The modality, in two lines where it needs them, and its unit; the last of them on the ground."""
    name = in_two_lines(row.name)
    notes = (row.unit,) if row.unit else ()
    return names_at(ground - 14 * (len(name) + len(notes) - 1), name, notes)


def bar_width(places: Sequence[float]) -> float:
    """As wide as leaves air between the two bars that are nearest."""
    nearest = min((b - a for a, b in pairwise(sorted(places)) if b > a), default=BAR / 0.6)
    return round(min(BAR, max(1.4, nearest * 0.6)), 1)


def figures(
    places: Sequence[float], tops: Sequence[float], texts: Sequence[str]
) -> tuple[tuple[float, float, str], ...]:
    """The figures above the bars: all of them, or none where two would touch."""
    half = [width_of(t) / 2 for t in texts]
    if any(b - a < h1 + h2 + FIGURE_APART for (a, h1), (b, h2) in pairwise(sorted(zip(places, half, strict=False)))):
        return ()
    return tuple((x, round(top, 1), text) for x, top, text in zip(places, tops, texts, strict=False) if text)


def event_lane(row: HappenedRow, axis: Axis, y: float) -> EventLane:
    """Each mark with its words at the side that has more room, in the first row where they cover nothing."""
    taken: list[list[tuple[float, float]]] = [[]]
    marks, words = [], []
    spans: list[str] = []
    vague: list[str] = []
    for thing in row.things:
        x, to, text, anchor = placed(thing, axis)
        width = width_of(text) + 14 if text else 6
        reach = (x - width, to + 6) if anchor == "end" else (x - 6, to + width)
        in_first_row = thing.place is not None or (row.flat and not text)
        at = 0 if in_first_row else free_row(taken, reach)
        if thing.place is not None:
            taken[0].append(reach)
        middle = y + ROW * at + ROW / 2
        at_x = (x + to) / 2 if thing.is_vague else x
        path = glyph(thing.form, at_x, middle, 4.2)
        marks.append((f"chart-event chart-{thing.kind}", (path, thing.says, thing.link)))
        if to > x:
            (vague if thing.is_vague else spans).append(f"M{x} {middle}H{to}")
        if text:
            words.append(Words(x - 9 if anchor == "end" else to + 9, middle + 4, text, anchor))
        if thing.number:
            words.append(Words(x, middle + ROW - 2, thing.number, "middle"))
    numbered = any(thing.number for thing in row.things)
    height = max(ROW * max(len(taken), 2 if numbered else 1), 14 * len(row.notes) + ROW)
    names = names_at(y + 13, (row.name,), row.notes)
    return EventLane(row.name, names, y, height, tuple(marks), "".join(spans), tuple(words), "".join(vague))


def placed(thing: Happened, axis: Axis) -> tuple[float, float, str, str]:
    """From where to where it stands, its words as far as there is room for them, and at which side they stand."""
    if thing.place is not None:
        x = axis.before(thing.place)
        return x, x, "", "start"
    x = axis.x(thing.on)
    to = x if thing.until is None else axis.x(thing.until)
    at_right, at_left = axis.right + LABELS - to - 14, x - NAMES - 14
    wanted = width_of(thing.label)
    anchor = "start" if wanted <= axis.right - to or at_right >= at_left else "end"
    room = at_right if anchor == "start" else at_left
    return x, to, short(thing.label, min(LABEL_MOST, max(1, int(room / SMALL_CHARACTER)))), anchor


def free_row(taken: list[list[tuple[float, float]]], reach: tuple[float, float]) -> int:
    """The first row in which nothing stands from `reach[0]` to `reach[1]`; it is taken from then on."""
    for at, row in enumerate(taken):
        if all(reach[0] >= end or reach[1] <= begin for begin, end in row):
            row.append(reach)
            return at
    taken.append([reach])
    return len(taken) - 1


def bands(stretches: Iterable[Stretch], axis: Axis, y: float) -> tuple[Band, ...]:
    """Stretches as bands with the longest of their names that fits."""
    made = []
    for each in stretches:
        x = axis.x(each.first) - 3
        width = max(6.0, min(axis.x(each.last) + 3, axis.right) - x)
        fitting = [text for text in (each.label, each.short_label) if width_of(text) + 8 <= width]
        made.append(
            Band(each.kind, round(x, 1), y, round(width, 1), fitting[0] if fitting else "", each.says, each.is_open)
        )
    return tuple(made)
