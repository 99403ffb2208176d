from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_note, a_patient, a_physio, a_signed_session, site_of, staff
from tests.factories.waivers import a_lead, a_pregnant_case, a_request_to_waive, a_waiver
from treatments.models import Waiver, WaiverRequest

pytestmark = pytest.mark.django_db
DOSE = {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"}
UNTIL = clock.today() + timedelta(days=20)


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Ada Asks")
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_pregnant_case(by)


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def address(case: Case, code: str = "RSWT") -> str:
    return f"/injuries/{case.injuries.get().pk}/waivers/ask/{code}/"


def test_from_the_screening_to_the_lead_and_back_to_the_note(client: Client, by: StaffMember, case: Case) -> None:
    assert address(case) in read(client, f"/cases/{case.pk}/screening/")
    assert address(case) in read(client, f"/cases/{case.pk}/sessions/log/")
    page = read(client, address(case))
    for text in ("Radial shockwave", "Pregnan", "Blocked"):
        assert text in page
    refused = client.post(address(case), {"reason": " "})
    assert refused.status_code == 422
    assert "This field is required" in refused.content.decode()
    done = client.post(address(case), {"reason": "Nothing else helped her"}, follow=True).content.decode()
    assert "waits for the clinical lead" in done
    again = client.post(address(case), {"reason": "Typed twice"})
    assert again.status_code == 422
    assert "asked already" in again.content.decode()
    assert "Typed twice" in again.content.decode()
    for path in (f"/cases/{case.pk}/screening/", f"/cases/{case.pk}/"):
        assert "waits for the clinical lead" in read(client, path)
    asked = WaiverRequest.objects.get()
    page = read(client, f"/waivers/{asked.pk}/")
    assert "Your answer" not in page

    lead = a_lead(by)
    client.force_login(lead)
    assert "1 request waits for your answer" in read(client, "/")
    page = read(client, "/rules/waivers/")
    for text in (case.patient.full_name, "Radial shockwave", "Pregnan", "Nothing else helped her", "Ada Asks"):
        assert text in page
    page = read(client, f"/waivers/{asked.pk}/")
    assert f'value="{(clock.today() + timedelta(days=42)).isoformat()}"' in page
    refused = client.post(f"/waivers/{asked.pk}/answer/", {"do": "decline", "words": "", "until": ""})
    assert refused.status_code == 422
    assert "Say why it is declined." in refused.content.decode()
    far = {"do": "waive", "until": "2199-01-01", "words": "Low energy only"}
    refused = client.post(f"/waivers/{asked.pk}/answer/", far)
    assert refused.status_code == 422
    assert "Low energy only" in refused.content.decode()
    client.post(f"/waivers/{asked.pk}/answer/", {**far, "until": UNTIL.isoformat()})
    assert "Waivers to answer" not in read(client, "/")
    assert "Lena Lead" in read(client, "/rules/waivers/").split("Waived now")[1]

    client.force_login(by)
    page = read(client, "/")
    assert "Answers of the clinical lead" in page
    assert "waived by Lena Lead" in page
    assert "Low energy only" in page
    assert 'name="csrfmiddlewaretoken"' in page.split("/seen/")[1].split("</form>")[0]
    page = read(client, f"/cases/{case.pk}/sessions/log/?new=1")
    assert "waived by Lena Lead until" in page
    assert "Nothing else helped her" in page
    client.post(f"/waivers/{asked.pk}/seen/")
    assert "Answers of the clinical lead" not in read(client, "/")
    session = a_signed_session(case, by, applications=[{"modality": "RSWT", "parameters": DOSE}])
    page = read(client, f"/sessions/{session.pk}/")
    assert "waived beforehand" in page
    assert "given against the screening" not in page
    client.force_login(lead)
    assert "waived beforehand by Lena Lead" in read(client, "/rules/against/")


def test_a_refusal_comes_back_with_its_words(client: Client, by: StaffMember, case: Case) -> None:
    asked = a_request_to_waive(case, by)
    client.force_login(a_lead(by))
    client.post(f"/waivers/{asked.pk}/answer/", {"do": "decline", "words": "After the birth", "until": ""})
    client.force_login(by)
    page = read(client, "/")
    assert "declined by Lena Lead" in page
    assert "After the birth" in page
    assert "declined by Lena Lead" in read(client, f"/cases/{case.pk}/")
    assert address(case) not in read(client, f"/cases/{case.pk}/screening/")
    client.post(f"/waivers/{asked.pk}/seen/")
    assert address(case) in read(client, f"/cases/{case.pk}/screening/"), "it may be asked again"


def test_the_lead_takes_a_waiver_back(client: Client, by: StaffMember, case: Case) -> None:
    waiver = a_waiver(case, by)
    path = f"/waivers/{waiver.request_id}/"
    assert client.post(f"{path}withdraw/", {"reason": "x"}).status_code == 403
    assert "Take the waiver back" not in read(client, path)
    client.force_login(a_lead(by))
    refused = client.post(f"{path}withdraw/", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why the waiver is taken back." in refused.content.decode()
    page = client.post(f"{path}withdraw/", {"reason": "Bleeding"}, follow=True).content.decode()
    assert "Bleeding" in page
    assert "Take the waiver back" not in page
    client.force_login(by)
    assert "waived by" not in read(client, f"/cases/{case.pk}/sessions/log/")


def test_the_own_request_of_a_lead_waits_for_another(client: Client, by: StaffMember, case: Case) -> None:
    both = staff(Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST, site=site_of(by))
    asked = a_request_to_waive(case, both)
    client.force_login(both)
    page = read(client, f"/waivers/{asked.pk}/")
    assert "Another clinical lead must waive it" in page
    assert "Waive until then" not in page
    answer = client.post(f"/waivers/{asked.pk}/answer/", {"do": "waive", "until": UNTIL.isoformat(), "words": ""})
    assert answer.status_code == 422
    assert "another clinical lead must answer" in answer.content.decode()
    assert not Waiver.objects.exists()


def test_what_is_not_blocked_says_so(client: Client, case: Case) -> None:
    page = read(client, address(case, "EDU"))
    assert "nothing to waive" in page
    assert "<textarea" not in page
    assert client.get(address(case, "MAGIC")).status_code == 404


def test_a_note_starts_with_what_is_waived(client: Client, by: StaffMember) -> None:
    case = a_case(by, a_patient(by, sex="FEMALE"))
    a_signed_session(case, by)
    a_request_to_waive(case, by)
    note = f"/cases/{case.pk}/sessions/log/"
    first = 'name="applications-0-modality" value="{}"'
    assert first.format("IASTM") in read(client, note), "what is blocked is not offered"
    client.force_login(a_lead(by))
    told = {"do": "waive", "until": UNTIL.isoformat(), "words": ""}
    client.post(f"/waivers/{WaiverRequest.objects.get().pk}/answer/", told)
    client.force_login(by)
    page = read(client, note)
    assert first.format("RSWT") in page, "as last time, in its place"
    assert "waived by Lena Lead" in page


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, Role.CLINICAL_LEAD, None])
def test_who_finds_none_of_it(client: Client, by: StaffMember, case: Case, role: Role | None) -> None:
    """Nobody of another site, and here nobody who reads no cases; a lead here reads, and does not ask."""
    asked = a_request_to_waive(case, by)
    is_lead = role is Role.CLINICAL_LEAD
    client.force_login(staff(role, site=None if is_lead else site_of(by)) if role else a_physio())
    paths = [f"/waivers/{asked.pk}/", address(case)]
    assert {client.get(path).status_code for path in paths} <= {403, 404}
    for path in ("answer", "withdraw", "seen"):
        assert client.post(f"/waivers/{asked.pk}/{path}/", {"do": "waive"}).status_code in (403, 404)
    page = client.get("/rules/waivers/")
    assert page.status_code == (200 if is_lead else 403)
    assert case.patient.full_name not in page.content.decode()
    assert "for your answer" not in client.get("/").content.decode()
    assert not Waiver.objects.exists()


def test_a_lead_here_reads_and_does_not_ask(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(a_lead(by))
    assert client.get(address(case)).status_code == 403
    assert address(case) not in read(client, f"/cases/{case.pk}/screening/")


def test_an_answer_that_is_not_there_is_not_found(client: Client, by: StaffMember, case: Case) -> None:
    asked = a_request_to_waive(case, by)
    assert client.post(f"/waivers/{asked.pk}/seen/").status_code == 404
    client.force_login(a_lead(by))
    assert client.post(f"/waivers/{asked.pk}/withdraw/", {"reason": "x"}).status_code == 404


def test_the_lists_cost_the_same_for_one_and_for_many(client: Client, by: StaffMember) -> None:
    lead = a_lead(by)

    def cost(person: StaffMember, path: str) -> int:
        client.force_login(person)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    def costs() -> list[int]:
        return [cost(lead, "/rules/waivers/"), cost(lead, "/"), cost(by, "/")]

    def more() -> Any:
        a_request_to_waive(a_case(by, a_patient(by, sex="FEMALE")), by)
        return a_waiver(a_case(by, a_patient(by, sex="FEMALE")), by, lead)

    more()
    before = costs()
    more()
    more()
    assert costs() == before


def test_the_api_says_who_waived(client: Client, by: StaffMember, case: Case) -> None:
    a_waiver(case, by)
    a_draft(case, by, **a_note())
    session = a_signed_session(case, by, applications=[{"modality": "RSWT", "parameters": DOSE}])
    told = client.get(f"/api/v1/sessions/{session.pk}/").json()["applications"][0]["against"]
    assert (told["demand"], told["waived_by"]) == ("WAIVED", "Lena Lead")
