"""The next visit of the Achilles case: by page, by REST, and after a closed tab."""

import re

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic import clock
from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey


def open_case(page: Page) -> None:
    log_in(page, "physio@example.org")
    open_cases = page.get_by_role("region", name="Your open cases")
    open_cases.get_by_role("link", name=re.compile("Daniel Osei")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Daniel Osei")


def test_the_next_session_by_page(page: Page, context: BrowserContext) -> None:
    open_case(page)
    now = page.get_by_role("table", name="Now")
    expect(now.get_by_role("row", name=re.compile("^Pain, load"))).to_contain_text("−4")
    page.get_by_text("21 more measures").click()
    others = page.get_by_role("table", name="More measures")
    expect(others.get_by_role("row", name=re.compile("VISA-A"))).to_contain_text("+14")
    page.get_by_role("link", name="Log session").click()
    page.get_by_label("Pain, load in /10", exact=True).fill("2")
    page.get_by_label("Knee to wall, right in cm", exact=True).fill("7,6")
    page.get_by_label("Heel raises, right in reps", exact=True).fill("16")
    page.get_by_label("Morning stiffness in min", exact=True).fill("8")
    page.locator(".line", has_text="Focused shockwave").locator("summary").first.click()
    line = page.locator(".line", has_text="Focused shockwave")
    line.get_by_label("Energy flux density in mJ/mm²", exact=True).fill("0,25")
    line.get_by_label("Impulses in impulses", exact=True).fill("2000")
    line.get_by_label("Frequency in Hz", exact=True).fill("4")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    address = page.url
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Knee to wall, right in cm", exact=True)).to_have_value("7,6")
    expect(
        again.locator(".line", has_text="Focused shockwave").get_by_role("checkbox", name=re.compile("^Given"))
    ).to_be_checked()
    again.get_by_role("button", name="Sign session").click()
    expect(again.get_by_role("alert")).to_contain_text("Diacutaneous fibrolysis · 15 min")
    again.get_by_role("button", name="Sign as listed").click()
    expect(again.get_by_text("Focused shockwave · 0.25 mJ/mm² · 2000 impulses · 4 Hz")).to_be_visible()
    again.get_by_role("link", name="Back to the case").click()
    row = again.get_by_role("table", name="Now").get_by_role("row", name=re.compile("^Knee to wall, right"))
    expect(row).to_contain_text("+3.6")
    again.get_by_role("link", name="Review block 2").click()
    figures = again.get_by_role("table", name="Start of the block, and now")
    expect(figures.get_by_role("row", name=re.compile("^Pain, load"))).to_contain_text("4")
    again.get_by_role("radio", name=re.compile("Continue")).check()
    again.get_by_role("button", name="Sign the review").click()
    expect(again.get_by_role("alert")).to_contain_text("Why")
    again.get_by_label("Why").fill("Range and strength go on rising.")
    again.get_by_role("button", name="Sign the review").click()
    expect(again.get_by_text("The review is signed.")).to_be_visible()
    expect(again.get_by_role("heading", name="Block 3")).to_be_visible()
    again.close()


def test_the_next_session_by_rest(site: Site) -> None:
    scopes = "patients:read,cases:read,sessions:read,sessions:write,sessions:sign"
    key = site.manage("create_api_key", "--staff", "physio@example.org", "--name", "Journey", "--scopes", scopes)
    with httpx.Client(base_url=f"{site.address}/api/v1", headers={"Authorization": f"Bearer {key}"}) as client:
        found = client.get("/patients/", params={"search": "osei"}).json()["results"]
        assert [p["family_name"] for p in found] == ["Osei"]
        case = case_of(client, site, found[0]["id"])
        before = client.get(f"/cases/{case}/progress/").json()
        session = {
            "case": case,
            "occurred_on": clock.today().isoformat(),
            "subjective": "By the gait lab.",
            "applications": [
                {"modality": "RSWT", "parameters": {"pressure_bar": 23, "impulses": 2000, "frequency_hz": 8}}
            ],
            "measurements": [{"measure": "NPRS", "context": "LOAD", "moment": "AFTER", "value": 1}],
        }
        refused = client.post("/sessions/", json=session)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"
        assert [e["pointer"] for e in refused.json()["errors"]] == ["/applications/0/parameters/pressure_bar"]
        session["applications"][0]["parameters"]["pressure_bar"] = 2.3
        stored = client.post("/sessions/", json=session)
        assert stored.status_code == 201, stored.text
        where = stored.headers["location"].removeprefix("/api/v1")
        assert lanes(client.get(f"/cases/{case}/progress/").json()) == lanes(before), "a draft is no fact"
        assert client.post(f"{where}sign/").status_code == 428
        signed = client.post(f"{where}sign/", headers={"If-Match": stored.headers["etag"]})
        assert signed.status_code == 200, signed.text
        assert signed.json()["status"] == "SIGNED"
        assert client.post(f"{where}sign/", headers={"If-Match": signed.headers["etag"]}).status_code == 409
        after = client.get(f"/cases/{case}/progress/").json()
        assert lanes(after)["RSWT"] == lanes(before)["RSWT"] + 1


def case_of(client: httpx.Client, site: Site, patient: str) -> str:
    """The id of the patient's case, read off the patient's page as a person would."""
    with httpx.Client(base_url=site.address, follow_redirects=True) as browser:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/account/login/").text)
        assert token
        browser.post(
            "/account/login/",
            data={"login": "physio@example.org", "password": "casebook-demo", "csrfmiddlewaretoken": token.group(1)},
            headers={"Referer": site.address},
        )
        found = re.search(r'href="/cases/([0-9a-f-]{36})/"', browser.get(f"/patients/{patient}/").text)
        assert found
        return found.group(1)


def lanes(progress: dict) -> dict[str, int]:
    return {lane["modality"]: len(lane["doses"]) for lane in progress["lanes"]}


def test_signing_while_a_save_is_on_its_way(page: Page) -> None:
    open_case(page)
    page.get_by_role("link", name=re.compile("Log session|Go on with the note")).click()
    page.route("**/sessions/log/", lambda route: (page.wait_for_timeout(1000), route.continue_())[1])
    page.get_by_label("Knee to wall, right in cm", exact=True).fill("7,8")
    page.get_by_role("button", name=re.compile("^Same as")).click()
    expect(page.get_by_text("Saving …")).to_be_visible()
    page.get_by_role("button", name="Sign session").click()
    page.wait_for_url(re.compile("/sessions/[0-9a-f-]+/$"))
    expect(page.get_by_text("7.8")).to_be_visible()
