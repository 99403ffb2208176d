"""A physiotherapist registers a patient, starts a case, logs and signs two visits, and sees them in the chart."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import log_in

pytestmark = pytest.mark.journey
TODAY = date.today()


def test_from_registration_to_the_chart(page: Page) -> None:
    log_in(page, "physio@example.org")
    register(page)
    start_case(page)
    log_visit(page, TODAY - timedelta(days=7), pain="7", knee_to_wall="4,0", pressure="2,0")
    log_visit(page, TODAY, pain="4", knee_to_wall="6.1", pressure="2,3")
    now = page.get_by_role("table", name="Now")
    expect(now).to_contain_text("−3")
    expect(now).to_contain_text("improved")
    expect(now.get_by_role("row", name=re.compile("Knee to wall"))).to_contain_text("more than the error")
    chart = page.get_by_role("group", name=re.compile("Measures and doses"))
    expect(chart.get_by_role("link", name="Pain, load: 7/10")).to_have_count(1)
    expect(chart.get_by_role("link", name="Pain, load: 4/10")).to_have_count(1)
    expect(chart.get_by_role("link", name="Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz")).to_have_count(1)
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("table", name="Doses", exact=True)).to_contain_text("2 bar")


def register(page: Page) -> None:
    page.get_by_role("link", name="Patients").click()
    page.get_by_role("link", name="Register patient").first.click()
    page.get_by_label("Given names").fill("Zoë")
    page.get_by_label("Family name", exact=True).fill("Brontë-Journey")
    page.get_by_label("Date of birth").fill("31/02/1990")
    page.get_by_label("NHS number").fill("999 000 0001")
    page.get_by_role("button", name="Register patient").click()
    expect(page.get_by_text("Write the date as 12/05/1985.")).to_be_visible()
    expect(page.get_by_label("Given names")).to_have_value("Zoë")
    page.get_by_label("Date of birth").fill("12/05/1990")
    page.get_by_role("button", name="Register patient").click()
    expect(page.get_by_text("This is not an NHS number")).to_be_visible()
    page.get_by_label("NHS number").fill("")
    page.get_by_role("button", name="Register patient").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoë Brontë-Journey")
    page.get_by_label("Search patients").fill("bronte-j")
    page.get_by_label("Search patients").press("Enter")
    page.get_by_role("link", name=re.compile("Brontë-Journey")).click()


def start_case(page: Page) -> None:
    page.get_by_role("link", name="Start a case").click()
    page.get_by_role("textbox", name="Since").fill("2025-03")
    injury = page.get_by_role("group", name="Injury 1")
    injury.get_by_role("radio", name="calcification").check()
    injury.get_by_label("Diagnosis").select_option("CALC_TENDON_ACHILLES_MID")
    injury.get_by_label("Region").select_option("REG_ANKLE")
    injury.get_by_role("radio", name="left").check()
    page.get_by_text("Treatment 1", exact=True).click()
    before = page.get_by_role("group", name="Treatment 1 before us")
    before.get_by_label("Treatment").select_option("SHOCKWAVE_ELSEWHERE")
    before.get_by_label("Sessions").fill("10")
    before.get_by_label("From").fill("last year")
    before.get_by_label("Benefit").select_option("NONE")
    page.get_by_label("Pain, load", exact=True).check()
    page.get_by_text("Ankle and foot").click()
    page.get_by_label("Knee to wall, left", exact=True).check()
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_role("alert")).to_contain_text("Write 2022, 2022-03 or 2022-03-14")
    before.get_by_label("From").fill("2025")
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_text("10 × Shockwave elsewhere")).to_be_visible()
    expect(page.get_by_text("no benefit")).to_be_visible()


def log_visit(page: Page, day: date, *, pain: str, knee_to_wall: str, pressure: str) -> None:
    page.get_by_role("link", name="Log session").click()
    page.get_by_role("region", name="The visit").locator("summary", has_text="how it was, in words").click()
    page.get_by_label("Day", exact=True).fill(day.isoformat())
    page.get_by_label("Pain, load in /10", exact=True).fill(pain)
    page.get_by_label("Knee to wall, left in cm", exact=True).fill(knee_to_wall)
    line = page.locator(".line", has_text="Radial shockwave")
    line.locator("summary").first.click()
    line.get_by_label("Pressure in bar", exact=True).fill(pressure)
    line.get_by_label("Impulses in impulses", exact=True).fill("2000")
    line.get_by_label("Frequency in Hz", exact=True).fill("80")
    page.get_by_label("Found").fill("Tender at the mid-portion.")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 35 Hz")
    expect(page.get_by_label("Found")).to_have_value("Tender at the mid-portion.")
    expect(line.get_by_label("Pressure in bar", exact=True)).to_have_value(pressure)
    line.get_by_label("Frequency in Hz", exact=True).fill("8")
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_role("alert")).to_contain_text("no consent to this treatment")
    line.get_by_label("Why it is given").fill("He asked for it; the form is at home.")
    line.get_by_label("Who agreed, or was told").fill("The lead")
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_text("signed", exact=True)).to_be_visible()
    expect(page.get_by_text(f"Radial shockwave · {pressure.replace(',0', '').replace(',', '.')} bar")).to_be_visible()
    page.get_by_role("link", name="Back to the case").click()
