"""The admin invites somebody; they open the link in a browser of their own, set a password and log in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey
CHOSEN = "harbour-lane-in-the-rain"


def test_an_invited_colleague(page: Page, browser: Browser, site: Site) -> None:
    log_in(page, "admin@example.org")
    page.goto("/staff/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name", exact=True).fill("Ruth Calloway")
    page.get_by_label("E-mail to log in with").fill("ruth@example.org")
    page.get_by_label("receptionist").check()
    page.get_by_label("Harbour Lane Sports Physiotherapy").check()
    page.get_by_role("button", name="Make their link").click()
    link = page.get_by_label("Link").input_value()
    context = browser.new_context(base_url=site.address, locale="en-GB")
    theirs = context.new_page()
    theirs.goto(link)
    expect(theirs.get_by_role("heading", name="Welcome, Ruth Calloway")).to_be_visible()
    theirs.get_by_label("Password").fill(CHOSEN)
    theirs.get_by_label("The same again").fill(CHOSEN)
    theirs.get_by_role("button", name="Set my password").click()
    expect(theirs.get_by_text("Your password is set. Log in with your e-mail address.")).to_be_visible()
    theirs.get_by_label("Email").fill("ruth@example.org")
    theirs.get_by_label("Password").fill(CHOSEN)
    theirs.get_by_role("button", name="Log in").click()
    expect(theirs.get_by_role("heading", name="Today", level=1)).to_be_visible()
    context.close()
