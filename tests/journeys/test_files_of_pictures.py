"""Files of a picture, brought in by a browser: one after the other, with what was refused; then whose they are."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories.imaging_files import a_dicom_file, a_disc, of_person
from tests.journeys.conftest import Site, log_in
from tests.journeys.test_every_page import look

pytestmark = pytest.mark.journey


def a_file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_files_are_added_and_asked_about(page: Page, site: Site) -> None:
    log_in(page, "physio@example.org")
    found = page.request.get(f"{site.address}/api/v1/imaging-results/").json()["results"][0]
    page.goto(f"/imaging/results/{found['id']}/")
    panel = page.get_by_role("region", name="Files")
    sent = [a_file("IM1", a_dicom_file()), a_file("page.html", b"<html>"), a_file("cd.zip", a_disc(a_dicom_file()))]
    panel.get_by_label("Add files").set_input_files(sent)
    expect(panel.get_by_text("2 files are with the picture.")).to_be_visible(timeout=60_000)
    expect(panel.get_by_text("This is no picture that is kept here.")).to_be_visible()
    expect(panel.get_by_text("6 files of the disc’s own were left out.")).to_be_visible()
    expect(panel.locator(".imaging-files > li")).to_have_count(2)
    assert look(page) == []
    panel.get_by_label("Add files").set_input_files([a_file("IM2", of_person("OTHER^BOB", "19010101"))])
    asked = page.get_by_role("region", name="Is this the same patient?")
    expect(asked.get_by_text("OTHER BOB")).to_be_visible(timeout=60_000)
    assert look(page) == []
    asked.get_by_label(re.compile("It is not")).check()
    asked.get_by_label("Because").fill("Wrong disc")
    asked.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_text("Set aside: it counts nowhere.")).to_be_visible()
    expect(page.get_by_text("Set aside: 1")).to_be_visible()
