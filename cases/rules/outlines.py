"""Outlines drawn on a picture: are they sound, and how large is what they enclose?

A point is (x, y) in the picture: x to the right in columns, y down in rows, from the outer corner of the first pixel.
The viewer (viewer_geometry.js) counts in the same order of steps, so that both say the same to the last digit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import hypot, isfinite

Point = tuple[float, float]
Axis = tuple[Point, Point]
FEWEST, MOST = 3, 2_000


class Fault(StrEnum):
    """Why an outline is not kept."""

    TOO_FEW = "TOO_FEW"
    TOO_MANY = "TOO_MANY"
    OFF_PICTURE = "OFF_PICTURE"
    CROSSES_ITSELF = "CROSSES_ITSELF"
    NO_AREA = "NO_AREA"


@dataclass(frozen=True)
class Spacing:
    """Millimetres from row to row and from column to column, and the error of an area in percent."""

    row_mm: float
    column_mm: float
    error_percent: float


@dataclass(frozen=True)
class Axes:
    """The longest axis, and how wide it is across: the axis as its two ends, both in the unit of the points."""

    longest: Axis
    length: float
    width: float


@dataclass(frozen=True)
class Size:
    """What is said of an outline, to 0.1. Without a spacing there are no millimetres. Errors are ±."""

    area_px: Decimal
    area_mm2: Decimal | None = None
    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    area_error_percent: Decimal | None = None
    length_error_percent: Decimal | None = None

    @property
    def area_error_mm2(self) -> Decimal | None:
        return None if self.area_mm2 is None else share(self.area_mm2, self.area_error_percent)

    @property
    def length_error_mm(self) -> Decimal | None:
        return None if self.length_mm is None else share(self.length_mm, self.length_error_percent)


def fault(points: Sequence[Point], *, rows: int, columns: int) -> Fault | None:
    """The first reason against an outline on a picture of this many rows and columns; None when there is none."""
    if len(points) < FEWEST:
        return Fault.TOO_FEW
    if len(points) > MOST:
        return Fault.TOO_MANY
    if not all(isfinite(x) and isfinite(y) and 0 <= x <= columns and 0 <= y <= rows for x, y in points):
        return Fault.OFF_PICTURE
    if not area_px(points):
        return Fault.NO_AREA
    return None if is_simple(points) else Fault.CROSSES_ITSELF


def size(points: Sequence[Point], spacing: Spacing | None) -> Size:
    """How large an outline is. The error of a length is half that of an area: a length counts once in it."""
    pixels = area_px(points)
    if spacing is None:
        return Size(rounded(pixels))
    across = axes([(x * spacing.column_mm, y * spacing.row_mm) for x, y in points])
    error = Decimal(str(spacing.error_percent))
    return Size(
        area_px=rounded(pixels),
        area_mm2=rounded(pixels * spacing.row_mm * spacing.column_mm),
        length_mm=rounded(across.length),
        width_mm=rounded(across.width),
        area_error_percent=error,
        length_error_percent=error / 2,
    )


def distance_mm(start: Point, end: Point, spacing: Spacing) -> float:
    return hypot((end[0] - start[0]) * spacing.column_mm, (end[1] - start[1]) * spacing.row_mm)


def area_px(points: Sequence[Point]) -> float:
    """Square pixels within, whichever way round the points go; counted from the first, so that large numbers cancel."""
    x0, y0 = points[0]
    twice = 0.0
    for (x1, y1), (x2, y2) in pairs(points):
        twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return abs(twice) / 2


def axes(points: Sequence[Point]) -> Axes:
    """The two points that lie furthest apart, and the extent across the line between them, which is never longer."""
    around = hull(points)
    first, second = furthest(around)
    length = hypot(second[0] - first[0], second[1] - first[1])
    if not length:
        return Axes((first, second), 0.0, 0.0)
    right, down = (second[0] - first[0]) / length, (second[1] - first[1]) / length
    across = [(x - first[0]) * down - (y - first[1]) * right for x, y in around]
    return Axes((first, second), length, max(across) - min(across))


def is_simple(points: Sequence[Point]) -> bool:
    """Whether no two edges cross, touch or lie on each other, but for neighbours in the point that they share.

    Neighbours need not be asked: where one goes back along the other, the edge after it touches that one.
    """
    if len(points) == 3:
        return area_px(points) > 0
    edges = sorted(
        ((min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1]), at, a, b))
        for at, (a, b) in enumerate(pairs(points))
    )
    for place, (_, right, top, bottom, at, a, b) in enumerate(edges):
        if a == b:
            return False
        for left, _, other_top, other_bottom, other, c, d in edges[place + 1 :]:
            if left > right:
                break
            if other_top > bottom or other_bottom < top:
                continue
            if abs(at - other) not in (1, len(points) - 1) and touch(a, b, c, d):
                return False
    return True


def touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    one, two, three, four = turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    if one * two < 0 and three * four < 0:
        return True
    return (
        (one == 0 and is_between(a, b, c))
        or (two == 0 and is_between(a, b, d))
        or (three == 0 and is_between(c, d, a))
        or (four == 0 and is_between(c, d, b))
    )


def is_between(a: Point, b: Point, on: Point) -> bool:
    """Whether a point on the line through two others lies between them."""
    return min(a[0], b[0]) <= on[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= on[1] <= max(a[1], b[1])


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(points: Iterable[Point]) -> list[Point]:
    """The points of the tightest rubber band around them, in order."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return half_hull(ordered)[:-1] + half_hull(ordered[::-1])[:-1]


def half_hull(ordered: Sequence[Point]) -> list[Point]:
    half: list[Point] = []
    for point in ordered:
        while len(half) > 1 and turn(half[-2], half[-1], point) <= 0:
            half.pop()
        half.append(point)
    return half


def furthest(around: Sequence[Point]) -> Axis:
    """The two points of a hull that lie furthest apart, by turning a caliper once around it."""
    count = len(around)
    best, found = -1.0, (around[0], around[-1])
    facing = 1 % count
    for at, point in enumerate(around):
        following = around[(at + 1) % count]
        for _ in range(count):
            beyond = around[(facing + 1) % count]
            if turn(point, following, beyond) <= turn(point, following, around[facing]):
                break
            facing = (facing + 1) % count
        for one in (point, following):
            for other in (around[facing], around[(facing + 1) % count]):
                apart = (other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2
                if apart > best:
                    best, found = apart, (one, other)
    return found


def pairs(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    """The edges of a closed outline."""
    return list(zip(points, [*points[1:], points[0]], strict=True))


def share(value: Decimal, percent: Decimal | None) -> Decimal:
    return rounded(value * (percent or Decimal(0)) / 100)


def rounded(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
