"""An admin brings a clinic's history: sends a file, sees the job follow by itself, corrects it, and finds its visits."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.histories import HISTORY, SESSION, changed, ndjson
from tests.journeys.conftest import Site, log_in, log_out
from tests.journeys.looking import WIDE, assert_nothing, look

pytestmark = pytest.mark.journey
WRONG = changed(SESSION, id="S2", case="C9")


def choose(page: Page, file: Path, text: str) -> None:
    file.write_text(text)
    page.goto("/patients/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name="bring it here").click()
    page.get_by_label("File", exact=True).set_input_files(file)


def send(page: Page, file: Path, text: str) -> None:
    choose(page, file, text)
    page.get_by_label("The former system’s name").fill("OldBook")
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()


def test_a_history_is_brought(browser: Browser, site: Site, tmp_path: Path) -> None:
    context = browser.new_context(base_url=site.address, viewport=WIDE, locale="en-GB")
    page, file = context.new_page(), tmp_path / "old.ndjson"
    log_in(page, "admin@example.org")
    choose(page, file, "nothing")
    page.get_by_role("button", name="Send the file").click()
    faults = {"form, refused": look(page)}
    send(page, file, ndjson(*HISTORY, WRONG))
    faults["waiting"] = look(page)
    site.manage("work", "--once")
    expect(page.get_by_text("Nothing was imported: 1 place to correct")).to_be_visible()
    expect(page.get_by_role("row", name="6 /case")).to_be_visible()
    faults["to be corrected"] = look(page)
    send(page, file, ndjson(*HISTORY))
    site.manage("work", "--once")
    expect(page.get_by_text("The file is thrown away.")).to_be_visible()
    expect(page.get_by_text("2 cases")).to_be_visible()
    faults["done"] = look(page)
    log_out(page)
    log_in(page, "physio@example.org")
    page.goto("/patients/?q=newcomer")
    page.get_by_role("link", name="Newcomer").first.click()
    page.get_by_role("link", name="Achilles tendinopathy").first.click()
    page.get_by_role("link", name="Earlier visits").click()
    expect(page.get_by_text("not signed here")).to_be_visible()
    expect(page.get_by_text("Stiff in the morning.")).to_be_visible()
    faults["earlier visits"] = look(page)
    page.go_back()
    page.get_by_role("link", name="Another injury").click()
    page.get_by_role("button", name="Add it").click()
    faults["another injury, refused"] = look(page)
    context.close()
    assert_nothing(faults)
