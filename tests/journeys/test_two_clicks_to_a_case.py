"""From Today to any of the worked cases, open or discharged, in two clicks at most."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Site, log_in, watched

pytestmark = pytest.mark.journey

SCREENS = {
    "1280": {"viewport": {"width": 1280, "height": 800}},
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
OPEN = ["Amira Haddad", "Daniel Osei"]
DISCHARGED = ["Marcus Ellery", "Helen Okafor", "Kai Marlow", "Sofia Brandt", "Derek Holloway"]


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    made = browser.new_context(base_url=site.address, locale="en-GB", **SCREENS[request.param])
    made.set_default_timeout(20_000)
    yield from watched(made)
    made.close()


def opens(page: Page, link: Locator, name: str) -> None:
    """The link is there to be seen, and leads to the case."""
    expect(link).to_be_visible()
    link.click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_any_of_them_from_today(screen: Page) -> None:
    log_in(screen, "physio@example.org")
    for name in OPEN:
        screen.goto("/")
        mine = screen.get_by_role("region", name="Your open cases")
        opens(screen, mine.get_by_role("link", name=re.compile(f"^{name}")), name)
    for name in DISCHARGED:
        screen.goto("/")
        fold = screen.get_by_role("group").filter(has_text="Discharged in the last twelve weeks")
        link = fold.get_by_role("link", name=re.compile(f"^{name}"))
        expect(link).to_be_hidden()
        screen.get_by_text("Discharged in the last twelve weeks").click()
        opens(screen, link, name)


def test_any_of_them_through_the_list(screen: Page) -> None:
    """However long ago it ended, a case of one's own is in the list of all."""
    log_in(screen, "physio@example.org")
    for name in OPEN + DISCHARGED:
        screen.goto("/")
        screen.get_by_role("link", name="All cases").click()
        screen.wait_for_url("**/cases/")
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
        opens(screen, screen.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")), name)


def test_a_colleagues_case_is_found_by_its_patient(screen: Page) -> None:
    log_in(screen, "lead@example.org")
    screen.get_by_role("link", name="All cases").click()
    screen.get_by_label("Led by").select_option("everybody")
    screen.get_by_label("Patient, or number of the case").fill("ellery")
    screen.get_by_role("button", name="Show").click()
    opens(screen, screen.get_by_role("main").get_by_role("link", name=re.compile("^Marcus Ellery")), "Marcus Ellery")
