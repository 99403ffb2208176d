"""A rugby player's thigh turns to bone: while it is young tools and shockwave are blocked, once it is mature they are not."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import log_in, which

pytestmark = pytest.mark.journey


def test_the_immature_ossification(any_page: Page) -> None:
    page, family, year = any_page, ("Marlow", "Stenson", "Pukui")[which(any_page)], 2003 + which(any_page)
    log_in(page, "physio@example.org")
    page.goto("/patients/register/")
    page.get_by_label("Given names").fill("Kai")
    page.get_by_label("Family name", exact=True).fill(family)
    page.get_by_label("Date of birth").fill(f"19/08/{year}")
    page.get_by_role("button", name="Register patient").click()
    page.get_by_role("link", name="Start a case").click()
    injury = page.get_by_role("group", name="Injury 1")
    injury.get_by_role("radio", name="calcification").check()
    injury.get_by_label("Diagnosis").select_option("OSS_MYOSITIS_TRAUMATIC")
    injury.get_by_label("Region").select_option("REG_THIGH")
    injury.get_by_role("radio", name="left").check()
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_role("link", name="Screening", exact=True)).to_be_visible()
    set_phase(page, "early")
    blocked = group(page, "Blocked")
    for name in ("IASTM", "Diacutaneous fibrolysis", "Radial shockwave", "Focused shockwave"):
        expect(blocked.get_by_text(name, exact=True)).to_be_visible()
    set_phase(page, "mature")
    for name in ("IASTM", "Diacutaneous fibrolysis", "Radial shockwave"):
        expect(group(page, "Blocked").get_by_text(name, exact=True)).to_have_count(0)


def set_phase(page: Page, phase: str) -> None:
    """Notes the phase on the page of the screening; then answers the questions with no."""
    if page.get_by_role("link", name="Screening", exact=True).is_visible():
        page.get_by_role("link", name="Screening", exact=True).click()
    page.get_by_role("link", name="phase").click()
    page.get_by_label(phase).check()
    page.get_by_role("button", name="Note").click()
    expect(page.get_by_role("button", name="Keep these answers")).to_be_visible()
    for button in page.get_by_role("button", name="No to all that is left here").all():
        button.click()
    page.get_by_role("button", name="Keep these answers").click()
    expect(page.get_by_text("The screening is kept.")).to_be_visible()


def group(page: Page, word: str) -> Locator:
    return page.get_by_role("group").filter(has=page.get_by_text(word, exact=True)).first
