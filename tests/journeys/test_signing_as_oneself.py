"""Who signs is who one is: idle and locked browsers, wrong and right passwords, passkeys, several notes in a row."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD, Browser, Site, log_in, log_out, watched
from tests.journeys.test_visits_in_a_minute import SIGNED, discard, open_note

pytestmark = pytest.mark.journey
SAVED = re.compile(r"^Saved \d\d:\d\d")
# Time cannot pass for a running site: its memory of each login is set back instead.
SET_BACK = """
from datetime import datetime, timedelta
from clinic.models.logins import BrowserLogin, SessionStore
for row in BrowserLogin.objects.filter(person__isnull=False):
    kept = row.get_decoded()
    if "proof" in kept:
        for name, minutes in {times!r}.items():
            at = datetime.fromisoformat(kept["proof"][name])
            kept["proof"][name] = (at - timedelta(minutes=minutes)).isoformat()
        row.session_data = SessionStore().encode(kept)
        row.save(update_fields=["session_data"])
"""


def set_back(site: Site, **minutes: int) -> None:
    site.manage("shell", "-c", SET_BACK.replace("{times!r}", repr(minutes)))


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """By name and not by number: a number cannot have passkeys."""
    address = site.address.replace("127.0.0.1", "localhost")
    made = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    yield from watched(context)


def choose(page: Page, name: str) -> None:
    """From the menu under one's name."""
    page.locator(".who > button").click()
    page.locator("#who-menu").get_by_text(name, exact=True).click()


def test_an_old_proof_is_asked_for_at_signing_and_nothing_is_lost(page: Page, site: Site) -> None:
    open_note(page)
    page.get_by_label("Found").fill("Warm.\nCalm.")
    expect(page.get_by_text(SAVED)).to_be_visible()
    set_back(site, proven_at=12 * 60)
    page.get_by_label("Pain, load in /10", exact=True).fill("2")
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    password = page.get_by_label(re.compile("^Password of"))
    expect(password).to_be_focused()
    password.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("That is not your password")
    page.get_by_label(re.compile("^Password of")).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    listed = page.get_by_role("button", name="Sign as listed")
    expect(listed.or_(page.get_by_role("link", name="Back to the case"))).to_be_visible()
    if listed.count():
        listed.click()
    page.wait_for_url(SIGNED)
    expect(page.get_by_text("Warm.")).to_be_visible()
    expect(page.get_by_text("2 /10").first).to_be_visible()


def test_a_quarter_of_an_hour_away(page: Page, site: Site) -> None:
    open_note(page)
    page.get_by_label("Found").fill("Before I went")
    expect(page.get_by_text(SAVED)).to_be_visible()
    set_back(site, active_at=15)
    page.get_by_label("Found").fill("Before I went, and after")
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock).to_be_visible()
    expect(page.locator(".frame")).to_have_css("visibility", "hidden")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    lock.get_by_label(re.compile("^Password")).fill("wrong")
    lock.get_by_role("button", name="Unlock").click()
    expect(lock.get_by_role("alert")).to_contain_text("not your password")
    lock.get_by_label(re.compile("^Password")).fill(PASSWORD)
    lock.get_by_role("button", name="Unlock").click()
    expect(lock).not_to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Found")).to_have_value("Before I went, and after")
    discard(page)


def test_the_page_covers_itself_while_nobody_is_there(page: Page, site: Site) -> None:
    page.clock.install()
    log_in(page, "physio@example.org")
    page.clock.fast_forward(14 * 60 * 1000)
    expect(page.get_by_role("dialog", name="Locked")).not_to_be_visible()
    page.clock.fast_forward(61 * 1000)
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock).to_be_visible()
    expect(page.get_by_role("main")).not_to_be_visible()
    lock.get_by_label(re.compile("^Password")).fill(PASSWORD)
    lock.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("main")).to_be_visible()


def test_lock_locks_every_tab_and_the_server_too(page: Page, context: BrowserContext) -> None:
    open_note(page)
    page.get_by_label("Found").fill("Typed a moment before")
    other = context.new_page()
    other.goto("/")
    choose(page, "Lock")
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock).to_be_visible()
    expect(other.get_by_role("dialog", name="Locked")).to_be_visible()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    expect(page.get_by_text("Osei")).to_have_count(0)
    page.get_by_label(re.compile("^Password of")).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Found")).to_have_value("Typed a moment before")
    other.reload()
    expect(other.get_by_role("heading", name="Today")).to_be_visible()
    discard(page)


def test_locking_and_signing_without_javascript(browser: Browser, site: Site) -> None:
    made = browser.new_context(base_url=site.address, java_script_enabled=False, locale="en-GB")
    page = made.new_page()
    open_note(page)
    page.get_by_label("Found").fill("Without a script")
    set_back(site, active_at=15)
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_label(re.compile("^Password of")).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Found")).to_have_value("Without a script")
    discard(page)
    choose(page, "Lock")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    made.close()


def test_passkeys(page: Page, context: BrowserContext, site: Site) -> None:
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    log_in(page, "physio@example.org")
    choose(page, "Passkeys")
    page.get_by_role("link", name="Add a passkey").first.click()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Name").fill("Tablet of room 2")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Rename")).click()
    page.get_by_label("Name").fill("Tablet of room 3")
    page.get_by_role("button", name="Keep this name").click()
    expect(page.get_by_text("Tablet of room 3").first).to_be_visible()
    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    open_note_again(page)
    page.get_by_label("Found").fill("Signed by finger")
    set_back(site, proven_at=12 * 60)
    page.get_by_role("button", name="Sign session").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Sign as listed").click()
    page.wait_for_url(SIGNED)
    choose(page, "Lock")
    lock = page.get_by_role("dialog", name="Locked")
    lock.get_by_role("button", name="Use a passkey").click()
    expect(lock).not_to_be_visible()
    log_out(page)
    log_in(page, "physio@example.org")  # the password alone goes on working
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.goto("/account/passkeys/")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_text("nobody logs in with it any more")).to_be_visible()
    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text(re.compile("not known here"))).to_be_visible()


def open_note_again(page: Page) -> None:
    """A new note of the Achilles case, by somebody who is logged in; one that no review comes before."""
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei, Daniel")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).first.click()
    page.goto(f"{page.url}sessions/log/?new=1")
    page.locator("summary", has_text="how it was, in words").click()
    page.get_by_role("region", name="The visit").get_by_label("Kind").select_option("UNPLANNED")


def discard_what_waits(page: Page) -> None:
    """The demo has a note that is not signed yet: it goes, so that only what follows waits."""
    waiting = page.get_by_role("region", name="Notes to sign").get_by_role("listitem")
    for _ in range(waiting.count()):
        waiting.first.get_by_role("link").click()
        page.get_by_role("link", name="Discard this note").click()
        page.get_by_label("Why").fill("Only to try it.")
        page.get_by_role("button", name=re.compile("Discard")).click()
        page.goto("/")


def test_two_notes_one_after_the_other_from_today(page: Page, site: Site) -> None:
    log_in(page, "physio@example.org")
    discard_what_waits(page)
    for text in ("The first of two", "The second of two"):
        open_note_again(page)
        page.get_by_label("Found").fill(text)
        expect(page.get_by_text(SAVED)).to_be_visible()
    page.goto("/")
    set_back(site, proven_at=12 * 60)
    page.get_by_role("link", name="Sign them one after the other").click()
    expect(page.get_by_text("The first of two")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Sign")).click()
    page.get_by_label(re.compile("^Password of")).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The second of two")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Sign")).click()
    expect(page.get_by_role("region", name="Signed").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("heading", name="Everything that you wrote is signed")).to_be_visible()
