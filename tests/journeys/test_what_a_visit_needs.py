"""What is asked and typed at each visit: red flags by one tap, snippets by keyboard, and what is in sight on a tablet."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.test_visits_in_a_minute import LAPTOP, TABLET, discard, open_note

pytestmark = pytest.mark.journey


@pytest.fixture(params=[LAPTOP, TABLET], ids=["laptop", "tablet"])
def screen(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, locale="en-GB", **request.param)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_measures_and_treatments_are_in_sight_and_red_flags_one_tap_away(screen: Page) -> None:
    open_note(screen)
    height = (screen.viewport_size or {})["height"]
    for name in ("Measure before", "Treat"):
        box = screen.get_by_role("heading", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["y"] < height - 150
    asked = screen.get_by_role("button", name="Red flags: none today")
    expect(asked).to_be_in_viewport()
    asked.click()
    expect(screen.get_by_text("Red flags: none today.")).to_be_visible()
    discard(screen)


def test_what_one_must_know_opens_on_a_tablet_and_stands_open_on_a_laptop(screen: Page) -> None:
    open_note(screen)
    strip = screen.locator("details.know > summary")
    last = screen.get_by_role("heading", name=re.compile("^Last note"))
    if screen.viewport_size == LAPTOP["viewport"]:
        expect(strip).to_be_hidden()
    else:
        expect(strip).to_contain_text("Screened")
        expect(last).to_be_hidden()
        strip.tap()
    expect(last).to_be_visible()


def test_a_red_flag_that_is_half_typed_survives_a_closed_tab_and_is_sent_once(screen: Page) -> None:
    open_note(screen)
    if screen.viewport_size == TABLET["viewport"]:
        screen.locator("details.know > summary").tap()
    fold = screen.locator("details.red-flag")
    fold.locator("summary").click()
    fold.get_by_label("Which").select_option("RF_TENDON_RUPTURE")
    expect(fold.get_by_text("Orthopaedics", exact=True)).to_be_visible()
    fold.get_by_label("What was done").fill("Rang orthopaedics")
    expect(screen.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    screen.reload()
    expect(fold.get_by_label("What was done")).to_have_value("Rang orthopaedics")
    if screen.viewport_size == TABLET["viewport"] and not fold.is_visible():
        screen.locator("details.know > summary").tap()
    fold.get_by_label("Who was told").fill("GP")
    screen.get_by_role("button", name="Record red flag").click()
    expect(screen.get_by_text("Rang orthopaedics · told: GP")).to_be_visible()
    expect(screen.locator("#kept-here")).to_be_hidden()
    expect(fold.get_by_label("What was done")).to_have_value("")
    screen.get_by_role("button", name=re.compile("^It is over")).click()
    expect(screen.get_by_text("Rang orthopaedics · told: GP")).to_have_count(0)
    discard(screen)


def test_a_snippet_is_put_in_by_its_name_or_from_the_list_without_a_mouse(screen: Page) -> None:
    open_note(screen)
    note = screen.url
    screen.goto("/snippets/")
    if not screen.get_by_text(".nad", exact=True).count():
        screen.get_by_label("Short name").fill(".nad")
        screen.get_by_label("Text", exact=True).fill("Nothing abnormal found.")
        screen.get_by_role("button", name="Add snippet").click()
    screen.goto(note)
    found = screen.get_by_label("Found", exact=True)
    found.focus()
    found.press_sequentially("Squat: .nad .nothing ")
    expect(found).to_have_value("Squat: Nothing abnormal found. .nothing ")
    found.press("Home")
    found.press("Tab")
    for key in ("Enter", "Tab", "Enter"):
        screen.keyboard.press(key)
    expect(found).to_have_value("Nothing abnormal found.Squat: Nothing abnormal found. .nothing ")
    expect(found).to_be_focused()
    expect(screen.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    screen.reload()
    expect(found).to_have_value("Nothing abnormal found.Squat: Nothing abnormal found. .nothing ")
    discard(screen)
