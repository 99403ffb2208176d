"""The viewer counts as the rules do, and its points are where they were seen."""

from math import cos, hypot, pi, sin
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from cases.rules.outlines import area_px, axes, fault, is_simple
from cases.rules.scales import of_line
from tests.journeys.viewer.viewing import plain
from treatments.demo.phantoms import Deposit, contour

pytestmark = pytest.mark.journey
Points = list[tuple[float, float]]
# The page's own functions on what is sent: each answer in the order of the questions.
ASK = """async ([name, asked]) => {
  const geometry = await import("/static/clinic/js/viewer_geometry.js");
  return asked.map((each) => geometry[name](...each));
}"""
THERE_AND_BACK = """async (asked) => {
  const { areaPx, onPicture, toImage, toScreen, fitted, zoomed, kept } = await import("/static/clinic/js/viewer_geometry.js");
  return asked.map(({ points, picture, stage, stretch, closer, at }) => {
    const whole = fitted(picture, stage, stretch);
    const view = kept(zoomed(whole, toScreen(at, whole), closer, whole.scale), picture, stage);
    const taps = points.map((point) => toScreen(point, view).map(Math.round));
    return areaPx(taps.map((tap) => onPicture(toImage(tap, view), picture)));
  });
}"""


def star(random: Random, count: int, middle: tuple[float, float], reach: float) -> Points:
    apart = [random.uniform(0.3, 1) * reach for _ in range(count)]
    return [
        (middle[0] + r * cos(2 * pi * n / count), middle[1] + r * sin(2 * pi * n / count)) for n, r in enumerate(apart)
    ]


def scribble(random: Random) -> Points:
    return [(random.randint(0, 12) * 40.5, random.randint(0, 12) * 30.25) for _ in range(random.randint(3, 9))]


def test_the_viewer_counts_as_the_rules_do(page: Page) -> None:
    random = Random(3)
    plain().show(page)
    outlines = [scribble(random) for _ in range(400)]
    outlines += [star(random, random.randint(4, 300), (500, 400), 390) for _ in range(100)]
    asked = [[points] for points in outlines]
    assert page.evaluate(ASK, ["areaPx", asked]) == [area_px(points) for points in outlines]
    assert page.evaluate(ASK, ["isSimple", asked]) == [is_simple(points) for points in outlines]
    size = {"rows": 800, "columns": 950}
    found = page.evaluate(ASK, ["fault", [[points, size] for points in outlines]])
    assert found == [fault(points, rows=800, columns=950) or "" for points in outlines]
    assert {"", "NO_AREA", "CROSSES_ITSELF"} <= set(found)
    for mine, theirs in zip(map(axes, outlines), page.evaluate(ASK, ["axes", asked]), strict=True):
        assert theirs["length"] == pytest.approx(mine.length, rel=1e-12)
        assert theirs["width"] == pytest.approx(mine.width, rel=1e-9, abs=1e-9)
        assert [tuple(end) for end in theirs["longest"]] == list(mine.longest)
    lines = [((1, 2), (30 + n, 40 * n), 5 + n, 0.5 + n / 40) for n in range(1, 50)]
    for told, theirs in zip(lines, page.evaluate(ASK, ["ofLine", lines]), strict=True):
        mine = of_line(told[0], told[1], told[2], stretch=told[3])
        assert theirs["kind"] == mine.kind
        assert theirs["row_mm"] == pytest.approx(mine.row_mm, abs=1.1e-6)
        assert theirs["column_mm"] == pytest.approx(mine.column_mm, abs=1.1e-6)
        assert theirs["error_percent"] == pytest.approx(mine.error_percent, abs=0.11)


def hundred() -> list[dict[str, Any]]:
    """Ellipses and stars as they are drawn: 24 to 60 points on whole CSS pixels, so close that they are well seen."""
    random, asked = Random(11), []
    for n in range(100):
        rows, columns = random.choice([(2048, 2500), (1400, 1100), (520, 700)])
        stage = random.choice(
            [{"width": 1208, "height": 590}, {"width": 788, "height": 779}, {"width": 390, "height": 490}]
        )
        stretch = random.choice([1, 1, 0.8, 1.25])
        middle = (random.uniform(0.35, 0.65) * columns, random.uniform(0.35, 0.65) * rows)
        if n % 2:
            points = star(random, random.randint(24, 60), middle, random.uniform(0.05, 0.2) * rows)
        else:
            long = random.uniform(12, 40)
            shape = Deposit(long, long * random.uniform(0.25, 0.9), long * long * 0.15, turned=random.uniform(0, 180))
            spot = (middle[0] / columns, middle[1] / rows)
            points = contour(Deposit(**{**vars(shape), "middle": spot}), rows, columns, 0.136, 0.136)
        fit = min(stage["width"] / columns, stage["height"] / (rows * stretch))
        reach = max(max(hypot(x - middle[0], y - middle[1]) for x, y in points), 1)
        closer = max(1.0, 0.4 * min(stage.values()) / (reach * max(stretch, 1) * fit) * random.uniform(0.7, 1))
        picture = {"rows": rows, "columns": columns}
        asked.append(
            {"points": points, "picture": picture, "stage": stage, "stretch": stretch, "closer": closer, "at": middle}
        )
    return asked


def test_a_hundred_outlines_are_within_one_percent(page: Page) -> None:
    plain().show(page)
    asked = hundred()
    off = [
        abs(found / area_px(told["points"]) - 1)
        for told, found in zip(asked, page.evaluate(THERE_AND_BACK, asked), strict=True)
    ]
    assert len(off) == 100
    assert 0 < max(off) < 0.01
