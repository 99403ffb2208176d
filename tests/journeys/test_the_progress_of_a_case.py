"""The drawing of a case: chosen without a script, kept in the address, walked through with the keyboard, taken as a file."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


def open_progress(page: Page) -> None:
    log_in(page, "physio@example.org")
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).click()
    page.get_by_role("link", name="All measures, side, since when").click()


def test_the_keyboard_goes_from_point_to_point(page: Page) -> None:
    open_progress(page)
    chart = page.get_by_role("region", name="Progress chart")
    chart.get_by_role("link", name=re.compile("^Pain, load: 7.10")).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chart.get_by_role("link", name=re.compile("^Pain, load: 6.10.*−1 since the start")).first).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert not focused(page).startswith("Pain, load:")
    page.keyboard.press("ArrowUp")
    assert focused(page).startswith("Pain, load:")
    chart.get_by_role("link", name=re.compile("^Knee to wall, right: 4 cm")).first.focus()
    page.keyboard.press("End")
    expect(chart.get_by_role("link", name=re.compile("^Knee to wall, right: 7.2 cm"))).to_be_focused()
    page.keyboard.press("Tab")
    assert not focused(page).startswith("Knee to wall, right")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sessions/"))


def focused(page: Page) -> str:
    """What the point in focus is called."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_it_is_chosen_without_a_script_and_taken_as_a_file(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    open_progress(page)
    page.get_by_text("Choose measures, side and since when").click()
    page.get_by_label("VISA-A").check()
    options = page.get_by_label("Changes since", exact=True).locator("option").all_text_contents()
    page.get_by_label("Changes since", exact=True).select_option(
        label=next(o for o in options if o.startswith("block 2"))
    )
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("measure=VISA_A.*since=block-"))
    chart = page.get_by_role("region", name="Progress chart")
    expect(chart.get_by_role("link", name=re.compile("^VISA-A: "))).to_have_count(2)
    expect(page.get_by_role("heading", name=re.compile("^Changes since [A-Z]"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="As a file (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("part,what,date")
    assert "measure,VISA-A," in text
    context.close()
