"""Taking a history with the patient in front of one: the Achilles case and an ordinary back, each in under 40 touches."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import log_in, which

pytestmark = pytest.mark.journey
MOST = 40
NAMES = ("Ashford", "Bellweather", "Cromarty", "Dunmore", "Eastlake", "Fairholm")  # nobody looks like another


@dataclass
class Hand:
    """Taps and types as a person does, and counts: a field that is filled in is one interaction, a tap another."""

    page: Page
    touches: bool
    screen: int
    count: int = 0

    def tap(self, what: Locator) -> None:
        self.count += 1
        what.tap() if self.touches else what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.count += 1
        what.fill(text)

    def choose(self, what: Locator, value: str) -> None:
        self.count += 1
        what.select_option(value)


@pytest.fixture
def hand(any_page: Page) -> Hand:
    log_in(any_page, "physio@example.org")
    return Hand(any_page, touches=which(any_page) > 0, screen=which(any_page))


def register(hand: Hand, family_name: str) -> None:
    """A patient to start with: not counted."""
    page = hand.page
    page.goto("/patients/register/")
    page.get_by_label("Given names").fill("Journey")
    page.get_by_label("Family name", exact=True).fill(family_name)
    page.get_by_label("Date of birth").fill(f"12/05/{1950 + 7 * NAMES.index(family_name)}")
    page.get_by_role("button", name="Register patient").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(family_name)


def test_the_achilles_case(hand: Hand) -> None:
    page = hand.page
    register(hand, NAMES[hand.screen])
    hand.tap(page.get_by_role("link", name="Start a case"))
    injury = page.get_by_role("group", name="Injury 1")
    hand.tap(injury.get_by_role("radio", name="calcification"))
    hand.choose(injury.get_by_label("Diagnosis"), "CALC_TENDON_ACHILLES_MID")
    hand.choose(injury.get_by_label("Region"), "REG_ANKLE")
    hand.tap(injury.get_by_role("radio", name="right"))
    hand.tap(page.get_by_role("button", name="Another injury"))
    second = page.get_by_role("group", name="Injury 2")
    hand.tap(second.get_by_role("radio", name="adhesion"))
    hand.choose(second.get_by_label("Diagnosis"), "ADH_PERITENDINOUS")
    hand.choose(second.get_by_label("Region"), "REG_ANKLE")
    hand.tap(second.get_by_role("radio", name="right"))
    hand.fill(page.get_by_role("textbox", name="Since"), "2022-07")
    hand.fill(page.get_by_label("What happened", exact=True), "Felt a pop at five-a-side; repaired openly.")
    hand.tap(page.get_by_text("Treatment 1", exact=True))
    for number, (kind, sessions, benefit) in enumerate(
        [
            ("SURG_TENDON_REPAIR", "", "PARTIAL"),
            ("SHOCKWAVE_ELSEWHERE", "10", "NONE"),
            ("SURG_CALC_EXCISION", "", "SHORT"),
        ],
        start=1,
    ):
        if number > 1:
            hand.tap(page.get_by_role("button", name="Another treatment"))
        row = page.get_by_role("group", name=f"Treatment {number} before us")
        hand.choose(row.get_by_label("Treatment"), kind)
        if sessions:
            hand.fill(row.get_by_label("Sessions"), sessions)
        hand.choose(row.get_by_label("Benefit"), benefit)
    hand.tap(page.get_by_text("15 questions"))
    hand.tap(page.get_by_role("button", name="No to all that is left here"))
    hand.tap(page.locator("summary", has_text="Goal 1"))
    hand.fill(page.get_by_label("Goal", exact=True).first, "Run 5 km")
    hand.tap(page.get_by_role("button", name="Ask these").locator("visible=true"))
    hand.tap(page.get_by_role("button", name="Start case"))
    expect(page.get_by_text("10 × Shockwave elsewhere")).to_be_visible()
    expect(page.get_by_text("Is a picture wanted?")).to_be_visible()
    expect(page.get_by_text("No red flags when last asked")).to_be_visible()
    assert hand.count < MOST


def test_an_ordinary_low_back_pain(hand: Hand) -> None:
    page = hand.page
    register(hand, NAMES[3 + hand.screen])
    hand.tap(page.get_by_role("link", name="Start a case"))
    injury = page.get_by_role("group", name="Injury 1")
    hand.tap(injury.get_by_role("radio", name="other"))
    expect(injury.get_by_label("Diagnosis")).to_be_hidden()
    hand.fill(injury.get_by_label("In words"), "Low back pain")
    hand.choose(injury.get_by_label("Region"), "REG_LSPINE")
    hand.tap(injury.get_by_role("radio", name="midline"))
    hand.fill(page.get_by_role("textbox", name="Since"), "2026-06")
    hand.tap(page.get_by_text("15 questions"))
    hand.tap(page.get_by_role("button", name="No to all that is left here"))
    hand.tap(page.get_by_label("Pain, activity", exact=True))
    hand.tap(page.get_by_role("button", name="Start case"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Journey")
    expect(page.get_by_text("Low back pain").first).to_be_visible()
    said = page.get_by_role("main").inner_text()
    assert not re.search(r"deposit|picture wanted|request a picture|imaging", said, re.IGNORECASE)
    assert hand.count < MOST
