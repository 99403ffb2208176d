from decimal import Decimal
from math import cos, hypot, inf, isclose, nan, pi, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.outlines import (
    MOST,
    Axes,
    Fault,
    Size,
    Spacing,
    area_px,
    axes,
    distance_mm,
    fault,
    hull,
    is_simple,
    size,
)

D = Decimal
SQUARE = [(10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)]
BOW = [(10.0, 10.0), (20.0, 20.0), (20.0, 10.0), (10.0, 20.0)]
L_SHAPE = [(0.0, 0.0), (30.0, 0.0), (30.0, 10.0), (10.0, 10.0), (10.0, 40.0), (0.0, 40.0)]
XRAY = Spacing(0.13611, 0.13611, 10)

numbers = st.integers(0, 40).map(lambda n: n / 2)
clouds = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=14)


def ellipse(long: float, short: float, count: int = 400, at: tuple[float, float] = (500, 500), turned: float = 0.5):
    around = [2 * pi * n / count for n in range(count)]
    lying = [(long / 2 * cos(a), short / 2 * sin(a)) for a in around]
    return [(at[0] + x * cos(turned) - y * sin(turned), at[1] + x * sin(turned) + y * cos(turned)) for x, y in lying]


def star(random: Random, count: int) -> list[tuple[float, float]]:
    """Seen from its middle each point is further round: such an outline never crosses itself."""
    reach = [random.uniform(50, 400) for _ in range(count)]
    return [(500 + r * cos(2 * pi * n / count), 500 + r * sin(2 * pi * n / count)) for n, r in enumerate(reach)]


def crosses(a, b, c, d) -> bool:
    """Whether two segments have a point in common: their boxes meet, and each goes over the line of the other."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d
    sides = [
        (bx - ax) * (cy - ay) - (by - ay) * (cx - ax),
        (bx - ax) * (dy - ay) - (by - ay) * (dx - ax),
        (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx),
        (dx - cx) * (by - cy) - (dy - cy) * (bx - cx),
    ]
    boxes_meet = all(
        max(min(p), min(q)) <= min(max(p), max(q)) for p, q in (((ax, bx), (cx, dx)), ((ay, by), (cy, dy)))
    )
    return boxes_meet and sides[0] * sides[1] <= 0 and sides[2] * sides[3] <= 0


def plainly_simple(points) -> bool:
    """The same question, asked of every pair of edges."""
    count = len(points)
    edges = [(points[n], points[(n + 1) % count]) for n in range(count)]
    if any(a == b for a, b in edges):
        return False
    for one in range(count):
        for other in range(one + 1, count):
            (a, b), (c, d) = edges[one], edges[other]
            if other == one + 1 or (one == 0 and other == count - 1):
                if other != one + 1:
                    a, b, c, d = c, d, a, b
                ends = [crosses(a, b, d, d), crosses(c, d, a, a)]
                if any(ends):
                    return False
            elif crosses(a, b, c, d):
                return False
    return True


@pytest.mark.parametrize(
    ("points", "area"),
    [(SQUARE, 100), (SQUARE[::-1], 100), (L_SHAPE, 600), (SQUARE[:3], 50), ([(0.0, 0.0), (5.0, 5.0), (9.0, 9.0)], 0)],
)
def test_areas(points, area) -> None:
    assert area_px(points) == area


def test_an_area_far_from_the_corner_is_as_exact() -> None:
    moved = [(x + 1e6, y + 1e6) for x, y in SQUARE]
    assert area_px(moved) == 100


def test_an_ellipse_of_many_points() -> None:
    assert isclose(area_px(ellipse(250, 66)), pi / 4 * 250 * 66, rel_tol=1e-3)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (SQUARE[:2], Fault.TOO_FEW),
        ([], Fault.TOO_FEW),
        (ellipse(200, 100, count=MOST + 1), Fault.TOO_MANY),
        (ellipse(200, 100, count=MOST), None),
        ([*SQUARE[:3], (-0.01, 12.0)], Fault.OFF_PICTURE),
        ([*SQUARE[:3], (5.0, 800.01)], Fault.OFF_PICTURE),
        ([*SQUARE[:3], (nan, 12.0)], Fault.OFF_PICTURE),
        ([*SQUARE[:3], (inf, 12.0)], Fault.OFF_PICTURE),
        ([(0.0, 0.0), (1000.0, 0.0), (1000.0, 800.0), (0.0, 800.0)], None),
        ([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)], Fault.NO_AREA),
        ([*BOW, (5.0, 15.0)], Fault.CROSSES_ITSELF),
        (SQUARE, None),
        (L_SHAPE, None),
    ],
)
def test_what_is_no_outline(points, why) -> None:
    assert fault(points, rows=800, columns=1000) == why


@pytest.mark.parametrize(
    "points",
    [
        BOW,
        [(0.0, 0.0), (10.0, 0.0), (4.0, 0.0)],
        [*SQUARE, (10.0, 10.0)],  # the first point once more
        [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 0.0), (0.0, 10.0)],  # a corner that touches an edge
        [(0.0, 0.0), (10.0, 0.0), (4.0, 0.0), (4.0, 10.0)],  # back along the edge before
        [(4.0, 10.0), (0.0, 0.0), (10.0, 0.0), (4.0, 0.0)],
        [(10.0, 0.0), (4.0, 0.0), (4.0, 10.0), (0.0, 0.0)],
    ],
)
def test_what_crosses_or_touches_itself(points) -> None:
    assert not is_simple(points)


@given(clouds)
def test_crossing_is_found_as_when_every_pair_of_edges_is_asked(points) -> None:
    assert is_simple(points) == plainly_simple(points)


@pytest.mark.parametrize("seed", range(60))
def test_stars_are_simple_and_stay_so_only_where_no_edges_meet(seed: int) -> None:
    random = Random(seed)
    points = star(random, random.randint(5, 200))
    assert is_simple(points)
    assert is_simple(points[::-1])
    points[0], points[3] = points[3], points[0]
    assert is_simple(points) == plainly_simple(points)


@given(clouds)
def test_the_longest_axis_is_the_longest_of_all_pairs(points) -> None:
    found = axes(points)
    longest = max(hypot(a[0] - b[0], a[1] - b[1]) for a in points for b in points)
    assert isclose(found.length, longest, abs_tol=1e-9)
    assert set(found.longest) <= set(points)
    assert -1e-9 <= found.width <= found.length + 1e-9


@pytest.mark.parametrize("seed", range(100))
def test_the_axes_of_ellipses_however_they_lie(seed: int) -> None:
    random = Random(seed)
    long = random.uniform(50, 400)
    short = long * random.uniform(0.1, 0.9)
    found = axes(ellipse(long, short, turned=random.uniform(0, pi)))
    assert isclose(found.length, long, rel_tol=1e-4)
    assert isclose(found.width, short, rel_tol=5e-3)


def test_width_is_measured_across_the_longest_axis() -> None:
    lying = axes([(0.0, 5.0), (3.0, 0.0), (20.0, 5.0), (10.0, 9.0)])
    assert lying == Axes(((0.0, 5.0), (20.0, 5.0)), 20.0, 9.0)
    assert axes([(1.0, 1.0)] * 3) == Axes(((1.0, 1.0), (1.0, 1.0)), 0.0, 0.0)


@given(clouds)
def test_a_hull_holds_every_point(points) -> None:
    around = hull(points)
    assert set(around) <= set(points)
    if len(around) > 2:
        assert area_px(around) >= area_px(points) - 1e-9 or not is_simple(points)


def test_millimetres_by_rows_and_columns_that_differ() -> None:
    tall = [(0.0, 0.0), (10.0, 0.0), (10.0, 40.0), (0.0, 40.0)]
    told = size(tall, Spacing(row_mm=0.5, column_mm=0.2, error_percent=10))
    assert told == Size(D("400.0"), D("40.0"), D("20.1"), D("4.0"), D("10"), D("5"))
    assert (told.area_error_mm2, told.length_error_mm) == (D("4.0"), D("1.0"))


def test_no_spacing_no_millimetres() -> None:
    told = size(SQUARE, None)
    assert told == Size(D("100.0"))
    assert told.area_error_mm2 is None
    assert told.length_error_mm is None


@pytest.mark.parametrize(("pixels", "area"), [(11767, "218.0"), (8529, "158.0")])
def test_the_two_outlines_of_the_achilles_case(pixels: int, area: str) -> None:
    strip = [(0.0, 0.0), (pixels / 50, 0.0), (pixels / 50, 50.0), (0.0, 50.0)]
    assert size(strip, XRAY).area_mm2 == D(area)


def test_a_distance() -> None:
    assert distance_mm((0, 0), (30, 40), Spacing(1.0, 1.0, 10)) == 50
    assert distance_mm((0, 0), (30, 0), Spacing(1.0, 0.5, 10)) == 15
    assert distance_mm((5, 0), (5, 40), Spacing(0.25, 0.5, 10)) == 10
