"""A physiotherapist asks a pregnant patient with a stiff shoulder: what is blocked, by tap, and what is not."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import log_in, which

pytestmark = pytest.mark.journey


def test_the_pregnant_patient(any_page: Page) -> None:
    page, family, year = any_page, ("Haddad", "Okafor", "Lindqvist")[which(any_page)], 1988 + which(any_page)
    log_in(page, "physio@example.org")
    page.goto("/patients/register/")
    page.get_by_label("Given names").fill("Amira")
    page.get_by_label("Family name", exact=True).fill(family)
    page.get_by_label("Date of birth").fill(f"03/02/{year}")
    page.get_by_role("button", name="Register patient").click()
    page.get_by_role("link", name="Start a case").click()
    injury = page.get_by_role("group", name="Injury 1")
    injury.get_by_role("radio", name="adhesion").check()
    injury.get_by_label("Diagnosis").select_option("ADH_CAPSULITIS_SHOULDER")
    injury.get_by_label("Region").select_option("REG_SHOULDER")
    injury.get_by_role("radio", name="left").check()
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_text("Not screened yet")).to_be_visible()
    page.get_by_role("link", name="Screening", exact=True).click()
    general = page.get_by_role("group", name="General", exact=True)
    pregnant = general.get_by_role("group", name="Are you pregnant")
    pregnant.get_by_text("Yes").click()
    pregnant.get_by_label("Week").fill("22")
    for button in page.get_by_role("button", name="No to all that is left here").all():
        button.click()
    expect(pregnant.get_by_label("Yes")).to_be_checked()
    page.get_by_role("button", name="Keep these answers").click()
    expect(page.get_by_text("The screening is kept.")).to_be_visible()
    blocked = page.get_by_role("group").filter(has=page.get_by_text("Blocked", exact=True)).first
    for name in ("Radial shockwave", "Focused shockwave", "TECAR", "Shortwave diathermy", "Magnetotherapy"):
        expect(blocked.get_by_text(name, exact=True)).to_be_visible()
    expect(blocked.get_by_text("TENS", exact=True)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Nothing has changed").click()
    expect(page.get_by_text("Kept: nothing has changed.")).to_be_visible()
