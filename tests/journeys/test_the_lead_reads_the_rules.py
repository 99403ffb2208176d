"""The clinical lead reads the rules for cupping, changes one, approves the rest, and takes one back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


def test_the_lead_reads_the_rules(page: Page, site: Site) -> None:
    log_in(page, "lead@example.org")
    page.get_by_role("button", name="Tom Adeyemi").click()
    page.get_by_role("link", name="Rules", exact=True).click()
    expect(page.get_by_text("43 of 585 not approved")).to_be_visible()
    page.get_by_role("link", name="Cupping", exact=True).click()
    expect(page.get_by_text("43 of 43 to read")).to_be_visible()
    page.get_by_role("link", name="Change Antiplatelet medicine").click()
    page.get_by_label("needs authorisation").check()
    page.get_by_role("button", name="Save for this clinic").click()
    expect(page.get_by_text("This field is required")).to_be_visible()
    expect(page.get_by_label("needs authorisation")).to_be_checked()
    page.get_by_label("Why this clinic does it differently").fill("They bruise.")
    page.get_by_role("button", name="Save for this clinic").click()
    expect(page.get_by_text("42 of 43 to read")).to_be_visible()
    expect(page.get_by_text("They bruise.")).to_be_visible()
    page.get_by_role("checkbox", name="Pregnancy").check()
    page.get_by_role("button", name="Approve what is ticked").click()
    expect(page.get_by_text("1 approved.")).to_be_visible()
    page.get_by_role("button", name="Approve all that is left").click()
    expect(page.get_by_text("42 approved.")).to_be_visible()
    page.get_by_role("link", name="Change Pregnancy").click()
    page.get_by_role("link", name="Withdraw approval").click()
    page.get_by_label("Why").fill("To be discussed.")
    page.get_by_role("button", name="Withdraw approval").click()
    expect(page.get_by_text("1 of 43 to read")).to_be_visible()
