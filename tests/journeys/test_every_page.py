"""Each page, light and dark, wide and narrow: nothing that axe finds, nothing that runs off the screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, Site, log_in, log_out
from tests.journeys.looking import WIDE, assert_nothing, look, look_at, path_of, patient_called

pytestmark = pytest.mark.journey


@pytest.fixture
def seen(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, viewport=WIDE, locale="en-GB")
    yield context.new_page()
    context.close()


def test_the_pages_around_patients(seen: Page) -> None:
    page = seen
    page.goto("/account/login/")
    faults = {"login": look(page)}
    log_in(page, "physio@example.org")
    patient, _case, _session = addresses(page)
    faults |= look_at(
        page,
        {
            "today": "/",
            "patients": "/patients/",
            "cases": "/cases/?who=all",
            "nobody found": "/patients/?q=nobody-of-this-name",
            "near names": "/patients/?q=Elery",
            "patient": patient,
            "register": "/patients/register/",
            "start a case": f"{patient}cases/start/",
            "add to today": f"{patient}book/",
            "paste a day": "/today/paste/",
            "everybody's day": "/?who=all",
            "consents": f"{patient}consents/",
            "other systems": f"{patient}identifiers/",
            "who changed what": f"{patient}history/",
            "who looked": f"{patient}looks/",
            "correct details": f"{patient}change/",
            "alerts": f"{patient}alerts/",
            "imaging": "/imaging/",
            "reviews": "/reviews/",
            "my text snippets": "/snippets/",
            "catalogue": "/catalogue/",
            "a treatment": "/catalogue/modalities/RSWT/",
            "a measure": "/catalogue/measures/NPRS/",
            "a diagnosis": "/catalogue/diagnoses/CALC_TENDON_SHOULDER/",
            "rules": "/rules/",
            "rules of a treatment": "/rules/RSWT/",
            "a rule": "/rules/row/CI_STEROID_INJ_6W.RS@1/",
            "password": "/account/password/change/",
            "passkeys": "/account/passkeys/",
            "add a passkey": "/account/passkeys/add/",
            "notes to sign": "/sessions/sign/",
            "nothing here": "/patients/00000000-0000-7000-8000-000000000000/",
        },
    )
    page.goto("/patients/register/")
    page.get_by_role("button", name="Register patient").click()
    faults["register, refused"] = look(page)
    page.goto(f"{patient}cases/start/")
    page.get_by_role("button", name="Start case").click()
    faults["start a case, refused"] = look(page)
    assert_nothing(faults)


def test_the_pages_of_a_case(seen: Page) -> None:
    page = seen
    log_in(page, "physio@example.org")
    _patient, case, session = addresses(page)
    faults = look_at(
        page,
        {
            "case": case,
            "progress": f"{case}progress/",
            "progress since a day": f"{case}progress/?side=both&day=2026-01-01",
            "progress, refused": f"{case}progress/?day=2999-01-01",
            "screening": f"{case}screening/",
            "screening of some": f"{case}screening/?for=RSWT",
            "session": session,
            "exercises for home": f"{session}exercises/",
            "plan": f"{case}plan/",
            **parts_of_the_plan(page, case),
            "a leaflet": "/catalogue/modalities/FSWT/leaflet/",
            "red flags": f"{case}red-flags/",
            "goals": f"{case}goals/",
            "state": f"{case}state/",
            "tried elsewhere": f"{case}tried/",
            "letters": f"{case}letters/",
            "report": f"{case}report/",
            "two sessions": f"{case}compare/",
            "photographs": f"{case}photographs/",
            "add to a note": f"{session}addenda/add/",
            "correct a value": f"{session}correct/",
            "entered in error": f"{session}error/",
            "request a picture": f"{case}imaging/request/",
            "record a picture": f"{case}imaging/record/",
            **pictures(page, case),
            "who changed the case": f"{case}history/",
        },
    )
    page.goto(f"{case}screening/")
    page.get_by_role("button", name="Keep these answers").click()
    faults["screening, refused"] = look(page)
    page.goto(f"{case}plan/")
    page.get_by_role("link", name=re.compile("^Review ")).click()
    faults["review"] = look(page)
    faults |= of_a_letter(page, case)
    assert_nothing(faults)


def test_the_pages_of_a_visit(seen: Page) -> None:
    page = seen
    log_in(page, "physio@example.org")
    _patient, case, _session = addresses(page)
    faults = look_at(page, {"log session": f"{case}sessions/log/?new=1"})
    page.goto(f"{case}plan/")
    page.get_by_role("link", name="Change block 2").click()
    page.get_by_label("One more line").select_option("DRYNEEDLE")
    page.get_by_role("button", name="Add the line").click()
    page.get_by_role("group", name="Dry needling", exact=True).get_by_label("Needles in needles").fill("99")
    save = page.get_by_role("button", name="Save block 2")
    save.click()
    faults["change a block, refused"] = look(page)
    page.get_by_role("group", name="Dry needling", exact=False).get_by_label("Needles in needles").first.fill("4")
    save.click()
    expect(page.get_by_role("heading", name="Dry needling: consent")).to_be_visible()
    page.get_by_label("No consent yet").check()
    faults["a consent is asked"] = look(page)
    page.goto(f"{case}sessions/log/?new=1")
    page.get_by_label("Pain, load in /10", exact=True).fill("11")
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 10")
    faults["log session, refused"] = look(page)
    page.goto("/sessions/sign/")
    faults["a note to sign"] = look(page)
    page.goto("/sessions/sign/?after=" + page.locator("input[name=session]").last.input_value())
    faults["the notes of a round"] = look(page)
    page.locator(".who > button").click()
    page.locator("#who-menu").get_by_text("Lock", exact=True).click()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    faults["covered"] = look(page)
    page.wait_for_timeout(500)
    page.reload()
    faults["locked"] = look(page)
    page.get_by_label(re.compile("^Password of")).fill("wrong")
    page.get_by_role("button", name="Go on").click()
    faults["locked, refused"] = look(page)
    page.get_by_label(re.compile("^Password of")).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{case}sessions/log/")
    page.get_by_role("link", name="Discard this note").click()
    faults["discard"] = look(page)
    page.get_by_label("Why").fill("Written by a test.")
    page.get_by_role("button", name="Discard note").click()
    assert_nothing(faults)


def test_the_pages_of_lead_and_admin(seen: Page) -> None:
    page = seen
    log_in(page, "lead@example.org")
    patient, _case, _session = addresses(page)
    faults = look_at(
        page,
        {
            "given against the screening": "/rules/against/",
            "waivers": "/rules/waivers/",
            "clinic": "/clinic/",
            "for research": "/clinic/research/",
            "for research, refused": "/clinic/research/?project=x",
            "clinic, refused": "/clinic/?first=2026-99-01",
            "rules to read": "/rules/CUPPING/",
            "a rule to change": "/rules/row/CI_DVT.CU@1/",
        },
    )
    page.get_by_role("button", name="Save for this clinic").click()
    faults["a rule to change, refused"] = look(page)
    page.goto("/rules/withdraw/CI_STEROID_INJ_6W.RS@1/")
    faults["withdraw"] = look(page)
    log_out(page)
    log_in(page, "admin@example.org")
    faults |= look_at(
        page,
        {
            "invite": "/staff/invite/",
            "add a site": "/sites/add/",
            "merge": f"{patient}merge/?q=a",
            "staff": "/staff/",
        },
    )
    page.get_by_role("link", name=re.compile("Giulia Renna")).click()
    faults["a person"] = look(page)
    page.get_by_role("link", name="Deactivate").click()
    faults["deactivate"] = look(page)
    page.goto("/patients/import/")
    faults["import"] = look(page)
    page.get_by_label("CSV file").set_input_files(
        {"name": "old.csv", "mimeType": "text/csv", "buffer": b"First,Last,DOB\nAnn,Bee,12/05/1985\nCy,Dee,x\n"}
    )
    page.get_by_role("button", name="Read the file").click()
    faults["columns"] = look(page)
    page.get_by_role("button", name="Look at each row").click()
    faults["each row"] = look(page)
    page.get_by_role("button", name="Throw the file away").click()
    assert_nothing(faults)


def test_the_pages_of_trust(seen: Page) -> None:
    page = seen
    log_in(page, "physio@example.org")
    faults = look_at(
        page,
        {
            "second factor": "/account/second-factor/",
            "add an app": "/account/second-factor/app/",
            "my browsers": "/account/browsers/",
            "my keys": "/account/keys/",
            "make a key": "/account/keys/create/",
            "break glass": "/break-glass/",
        },
    )
    page.get_by_role("button", name="Open record").click()
    faults["break glass, refused"] = look(page)
    log_out(page)
    log_in(page, "admin@example.org")
    one, other = (patient_called(page, name) for name in ("osei", "ellery"))
    faults |= look_at(
        page,
        {
            "the clinic's log": "/audit/",
            "refusals": "/audit/?what=refusals",
            "opened under break glass": "/break-glass/list/",
            "keys of the clinic": "/keys/",
            "make a key for an integration": "/keys/create/",
            "restricted records": "/restrictions/",
            "restrict": f"{one}restrict/",
            "merge, side by side": f"{one}merge/?other={other.split('/')[-2]}",
        },
    )
    page.get_by_role("button", name="They are one person: merge").click()
    faults["merge, refused"] = look(page)
    page.goto("/staff/")
    page.get_by_role("link", name=re.compile("Giulia Renna")).click()
    page.get_by_role("link", name="Lost second factor").click()
    faults["ask for a reset"] = look(page)
    assert_nothing(faults)


def pictures(page: Page, case: str) -> dict[str, str]:
    """The pages of the case's latest picture, and of the picture that is wanted."""
    page.goto(case)
    result = page.locator("a[href^='/imaging/results/']").first.get_attribute("href") or ""
    request = page.locator("a[href^='/imaging/requests/']").first.get_attribute("href") or ""
    return {"a picture": result, "measure": f"{result}read/", "a wanted picture": request}


def parts_of_the_plan(page: Page, case: str) -> dict[str, str]:
    """The pages that change the running plan."""
    page.goto(f"{case}plan/")
    links = {"change a block": "Change block 2", "targets": "Change the targets", "plan a picture": "Plan a picture"}
    found = {name: page.get_by_role("link", name=link).get_attribute("href") or "" for name, link in links.items()}
    return found | {"a block as before": f"{found['change a block']}?like=before"}


def of_a_letter(page: Page, case: str) -> dict[str, list[str]]:
    """A letter while it is written, refused, read, and given up."""
    page.goto(f"{case}letters/")
    page.get_by_role("button", name="Write to the GP").click()
    faults = {"a letter": look(page)}
    page.get_by_role("button", name="Sign letter").click()
    expect(page.get_by_role("alert")).to_contain_text("No consent to share is in force")
    faults["a letter, refused"] = look(page)
    page.get_by_role("link", name="As it reads").click()
    faults["a letter as it reads"] = look(page)
    page.get_by_role("link", name="Go on writing").click()
    page.get_by_role("link", name="Discard this letter").click()
    faults["a letter to discard"] = look(page)
    page.get_by_label("Why").fill("Written by a test.")
    page.get_by_role("button", name="Discard letter").click()
    return faults


def addresses(page: Page) -> tuple[str, str, str]:
    """A patient, a case and a session, as one gets to them."""
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei")).click()
    patient = path_of(page)
    page.get_by_role("link", name=re.compile("Right Achilles")).click()
    case = path_of(page)
    page.get_by_role("region", name="Progress chart").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sessions/"))
    return patient, case, path_of(page)
