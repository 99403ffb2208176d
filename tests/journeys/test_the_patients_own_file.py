"""A patient asks for their own file: noted, read, shortened, released, taken and opened; each page is looked at."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Site, log_in
from tests.journeys.looking import WIDE, assert_nothing, look, path_of, patient_called

pytestmark = pytest.mark.journey


def test_the_patients_own_file(browser: Browser, site: Site, tmp_path: Path) -> None:
    context = browser.new_context(base_url=site.address, viewport=WIDE, locale="en-GB")
    page = context.new_page()
    log_in(page, "lead@example.org")
    page.goto("/own-files/")
    faults = {"none is asked for": look(page)}
    patient = patient_called(page, "Ellery")
    page.get_by_role("link", name="Own file").click()
    faults["ask"] = look(page)
    page.get_by_role("button", name="Note the request").click()
    faults["ask, refused"] = look(page)
    page.get_by_label("How identity was proved").fill("Passport seen.")
    page.get_by_role("button", name="Note the request").click()
    expect(page.get_by_role("link", name="Read and release the file")).to_be_visible()
    here = path_of(page)
    faults["request"] = look(page)
    page.goto("/own-files/")
    faults["one is asked for"] = look(page)
    page.goto(patient)
    page.get_by_role("link", name="See how it stands").click()
    page.get_by_role("link", name="Read and release the file").click()
    faults["check"] = look(page)
    page.get_by_role("link", name=re.compile("Leave out.*Injury 1")).first.click()
    faults["leave out"] = look(page)
    page.get_by_label("Information about a third person").check()
    page.get_by_label("In words").fill("Names his brother.")
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("1 entry is left out")).to_be_visible()
    page.get_by_role("button", name="Release in my name").click()
    expect(page.get_by_role("link", name="Take the file")).to_be_visible()
    faults["released"] = look(page)
    with page.expect_download() as got:
        page.get_by_role("link", name="Take the file").click()
    got.value.save_as(tmp_path / "file.zip")
    with ZipFile(tmp_path / "file.zip") as file:
        file.extractall(tmp_path / "out")
    page.get_by_role("button", name="Note that it was handed over").click()
    expect(page.get_by_text("the request is answered")).to_be_visible()
    assert path_of(page) == here
    context.close()
    away = browser.new_context(offline=True)
    page = away.new_page()
    page.goto((tmp_path / "out" / "index.html").as_uri())
    faults["the file itself"] = look(page)
    expect(page.get_by_text("1 entry is left out")).to_be_visible()
    expect(page.get_by_text("Pain, load").first).to_be_visible()
    away.close()
    assert_nothing(faults)
