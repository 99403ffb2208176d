"""A browser for the picture viewer alone: no site behind it."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import SCREENS, watched
from treatments.demo.phantoms import Phantom, achilles


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield from watched(made)
    made.close()


@pytest.fixture(params=SCREENS)
def any_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    made = browser.new_context(locale="en-GB", **request.param)
    yield from watched(made)
    made.close()


@pytest.fixture(scope="session")
def before() -> Phantom:
    return achilles("xray_before", date(2026, 1, 5))
