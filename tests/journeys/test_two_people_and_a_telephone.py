"""An authenticator app is set up and asked for, in a dialog too; a locked tablet is handed to the next person."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.factories.accounts import code_now
from tests.journeys.conftest import PASSWORD, Site, log_in, log_out
from tests.journeys.test_visits_in_a_minute import discard, open_note

pytestmark = pytest.mark.journey
END_LOGINS = "from clinic.models import BrowserLogin; BrowserLogin.objects.all().delete()"
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('casebook:')).length"


def choose(page: Page, name: str) -> None:
    page.locator("[popovertarget=who-menu]").click()
    page.locator("#who-menu").get_by_text(name, exact=True).click()


def test_an_app_is_set_up_and_asked_for(page: Page, site: Site) -> None:
    log_in(page, "physio@example.org")
    choose(page, "Second factor")
    page.get_by_role("link", name="Set up an app").click()
    drawn = page.get_by_alt_text("QR code for the authenticator app").evaluate("(picture) => picture.naturalWidth")
    assert drawn > 0
    secret = page.locator(".enrol-key code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(code_now(secret, -1))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert all(code in saved.value.path().read_text() for code in codes)
    log_out(page)
    page.get_by_label("Email").fill("physio@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    in_place(page, site, codes)
    page.goto("/account/second-factor/")
    expect(page.get_by_text("8 left.")).to_be_visible()
    page.get_by_role("button", name="Remove the app").click()
    expect(page.get_by_text("its codes work no more")).to_be_visible()


def in_place(page: Page, site: Site, codes: list[str]) -> None:
    """The login ran out over a note: the dialog asks for the password, then for a code."""
    open_note_of_today(page)
    site.manage("shell", "-c", END_LOGINS)
    page.get_by_label("Found").fill("Typed after the login ran out")
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label(re.compile("^Password")).fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_label(re.compile("^Code")).fill("000000")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("not valid"))
    dialog.get_by_label(re.compile("^Code")).fill(codes[0])
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).not_to_be_visible()
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    site.manage("shell", "-c", END_LOGINS)
    choose(page, "Lock")
    lock = page.get_by_role("dialog", name="Locked")
    lock.get_by_label(re.compile("^Password")).fill(PASSWORD)
    lock.get_by_role("button", name="Unlock").click()
    lock.get_by_label(re.compile("^Code")).fill(codes[1])
    lock.get_by_role("button", name="Unlock").click()
    expect(lock).not_to_be_visible()
    discard(page)


def open_note_of_today(page: Page) -> None:
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei, Daniel")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).first.click()
    page.goto(f"{page.url}sessions/log/?new=1")
    page.locator("summary", has_text="how it was, in words").click()


def test_a_locked_tablet_is_handed_over(context: BrowserContext) -> None:
    page = context.new_page()  # it meets a page that is not there
    open_note(page)
    there = page.url.partition("?")[0]
    page.evaluate("localStorage.setItem('casebook:note:x', '{}')")  # as if the last words had not been sent yet
    other = context.new_page()
    other.goto("/patients/")
    choose(page, "Lock")
    lock = page.get_by_role("dialog", name="Locked")
    expect(other.get_by_role("dialog", name="Locked")).to_be_visible()
    lock.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/account/login/?next=**")
    assert page.evaluate(KEPT) == 0
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()  # the other tab shows nothing of hers either
    page.get_by_label("Email").fill("reception@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: url.startswith(there))
    expect(page.get_by_role("heading", name=re.compile("Not found|Not allowed"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Today")).click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
