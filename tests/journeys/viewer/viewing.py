"""What tests do with the viewer: show pictures, press, tap on points of the picture, read what is there."""

from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from tests.factories.viewers import Pictures

VIEW = "() => document.querySelector('[data-viewer]').viewer.view"
DRAWN = "() => document.querySelector('[data-viewer]').viewer.tools.drawing.points"
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
GREY = """([x, y]) => {
  const canvas = document.querySelector("[data-stage] canvas");
  const dots = canvas.width / canvas.clientWidth;
  return canvas.getContext("2d").getImageData(x * dots, y * dots, 1, 1).data[0];
}"""


def plain(rows: int = 200, columns: int = 300, **told: Any) -> Pictures:
    """A dark picture with a bright rectangle, from column 100 to 200 and from row 50 to 150."""
    samples = np.full((rows, columns), 500)
    samples[50:150, 100:200] = 3000
    pictures = Pictures()
    pictures.add(samples, **told)
    return pictures


def shown(page: Page, pictures: Pictures, **told: Any) -> None:
    pictures.show(page, **told)
    page.locator('[data-seen="frame"]').wait_for()


def press(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def place(page: Page, point: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the picture is on the page."""
    view = page.evaluate(VIEW)
    box = page.locator("[data-stage]").bounding_box()
    assert box
    return (
        box["x"] + point[0] * view["scale"] + view["left"],
        box["y"] + point[1] * view["scale"] * view["stretch"] + view["top"],
    )


def tap(page: Page, *points: tuple[float, float]) -> None:
    for point in points:
        page.mouse.click(*place(page, point))


def says(page: Page) -> Any:
    return expect(page.locator("[data-says]"))


def area_of(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('[data-viewer]').viewer.tools.outlines()[0].area_mm2"))


def grey_at(page: Page, point: tuple[float, float]) -> int:
    page.evaluate(PAINTED)
    x, y = place(page, point)
    box = page.locator("[data-stage]").bounding_box()
    assert box
    return int(page.evaluate(GREY, [x - box["x"], y - box["y"]]))


def two_fingers(page: Page, start: list[tuple[float, float]], end: list[tuple[float, float]]) -> None:
    hand = page.context.new_cdp_session(page)
    for step in range(11):
        points = [
            {"x": a[0] + (b[0] - a[0]) * step / 10, "y": a[1] + (b[1] - a[1]) * step / 10, "id": n}
            for n, (a, b) in enumerate(zip(start, end, strict=True))
        ]
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
