"""A person makes a key, copies it, tries it on the page of the interface, and revokes it."""

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


def test_a_key_is_made_copied_used_and_revoked(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    log_in(page, "physio@example.org")
    page.get_by_role("button", name="Giulia Renna").click()
    page.get_by_role("link", name="My keys").click()
    page.get_by_role("link", name="Make a key", exact=True).click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("2 things to correct")
    page.get_by_role("textbox", name="Name").fill("Gait laboratory")
    page.get_by_label("find and read patients").check()
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_label("Key", exact=True).input_value()
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.get(f"{site.address}/api/v1/patients/", headers=headers)
    assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (200, "600")
    page.get_by_role("link", name="My keys").first.click()
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("link", name="Revoke Gait laboratory").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("nobody comes in with it any more")).to_be_visible()
    assert httpx.get(f"{site.address}/api/v1/patients/", headers=headers).status_code == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_the_interface_keeps_to_the_policy(browser: Browser, site: Site, width: int, scheme: str) -> None:
    """For a stranger, too; nothing is asked of another site, and what the policy refuses would be an error here."""
    told = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": "en-GB"}
    context = browser.new_context(base_url=site.address, **told)
    page, faults, asked = context.new_page(), [], []
    page.on("console", lambda message: faults.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))")
    page.goto("/api/v1/docs/")
    expect(page.get_by_role("heading", name=re.compile("Physio Casebook"))).to_be_visible()
    operation = page.locator(".opblock", has_text="/api/v1/me/").first
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.get_by_text("401").first).to_be_visible()
    take_picture(page, f"docs-{width}-{scheme}")
    page.evaluate("scrollTo(0, 0)")
    take_picture(page, f"docs-top-{width}-{scheme}")
    wide = page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)""")
    assert wide == []
    assert [f for f in faults if "status of 401" not in f] == []
    assert {url for url in asked if not url.startswith((site.address, "data:"))} == set()
    context.close()


def take_picture(page: Page, name: str) -> None:
    """Where CASEBOOK_PICTURES names a directory, for people who want to look."""
    if place := os.environ.get("CASEBOOK_PICTURES"):
        page.screenshot(path=Path(place) / f"{name}.png")
