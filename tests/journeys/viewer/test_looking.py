"""Pictures are shown as they are, moved, shaded and compared; the viewer is small, and everybody can use it."""

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.factories.viewers import Pictures
from tests.journeys.looking import assert_nothing, look
from tests.journeys.viewer.viewing import DRAWN, VIEW, grey_at, place, plain, press, shown, tap
from treatments.demo.phantoms import Deposit, Phantom, xray

pytestmark = pytest.mark.journey
SCRIPTS = Path(settings.BASE_DIR) / "clinic" / "static" / "clinic" / "js"
ON = date(2026, 1, 5)
# The frame of the first picture comes when it is let go.
HELD = """const real = window.fetch;
const held = new Promise((done) => { window.go = done; });
window.fetch = async (...told) => {
  if (String(told[0]).includes("/f1/")) await held;
  return real(...told);
};"""
SEEN = """window.seen = {};
new MutationObserver(() => {
  const what = document.querySelector("[data-viewer]")?.dataset.seen;
  if (what) seen[what] ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });"""


def test_window_and_level_of_16_bits(page: Page) -> None:
    shown(page, plain())
    dark, bright = (20.5, 20.5), (150.5, 100.5)
    assert (grey_at(page, dark), grey_at(page, bright)) == (31, 187)
    press(page, "Window")
    page.get_by_label("Centre").fill("3000")
    page.get_by_label("Width").fill("100")
    page.get_by_label("Width").press("Tab")
    assert (grey_at(page, dark), grey_at(page, bright)) == (0, 129)
    press(page, "Invert")
    assert (grey_at(page, dark), grey_at(page, bright)) == (255, 126)
    press(page, "As taken")
    assert (grey_at(page, dark), grey_at(page, bright)) == (31, 187)
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Centre")).to_have_value("2068")
    page.mouse.move(*place(page, (20, 20)))
    page.mouse.down()
    page.mouse.move(*place(page, (20, 60)), steps=4)
    page.mouse.up()
    assert grey_at(page, bright) < 170


def test_signed_samples_and_inverted_pictures(page: Page) -> None:
    samples = np.full((100, 100), -1000)
    samples[40:60, 40:60] = 1000
    pictures = Pictures()
    pictures.add(samples, sample="int16", centre=0, width=4001, is_inverted=True)
    shown(page, pictures)
    assert (grey_at(page, (10.5, 10.5)), grey_at(page, (50.5, 50.5))) == (191, 64)
    expect(page.get_by_role("button", name="Invert")).to_have_attribute("aria-pressed", "false")
    page.mouse.move(*place(page, (50.5, 50.5)))
    expect(page.locator("[data-where]")).to_have_text("column 50, row 50 · 1,000")


def test_a_large_picture_of_signed_samples_is_as_grey_when_it_is_small(page: Page) -> None:
    samples = np.full((2000, 1600), -1000)
    samples[:, 801::2] = 1000  # half of the right half
    pictures = Pictures()
    pictures.add(samples, sample="int16", centre=0, width=4001)
    shown(page, pictures)
    assert page.evaluate(VIEW)["scale"] < 0.5
    assert (grey_at(page, (400, 1000)), grey_at(page, (1200, 1000))) == (64, 128)


def test_a_frame_that_is_not_whole_is_not_shown(page: Page) -> None:
    pictures = plain()
    path = "/imaging/files/f1/frames/1/"
    pictures.bodies[path] = (b"stumps", {"Content-Type": "application/octet-stream"})
    pictures.show(page)
    expect(page.locator("[data-says]")).to_have_text("This picture could not be loaded. Load the page again.")
    expect(page.locator('[data-seen="preview"]')).to_have_count(1)


def test_frames_by_wheel_keys_and_slider(page: Page) -> None:
    frames = np.stack([np.full((60, 80), 400 * n) for n in range(1, 6)])
    pictures = Pictures()
    pictures.add(frames)
    shown(page, pictures)
    here = expect(page.locator("[data-frame-says]"))
    here.to_have_text("1 of 5")
    page.mouse.move(*place(page, (40, 30)))
    page.mouse.wheel(0, 100)
    here.to_have_text("2 of 5")
    scale = page.evaluate(VIEW)["scale"]
    page.locator("[data-stage]").focus()
    page.keyboard.press("PageDown")
    here.to_have_text("3 of 5")
    page.keyboard.press("End")
    here.to_have_text("5 of 5")
    page.get_by_label("Frame").fill("4")
    here.to_have_text("4 of 5")
    page.wait_for_timeout(200)
    assert grey_at(page, (40, 30)) == 100
    assert page.evaluate(VIEW)["scale"] == scale
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    here.to_have_text("4 of 5")
    assert page.evaluate(VIEW)["scale"] > scale
    assert len([path for path in pictures.asked if "/frames/4/" in path]) == 1


def test_a_colour_picture_is_shown_as_it_is(page: Page) -> None:
    pictures = Pictures()
    pictures.add_colour(Image.new("RGB", (120, 90), (200, 30, 30)))
    shown(page, pictures)
    assert grey_at(page, (60, 45)) == 200
    expect(page.get_by_role("button", name="Window")).to_be_disabled()


def test_the_preview_comes_first_and_nothing_jumps(page: Page) -> None:
    pictures = plain()
    frame = pictures.bodies.pop("/imaging/files/f1/frames/1/")
    page.on("console", lambda message: None)
    page.add_init_script(HELD)
    pictures.show(page)
    page.locator('[data-seen="preview"]').wait_for()
    before = [grey_at(page, point) for point in ((98, 100), (102, 100), (198, 100), (202, 100))]
    assert [abs(grey - told) < 12 for grey, told in zip(before, (31, 187, 187, 31), strict=True)] == [True] * 4
    pictures.bodies["/imaging/files/f1/frames/1/"] = frame
    page.evaluate("window.go()")
    page.locator('[data-seen="frame"]').wait_for()
    assert [grey_at(page, point) for point in ((98, 100), (102, 100), (198, 100), (202, 100))] == [31, 187, 187, 31]


def test_of_a_large_x_ray_the_preview_is_seen_first(browser: Browser) -> None:
    """Its frame of ten megabytes follows."""
    pictures = Pictures()
    large = xray(Deposit(34.0, 9.0, 218.0), taken_on=ON, rows=2048, columns=2500)
    pictures.add_phantom(large)
    seen = []
    for _ in range(2):
        page = browser.new_page()
        page.add_init_script(SEEN)
        shown(page, pictures)
        seen.append(page.evaluate("[seen.preview, seen.frame]"))
        page.close()
    assert all(preview < frame for preview, frame in seen)


def test_a_frame_that_comes_late_is_not_shown_for_another(page: Page) -> None:
    pictures = plain()
    pictures.add(np.full((200, 300), 2048))
    page.add_init_script(HELD)
    pictures.show(page, strip=True)
    press(page, "Picture 2")
    page.locator('[data-seen="frame"]').wait_for()
    page.evaluate("window.go()")
    page.wait_for_timeout(300)
    assert grey_at(page, (150, 100)) == 128


def test_several_pictures_each_keep_what_was_done(page: Page, before: Phantom) -> None:
    pictures = plain()
    pictures.add_phantom(before)
    shown(page, pictures, strip=True)
    press(page, "Closer", "Length")
    tap(page, (120, 90), (160, 90))
    view = page.evaluate(VIEW)
    press(page, "Picture 2")
    expect(page.locator("[data-scale]")).to_contain_text("0.1361 mm a pixel")
    assert page.evaluate(DRAWN) == []
    press(page, "Picture 1")
    assert page.evaluate(VIEW) == view
    assert len(page.evaluate(DRAWN)) == 2


def test_two_pictures_move_together_by_millimetres(page: Page, before: Phantom) -> None:
    pictures = Pictures()
    pictures.add_phantom(before)
    after = xray(Deposit(29.5, 7.4, 158.0), taken_on=ON, rows=700, columns=550)
    pictures.add(
        after.samples,
        centre=1900,
        width=3200,
        scale={"kind": "ERMF", "row_mm": 0.27, "column_mm": 0.27, "error_percent": 10},
    )
    pictures.compare(page)
    expect(page.locator('[data-seen="frame"]')).to_have_count(2)
    sizes = "() => [...document.querySelectorAll('[data-viewer]')].map(({ viewer }) => [viewer.view.scale / viewer.file.scale.column_mm, viewer.view.left, viewer.shade.centre])"
    one, other = page.evaluate(sizes)
    assert one[0] == pytest.approx(other[0])
    first = page.locator("[data-viewer]").first
    first.get_by_role("button", name="Closer").click()
    closer = page.evaluate(sizes)
    assert closer[0][0] == pytest.approx(one[0] * 1.25)
    assert closer[1][0] == pytest.approx(closer[0][0])
    box = first.locator("[data-stage]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 100, steps=4)
    page.mouse.up()
    moved = page.evaluate(sizes)
    assert [round(m[1] - c[1]) for m, c in zip(moved, closer, strict=True)] == [-40, -40]
    first.get_by_role("button", name="Window").click()
    first.get_by_label("Centre").fill("1500")
    first.get_by_label("Centre").press("Tab")
    assert [each[2] for each in page.evaluate(sizes)] == [1500, 1500]
    first.get_by_role("button", name="Invert").click()
    expect(page.locator('[data-act="invert"][aria-pressed="true"]')).to_have_count(2)
    press(page, "Move both together")
    first.get_by_role("button", name="Closer").click()
    apart = page.evaluate(sizes)
    assert apart[0][0] > apart[1][0]


def test_axe_finds_nothing(page: Page, before: Phantom) -> None:
    pictures = plain()
    pictures.add_phantom(before)
    shown(page, pictures, strip=True)
    found = {"moving": look(page)}
    for tool in ("Window", "Length", "Outline", "Scale"):
        press(page, tool)
        found[tool] = look(page)
    assert_nothing(found)


def test_fingers_hit_what_they_mean(any_page: Page) -> None:
    shown(any_page, plain())
    press(any_page, "Outline")
    assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in any_page.locator(".viewer button:visible, .viewer select:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= (44 if any_page.evaluate("matchMedia('(pointer: coarse)').matches") else 36)
        assert box["width"] >= 44


def test_the_scripts_are_small() -> None:
    files = [*sorted(SCRIPTS.glob("viewer*.js")), SCRIPTS / "compare.js"]
    assert len(files) > 7
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in files}
    assert sum(sizes.values()) < 40_000, sizes
