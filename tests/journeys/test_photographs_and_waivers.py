"""A photograph taken in the note, and a block that the lead waives before it is treated."""

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.photographs import a_picture_file, with_a_place
from tests.journeys.conftest import Site, log_in, log_out, which
from tests.journeys.test_every_page import look

pytestmark = pytest.mark.journey
SHOTS = os.environ.get("CASEBOOK_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """For whoever wants to look: only where a folder is named."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{which(page)}.png", full_page=True)


def looked_at(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that runs off the screen."""
    shot(page, name)
    assert look(page) == [], name


def a_case(page: Page, family: str) -> str:
    """A new patient with a case; answers with its address."""
    page.goto("/patients/register/")
    page.get_by_label("Given names").fill("Ines")
    page.get_by_label("Family name", exact=True).fill(family)
    page.get_by_label("Date of birth").fill(f"03/02/{1975 + which(page)}")
    page.get_by_role("button", name="Register patient").click()
    page.get_by_role("link", name="Start a case").click()
    injury = page.get_by_role("group", name="Injury 1")
    injury.get_by_role("radio", name="other").check()
    injury.get_by_label("In words").fill("Scar after a repair")
    injury.get_by_label("Region").select_option("REG_SHOULDER")
    injury.get_by_role("radio", name="left").check()
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_text("Not screened yet")).to_be_visible()
    return re.sub("^https?://[^/]+", "", page.url)


def files(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": with_a_place()} for name in names]


def test_photographs_are_taken_in_the_note(any_page: Page) -> None:
    page = any_page
    log_in(page, "physio@example.org")
    case = a_case(page, ("Quarrington", "Ravensworth", "Silverdale")[which(page)])
    page.goto(f"{case}sessions/log/")
    section = page.get_by_role("region", name="Photographs")
    section.locator("summary").click()
    expect(section.get_by_text("No consent to photographs is recorded. Ask first.")).to_be_visible()
    shot(page, "note-asks")
    page.get_by_label("Plan for next time").fill("Typed before the photograph")
    section.get_by_role("button", name="Agreed, verbally").click()
    expect(page.get_by_label("Plan for next time")).to_have_value("Typed before the photograph")
    section.get_by_label("What it shows").fill("Scar, before")
    section.get_by_label("Take a photograph").set_input_files(files("IMG_1.jpg", "IMG_2.jpg"))
    expect(section.get_by_text("2 photographs are with the note.")).to_be_visible()
    expect(section.locator(".photo")).to_have_count(2)
    heic = {"name": "IMG_3.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic\0\0\0\0"}
    section.get_by_label("Take a photograph").set_input_files(heic)
    expect(section.get_by_text(re.compile("HEIC photograph"))).to_be_visible()
    shot(page, "note-with-photographs")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.reload()
    expect(section.locator(".photo")).to_have_count(2)
    section.get_by_role("link", name=re.compile("^Take away")).first.click()
    looked_at(page, "photograph")
    image = page.get_by_role("img", name="Scar, before")
    assert image.evaluate("e => e.naturalHeight > e.naturalWidth"), "upright"
    page.get_by_label("Why").fill("Blurred")
    page.get_by_role("button", name="Take away").click()
    expect(section.locator(".photo")).to_have_count(1)
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_role("region", name="Photographs").locator(".photo")).to_have_count(1)
    looked_at(page, "session")
    page.goto(case)
    page.get_by_role("link", name="Photographs 1").click()
    expect(page.get_by_role("main").locator(".photo")).to_have_count(1)
    shot(page, "case")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_photograph_of_a_new_note_waits_for_its_first_save_and_for_the_line(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, viewport={"width": 820, "height": 1180}, locale="en-GB")
    page = context.new_page()
    log_in(page, "physio@example.org")
    case = a_case(page, "Thistlewood")
    page.goto(f"{case}sessions/log/")
    section = page.get_by_role("region", name="Photographs")
    section.locator("summary").click()
    section.get_by_role("button", name="Agreed, verbally").click()
    page.goto(f"{case}sessions/log/?new=1&photographs=yes")
    context.set_offline(True)
    take = section.get_by_label("Take a photograph")
    take.set_input_files(files("IMG_1.jpg"))
    expect(section.get_by_role("button", name="Send it again")).to_be_visible(timeout=20_000)
    context.set_offline(False)
    section.get_by_role("button", name="Send it again").click()
    expect(section.locator(".photo")).to_have_count(1, timeout=20_000)
    context.clear_cookies(name="sessionid")
    take.set_input_files(files("IMG_2.jpg"))
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_label(re.compile("^Password")).fill("casebook-demo")
    dialog.get_by_role("button", name="Go on").click()
    expect(section.locator(".photo")).to_have_count(2, timeout=20_000)
    context.close()


def test_without_javascript_they_have_a_page_of_their_own(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    log_in(page, "physio@example.org")
    case = a_case(page, "Underhill")
    page.goto(f"{case}sessions/log/")
    section = page.get_by_role("region", name="Photographs")
    section.locator("summary").click()
    section.get_by_role("button", name="Agreed, verbally").click()
    section.get_by_role("button", name="Add a photograph").click()
    shot(page, "add-photograph")
    page.get_by_label("Photographs").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": a_picture_file("PNG")}
    )
    page.get_by_role("button", name="Add to the note").click()
    expect(section.locator(".photo")).to_have_count(1)
    context.close()


def test_the_lead_waives_a_block_before_it_is_treated(any_page: Page) -> None:
    page = any_page
    log_in(page, "physio@example.org")
    case = a_case(page, ("Vandermeer", "Wetherby", "Yellowlees")[which(page)])
    page.goto(f"{case}screening/")
    pregnant = page.get_by_role("group", name="Are you pregnant")
    pregnant.get_by_text("Yes").click()
    page.get_by_role("button", name="Keep these answers").click()
    shot(page, "screening")
    page.goto(f"{case}sessions/log/")
    line = page.locator(".line", has_text="Radial shockwave")
    line.locator("summary").first.click()
    expect(line.get_by_text(re.compile("^blocked: ")).first).to_be_visible()
    with page.expect_popup() as opened:
        line.get_by_role("link", name="ask the clinical lead").click()
    asking = opened.value
    asking.get_by_label("Why it should be given all the same").fill("Far from the field, nothing else helped.")
    looked_at(asking, "ask")
    asking.get_by_role("button", name="Ask the clinical lead").click()
    expect(asking.get_by_text("waits for the clinical lead").first).to_be_visible()
    asking.close()
    log_out(page)
    log_in(page, "lead@example.org")
    shot(page, "today-lead")
    page.get_by_role("link", name=re.compile("for your answer")).click()
    looked_at(page, "waivers")
    waiting = page.get_by_role("region", name="Waiting for an answer")
    waiting.get_by_role("link", name=re.compile("Ines .*Radial shockwave")).click()
    looked_at(page, "answer")
    page.get_by_label("In words").fill("Low pressure only")
    page.get_by_role("button", name="Waive until then").click()
    expect(page.get_by_text(re.compile("waived by Tom Adeyemi until")).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    log_out(page)
    log_in(page, "physio@example.org")
    answers = page.get_by_role("region", name="Answers of the clinical lead")
    expect(answers.get_by_text("Low pressure only").first).to_be_visible()
    shot(page, "today-physio")
    page.goto(f"{case}sessions/log/")
    line = page.locator(".line", has_text="Radial shockwave")
    expect(line.get_by_text(re.compile("^waived by Tom Adeyemi until"))).to_be_visible()
    line.locator("summary").first.click()
    shot(page, "note-waived")
    page.goto("/")
    before = answers.get_by_role("button", name=re.compile("^Seen")).count()
    answers.get_by_role("button", name=re.compile("^Seen")).first.click()
    expect(page.get_by_role("button", name=re.compile("^Seen"))).to_have_count(before - 1)
