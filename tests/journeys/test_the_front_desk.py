"""Reception registers with the keyboard, finds by a misspelt name and corrects; the admin archives and restores."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import log_in, log_out, which

pytestmark = pytest.mark.journey


def test_the_front_desk(any_page: Page) -> None:
    page, given = any_page, ("Markus", "Marcos", "Marcas")[which(any_page)]
    log_in(page, "reception@example.org")
    page.goto("/patients/register/")
    expect(page.get_by_label("Given names")).to_be_focused()
    keys = page.keyboard
    keys.type(given)
    keys.press("Tab")
    keys.type("Ellery")
    keys.press("Tab")
    keys.type("05/12/1985")
    keys.press("Enter")
    expect(page.get_by_text("similar name, day and month of birth exchanged").first).to_be_visible()
    page.get_by_label("Given names").focus()
    keys.press("Enter")
    expect(page.get_by_text("Is this somebody who is registered already?")).to_be_visible()
    page.get_by_role("button", name="Register as another person").press("Enter")
    expect(page.get_by_role("heading", name="Details")).to_be_visible()
    page.goto("/patients/")
    page.get_by_role("searchbox").press_sequentially("elery, m", delay=20)
    page.get_by_role("searchbox").fill("")
    expect(page.get_by_role("link", name="Ellery, Marcus")).to_be_visible()
    page.get_by_role("searchbox").press_sequentially("Elery", delay=20)
    expect(page.get_by_text("Nobody is called “Elery”; these are near")).to_be_visible()
    page.get_by_role("link", name=f"Ellery, {given}").click()
    page.get_by_role("link", name="Correct details").click()
    page.get_by_label("Telephone", exact=True).fill("07700 900555")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("07700 900555")).to_be_visible()
    where = page.url
    log_out(page)
    log_in(page, "admin@example.org")
    page.goto(where)
    page.get_by_role("link", name="Archive").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("This record is archived")).to_be_visible()
    page.goto("/patients/")
    expect(page.get_by_text(f"Ellery, {given}")).to_have_count(0)
    page.goto(where)
    page.get_by_role("link", name="Restore").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("This record is archived")).to_have_count(0)
