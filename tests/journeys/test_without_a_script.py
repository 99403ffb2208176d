"""A visit where the browser runs no script; and what reception sees of a patient."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


def test_a_visit_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    log_in(page, "lead@example.org")
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).click()
    page.get_by_role("link", name="Log session").click()
    page.get_by_role("region", name="The visit").locator("summary", has_text="how it was, in words").click()
    page.get_by_role("region", name="The visit").get_by_label("Kind").select_option("UNPLANNED")
    page.get_by_label("Knee to wall, right in cm", exact=True).fill("7,7")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Knee to wall, right in cm", exact=True)).to_have_value("7,7")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.get_by_role("button", name="Same as planned").click()
    expect(page.get_by_role("button", name="Same as planned")).to_have_count(0)
    line = page.locator(".line", has_text="IASTM")
    line.locator("summary").first.click()
    line.get_by_label("Time in min", exact=True).fill("5")
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_text("IASTM · 5 min")).to_be_visible()
    expect(page.get_by_text("Tom Adeyemi (PH999002)")).to_be_visible()
    context.close()


def test_the_receptionist_sees_no_clinical_word(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="en-GB")
    page = context.new_page()
    log_in(page, "reception@example.org")
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Daniel Osei")
    expect(page.get_by_text("Achilles")).to_have_count(0)
    expect(page.get_by_role("link", name="Start a case")).to_have_count(0)
    context.close()
