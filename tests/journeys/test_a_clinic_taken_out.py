"""A clinic that was taken out is read in a browser that has no network."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.factories.planted import plant
from tests.factories.records import a_physio, manager
from tests.journeys.looking import look

pytestmark = pytest.mark.journey
MARKER = "Zyzzyva"


def test_a_patients_page_opens_from_the_first(
    own_database: str, documents: Path, tmp_path: Path, browser: Browser
) -> None:
    plant(a_physio(), MARKER, registered=True)
    place = tmp_path / "out"
    call_command("export_clinic", str(place), staff=manager().email)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((place / "index.html").as_uri())
    faults = look(page)
    page.get_by_role("link", name=MARKER).first.click()
    assert MARKER in (page.locator("h1").text_content() or "")
    assert "Nobody has checked" in page.content()
    assert page.locator("script").count() == 0
    assert [url for url in asked if not url.startswith("file:")] == []
    assert [*faults, *look(page)] == []
    context.close()
