"""A block is changed line by line, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_a_line_comes_changes_and_goes(browser: Browser, site: Site, scripted: bool) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=scripted, locale="en-GB")
    page = context.new_page()
    log_in(page, "physio@example.org")
    open_block(page)
    before = page.get_by_role("group", name=re.compile("^Focused shockwave")).count()
    page.get_by_label("One more line").select_option("CRYO")
    page.get_by_role("button", name="Add the line").click()
    line = page.get_by_role("group", name=re.compile("^Cold therapy"))
    expect(line).to_be_visible()
    if scripted:
        expect(line.get_by_label("Type")).to_be_focused()
    line.get_by_label("Time in min").fill("12,5")
    page.get_by_role("button", name="Show what this gives").click()
    expect(page.get_by_role("region", name="So the sessions are")).to_contain_text("Cold therapy · 12.5 min")
    page.get_by_role("button", name=re.compile("^Remove the line Cold therapy")).click()
    expect(line).to_have_count(0)
    expect(page.get_by_role("group", name=re.compile("^Focused shockwave"))).to_have_count(before)
    page.get_by_label("One more line").select_option("EDU")
    page.get_by_role("button", name="Add the line").click()
    page.get_by_role("button", name="Save block 2").click()
    expect(page.get_by_text("Block 2 is changed.")).to_be_visible()
    expect(page.get_by_role("region", name="Block 2")).to_contain_text("Education")
    open_block(page)
    page.get_by_role("button", name=re.compile("^Remove the line Education")).click()
    expect(page.get_by_role("group", name=re.compile("^Education"))).to_have_count(0)
    page.get_by_role("button", name="Save block 2").click()
    expect(page.get_by_role("region", name="Block 2")).not_to_contain_text("Education")
    context.close()


def open_block(page: Page) -> None:
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).click()
    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_role("link", name="Change block 2").click()
