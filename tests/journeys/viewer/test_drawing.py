"""Outlines, lengths and scales are drawn by mouse, by touch and by keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.viewers import Pictures
from tests.journeys.conftest import SCREENS
from tests.journeys.viewer.viewing import DRAWN, VIEW, area_of, place, plain, press, says, shown, tap, two_fingers
from treatments.demo.phantoms import Phantom

pytestmark = pytest.mark.journey


def test_the_achilles_deposit_is_outlined_by_mouse(page: Page, before: Phantom) -> None:
    pictures = Pictures()
    pictures.add_phantom(before)
    shown(page, pictures)
    press(page, "Outline")
    middle = [sum(values) / len(before.outline) for values in zip(*before.outline, strict=True)]
    page.mouse.move(*place(page, (middle[0], middle[1])))
    for _ in range(2):
        page.mouse.wheel(0, -300)
    tap(page, *before.outline[::3])
    says(page).to_contain_text("32 points")
    tap(page, before.outline[0])
    says(page).to_contain_text("D1 area 21")
    assert area_of(page) == pytest.approx(218.0, rel=0.01)
    says(page).to_contain_text("mm² ± 10 %, 34.0 × 9.0 mm ± 5 %")


def test_points_are_corrected_one_by_one(page: Page) -> None:
    shown(page, plain(scale={"kind": "ERMF", "row_mm": 0.2, "column_mm": 0.2, "error_percent": 10}))
    press(page, "Outline")
    tap(page, (100, 50), (200, 50), (200, 120), (100, 150))
    press(page, "Close outline")
    says(page).to_contain_text("area 340")
    page.mouse.move(*place(page, (200, 120)))
    page.mouse.down()
    page.mouse.move(*place(page, (190, 140)))
    page.mouse.move(*place(page, (200, 150)), steps=3)
    page.mouse.up()
    says(page).to_contain_text("area 400.")
    tap(page, (150, 50))  # on an edge: one more point
    assert len(page.evaluate(DRAWN)) == 5
    tap(page, (150, 100))  # within: nothing
    assert len(page.evaluate(DRAWN)) == 5
    press(page, "Remove point")
    assert len(page.evaluate(DRAWN)) == 4
    press(page, "Undo", "Undo")
    assert len(page.evaluate(DRAWN)) == 4
    page.mouse.move(*place(page, (100, 50)))
    page.mouse.down()
    page.mouse.move(*place(page, (180, 200)), steps=4)
    page.mouse.up()
    says(page).to_contain_text("crosses itself")
    press(page, "Start again")
    says(page).to_contain_text("set its first point")
    press(page, "Undo", "Undo")
    says(page).to_contain_text("area 400.")


def test_everything_by_keyboard(page: Page) -> None:
    shown(page, plain(scale={"kind": "ERMF", "row_mm": 0.2, "column_mm": 0.2, "error_percent": 10}))
    page.locator("[data-stage]").focus()
    keys = page.keyboard
    keys.press("o")
    expect(page.get_by_role("button", name="Outline", exact=True)).to_have_attribute("aria-pressed", "true")
    keys.press("ArrowRight")  # the cursor comes, in the middle
    expect(page.locator("[data-where]")).to_have_text("column 150, row 100 · 3,000")
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        for _ in range(3):
            keys.press(f"Shift+{way}")
        keys.press("Space")
    says(page).to_contain_text("4 points")
    keys.press("Enter")
    says(page).to_contain_text("D1 area 36.0 mm² ± 10 %")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Point 1 of 4")).to_be_focused()
    keys.press("Shift+ArrowUp")
    says(page).to_contain_text("area 42.0 mm²")
    keys.press("Tab")
    keys.press("Delete")
    expect(page.get_by_role("button", name="Point 2 of 3")).to_be_focused()
    keys.press("Control+z")
    keys.press("Escape")
    expect(page.locator("[data-stage]")).to_be_focused()
    keys.press("l")
    keys.press("ArrowRight")
    keys.press("Space")
    for _ in range(5):
        keys.press("Shift+ArrowRight")
    keys.press("Enter")
    says(page).to_have_text("10.0 mm ± 5 %")
    keys.press("Escape")
    for _ in range(2):
        keys.press("Tab")
    keys.press("Shift+Tab")
    whole = page.evaluate(VIEW)
    page.locator("[data-stage]").focus()
    keys.press("v")
    keys.press("+")
    keys.press("ArrowRight")
    assert page.evaluate(VIEW)["scale"] == pytest.approx(whole["scale"] * 1.25)
    keys.press("0")
    assert page.evaluate(VIEW) == whole


def test_the_focus_is_not_caught(page: Page) -> None:
    shown(page, plain())
    page.locator("[data-stage]").focus()
    page.keyboard.press("o")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Keys of the picture")).to_be_focused()


def test_a_width_runs_square_to_the_length(page: Page) -> None:
    scale = {"kind": "CALIBRATED_GEOMETRY", "row_mm": 0.4, "column_mm": 0.2, "error_percent": 10}
    shown(page, plain(scale=scale))
    press(page, "Length")
    tap(page, (100, 50), (200, 100))
    says(page).to_have_text("28.3 mm ± 5 %")
    tap(page, (150, 75), (180, 60))
    a, b, c, d = page.evaluate(DRAWN)
    along = (b[0] - a[0]) * (d[0] - c[0]) * 0.2**2 + (b[1] - a[1]) * (d[1] - c[1]) * 0.4**2
    assert along == pytest.approx(0, abs=0.05)
    says(page).to_have_text("28.3 × 8.5 mm ± 5 %")


def test_without_a_scale_there_are_no_millimetres(page: Page) -> None:
    shown(page, plain())
    expect(page.locator("[data-scale]")).to_have_text("Not calibrated: pixels only, no millimetres")
    press(page, "Outline")
    tap(page, (100, 50), (200, 50), (200, 150), (100, 150), (100, 50))
    says(page).to_contain_text("px, not calibrated: no millimetres")
    expect(page.locator(".viewer-scalebar")).to_have_text("20 px")


def test_a_line_of_known_length_is_a_scale(page: Page) -> None:
    shown(page, plain())
    press(page, "Scale")
    expect(page.get_by_role("button", name="Use as scale")).to_be_disabled()
    tap(page, (100, 20), (110, 20))
    page.get_by_label("It is").fill("20")
    press(page, "Use as scale")
    says(page).to_have_text("Draw a line of at least 20 pixels first.")
    press(page, "Start again")
    tap(page, (100, 20), (200, 20))
    page.get_by_label("It is").fill("twenty")
    press(page, "Use as scale")
    says(page).to_contain_text("Say how long the line is")
    page.get_by_label("It is").fill("20,0")
    page.keyboard.press("Enter")
    expect(page.locator("[data-scale]")).to_contain_text("mm a pixel by a line of known length, area ± 10 %")
    press(page, "Outline")
    tap(page, (100, 50), (200, 50), (200, 150), (100, 150), (100, 50))
    assert area_of(page) == pytest.approx(400, rel=0.02)


def test_a_scale_is_chosen_among_those_that_the_picture_offers(page: Page) -> None:
    ermf = {"kind": "ERMF", "row_mm": 0.2, "column_mm": 0.2, "error_percent": 10, "magnification": 1.1}
    detector = {"kind": "DETECTOR_PLANE", "row_mm": 0.22, "column_mm": 0.22, "error_percent": 30}
    shown(page, plain(scale=ermf, offered=[ermf, detector]))
    expect(page.locator("[data-scale]")).to_have_text(
        "0.2000 mm a pixel by the estimated magnification, 1.100 times, area ± 10 %"
    )
    press(page, "Length")
    tap(page, (100, 50), (200, 50))
    says(page).to_have_text("20.0 mm ± 5 %")
    press(page, "Scale")
    offered = page.get_by_role("combobox", name="Scale")
    expect(offered.locator("option")).to_have_text(
        [
            "0.2000 mm, by the estimated magnification",
            "0.2200 mm, at the detector only, larger than life",
            "none: pixels only",
        ]
    )
    offered.select_option(index=1)
    press(page, "Length")
    says(page).to_have_text("22.0 mm ± 15 %")
    press(page, "Scale")
    offered.select_option(label="none: pixels only")
    press(page, "Length")
    says(page).to_contain_text("no millimetres")


def test_a_deposit_that_is_new_gets_the_next_label(page: Page) -> None:
    shown(page, plain())
    press(page, "Outline")
    deposit = page.get_by_label("Deposit")
    expect(deposit.locator("option")).to_have_text(["D1", "D2", "D3, new"])
    deposit.select_option("D3")
    tap(page, (100, 50), (200, 50), (200, 150), (100, 50))
    says(page).to_contain_text("D3 ")
    deposit.select_option("D1")
    says(page).to_have_text("Outline of D1: set its first point.")


def test_the_scale_of_an_ultrasound_holds_within_its_region(page: Page) -> None:
    scale = {"kind": "US_REGION", "row_mm": 0.1, "column_mm": 0.1, "error_percent": 10, "box": [90, 40, 210, 160]}
    shown(page, plain(scale=scale))
    press(page, "Length")
    tap(page, (100, 50), (200, 50))
    says(page).to_have_text("10.0 mm ± 5 %")
    press(page, "Start again")
    tap(page, (20, 50), (120, 50))
    says(page).to_have_text("100.0 px, not calibrated: no millimetres")


def test_what_others_drew_is_drawn_again_and_may_be_corrected(page: Page) -> None:
    points = [[100, 50], [200, 50], [200, 150], [100, 150]]
    kept = {"deposit": "D2", "file": "f1", "frame": 1, "points": points, "by": "Giulia Renna", "read_on": "2026-01-05"}
    shown(page, plain(scale={"kind": "ERMF", "row_mm": 0.2, "column_mm": 0.2, "error_percent": 10}), outlines=[kept])
    expect(page.locator("polygon.viewer-kept")).to_have_count(1)
    expect(page.locator(".viewer-text-kept")).to_have_text("D2")
    says(page).to_have_text("D2, drawn by Giulia Renna: area 400.0 mm² ± 10 %, 28.3 × 28.3 mm ± 5 %")
    press(page, "Outline")
    expect(page.get_by_role("button", name="Correct what is kept")).to_be_hidden()
    page.get_by_label("Deposit").select_option("D2")
    says(page).to_have_text("D2, drawn by Giulia Renna: area 400.0 mm² ± 10 %, 28.3 × 28.3 mm ± 5 %")
    press(page, "Correct what is kept")
    says(page).to_contain_text("D2 area 400.0 mm²")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    says(page).to_contain_text("D2 area 402.0 mm²")
    told = page.evaluate("() => document.querySelector('[data-viewer]').viewer.tools.outlines()")
    assert [(each["deposit"], each["points"]) for each in told] == [("D2", [[100, 49], *points[1:]])]
    assert page.evaluate("() => document.querySelector('[data-viewer]').viewer.data.outlines[0].points") == points


def test_who_may_only_look_draws_no_outline(page: Page) -> None:
    shown(page, plain(), may_measure=False)
    expect(page.get_by_role("button", name="Outline", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Scale", exact=True)).to_be_hidden()
    page.locator("[data-stage]").focus()
    page.keyboard.press("o")
    expect(page.get_by_role("button", name="Move", exact=True)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("any_page", SCREENS[1:], indirect=True)
def test_by_touch(any_page: Page) -> None:
    page = any_page
    shown(page, plain(scale={"kind": "ERMF", "row_mm": 0.2, "column_mm": 0.2, "error_percent": 10}))
    page.get_by_role("button", name="Outline", exact=True).tap()
    for point in ((100, 50), (200, 50), (200, 150), (100, 150), (100, 50)):
        page.touchscreen.tap(*place(page, point))
    assert area_of(page) == pytest.approx(400, rel=0.03)
    before = page.evaluate(VIEW)
    (x, y), drawn = place(page, (150, 100)), page.evaluate(DRAWN)
    two_fingers(page, [(x - 30, y), (x + 30, y)], [(x - 60, y + 10), (x + 60, y + 10)])
    after = page.evaluate(VIEW)
    assert after["scale"] == pytest.approx(before["scale"] * 2, rel=0.02)
    assert place(page, (150, 100)) == pytest.approx((x, y + 10), abs=1.5)
    assert page.evaluate(DRAWN) == drawn
