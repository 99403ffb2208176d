import re
from typing import Any

import pytest
from django.test import Client

from cases.models import Patient
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = staff(Role.RECEPTIONIST)
    client.force_login(person)
    return person


def names(page: str) -> list[str]:
    return re.findall(r'class="row-main">([^<,]+),', page)


def test_an_empty_list_says_what_belongs_there(client: Client, by: StaffMember) -> None:
    assert "No patients yet" in client.get("/patients/").content.decode()


def test_search(client: Client, by: StaffMember) -> None:
    a_patient(by, family_name="Brontë")
    a_patient(by, family_name="Other")
    assert names(client.get("/patients/?q=bronte").content.decode()) == ["Brontë"]
    nobody = client.get("/patients/", {"q": "<script>nobody"}).content.decode()
    assert "No such patient" in nobody
    assert "<script>nobody" not in nobody


def test_forward_and_back_through_equal_names(client: Client, by: StaffMember) -> None:
    for _ in range(60):
        a_patient(by, family_name="Same", given_names="Name")
    seen, path = [], "/patients/"
    pages = []
    while path:
        page = client.get(path).content.decode()
        pages.append(re.findall(r'href="/patients/([0-9a-f-]{36})/"', page))
        seen += pages[-1]
        found = re.search(r'rel="next" href="([^"]+)"', page)
        back = re.search(r'rel="prev" href="([^"]+)"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 60
    assert back is not None
    before = client.get(back.group(1).replace("&amp;", "&")).content.decode()
    assert re.findall(r'href="/patients/([0-9a-f-]{36})/"', before) == pages[-2]


@pytest.mark.parametrize("mark", ["x", "bnVsbA==", "eyJhIjoxfQ==", "WzEsMl0=", "\x00", "W10="])
def test_a_forged_place_leads_to_the_start(client: Client, by: StaffMember, mark: str) -> None:
    assert client.get("/patients/", {"after": mark})["Location"] == "/patients/"


def test_registering(client: Client, by: StaffMember) -> None:
    assert client.get("/patients/register/").status_code == 200
    sent = {
        "given_names": "Zoë",
        "family_name": "Brontë",
        "born_on": "12/05/1990",
        "sex": "FEMALE",
        "site": str(site_of(by).pk),
    }
    answer = client.post("/patients/register/", sent)
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert (patient.full_name, patient.born_on.isoformat(), patient.nhs_number) == ("Zoë Brontë", "1990-05-12", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"born_on": "31/02/1990"}, "Write the date as 12/05/1985."),
        ({"born_on": "12/05/2990"}, "The date of birth is in the future."),
        ({"born_on": "12/05/0001"}, "The year of birth cannot be right."),
        ({"nhs_number": "999 100 1019"}, "This is not an NHS number"),
        ({"nhs_number": "999 100 1018"}, "Ellery, born 12 May 1985, has this number already"),
        ({"nhs_number": "943 476 5919"}, "A match exists. Ask your clinic admin."),
        ({"family_name": ""}, "This field is required."),
        ({"email": "x"}, "Enter a valid email address."),
        ({"given_names": "a\x00b"}, "Null characters are not allowed."),
        ({"phone": "1" * 41}, "at most 40"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    client: Client, by: StaffMember, change: dict[str, Any], told: str
) -> None:
    a_patient(by, family_name="Ellery", nhs_number="9991001018")
    a_patient(a_physio(), family_name="Hidden", nhs_number="9434765919")
    sent = {
        "given_names": "Zoë",
        "family_name": "Brontë",
        "born_on": "12/05/1990",
        "sex": "FEMALE",
        "site": str(site_of(by).pk),
        "sport": "Chess",
    }
    page = client.post("/patients/register/", {**sent, **change})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert 'value="Chess"' in page.content.decode()
    assert "Hidden" not in page.content.decode()
    assert Patient.objects.count() == 2


def test_a_site_of_others_is_no_choice(client: Client, by: StaffMember) -> None:
    sent = {
        "given_names": "Zoë",
        "family_name": "Brontë",
        "born_on": "12/05/1990",
        "sex": "FEMALE",
        "site": str(a_site().pk),
    }
    assert client.post("/patients/register/", sent).status_code == 422
    assert not Patient.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLINICAL_LEAD])
def test_who_registers_nobody(client: Client, role: Role) -> None:
    client.force_login(staff(role))
    assert client.get("/patients/register/").status_code == 403
    assert "Register patient" not in client.get("/patients/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for more in (1, 30):
        for _ in range(more):
            a_patient(by)
        with django_assert_num_queries(3):
            client.get("/patients/?q=example")


REGISTERED = {
    "given_names": "Marcus",
    "family_name": "Ellery",
    "born_on": "12/05/1985",
    "sex": "MALE",
    "dominant_side": "RIGHT",
}


def typed(by: StaffMember, **more: Any) -> dict[str, Any]:
    return {**REGISTERED, "site": str(site_of(by).pk), **more}


def test_somebody_alike_is_shown_before_saving(client: Client, by: StaffMember) -> None:
    known = a_patient(by, given_names="Marcus", family_name="Ellery")
    response = client.post("/patients/register/", typed(by, occupation="Analyst"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Is this somebody who is registered already?" in page
    assert f"/patients/{known.pk}/" in page
    assert "same name, same date of birth" in page
    assert 'value="Analyst"' in page
    assert Patient.objects.count() == 1
    assert client.post("/patients/register/", typed(by, is_another="1")).status_code == 302
    assert Patient.objects.count() == 2


def test_of_somebody_elsewhere_nothing_is_told(client: Client, by: StaffMember) -> None:
    a_patient(staff(Role.RECEPTIONIST), given_names="Marcus", family_name="Ellery", phone="0201234567")
    page = client.post("/patients/register/", typed(by)).content.decode()
    assert "A match exists" in page
    assert "0201234567" not in page
    assert "same name" not in page


def test_a_slip_of_the_hand_finds_near_names(client: Client, by: StaffMember) -> None:
    a_patient(by, given_names="Marcus", family_name="Ellery")
    page = client.get("/patients/?q=Elery").content.decode()
    assert "Nobody is called “Elery”; these are near" in page
    assert names(page) == ["Ellery"]


def test_the_archived_are_found_and_marked(client: Client) -> None:
    admin = staff(Role.CLINIC_ADMIN)
    client.force_login(admin)
    patient = a_patient(admin, family_name="Ellery")
    assert "leaves the list" in client.get(f"/patients/{patient.pk}/archive/").content.decode()
    assert "can be restored" in client.post(f"/patients/{patient.pk}/archive/", follow=True).content.decode()
    assert names(client.get("/patients/").content.decode()) == []
    page = client.get("/patients/?q=ellery").content.decode()
    assert names(page) == ["Ellery"]
    assert "archived" in page
    page = client.get(f"/patients/{patient.pk}/").content.decode()
    assert "This record is archived" in page
    assert "Restored" in client.post(f"/patients/{patient.pk}/archive/", follow=True).content.decode()
    assert names(client.get("/patients/").content.decode()) == ["Ellery"]


def test_details_are_corrected(client: Client, by: StaffMember) -> None:
    patient = a_patient(by, given_names="Marcus", family_name="Ellery", nhs_number="9991001018")
    address = f"/patients/{patient.pk}/change/"
    page = client.get(address).content.decode()
    assert 'value="999 100 1018"' in page
    assert 'value="12/05/1985"' in page
    more = {
        "version": "1",
        "former_names": "Old, Older",
        "gp_name": "Dr Who",
        "died_on": "",
        "nhs_number": "999 100 1018",
    }
    page = client.post(address, {**REGISTERED, **more}, follow=True).content.decode()
    assert "Saved." in page
    assert "Old, Older" in page
    assert "Dr Who" in page
    patient.refresh_from_db()
    assert (patient.former_names, patient.version, patient.dominant_side) == (["Old", "Older"], 2, "RIGHT")


def test_a_change_in_the_meantime_is_told_and_nothing_is_lost(client: Client, by: StaffMember) -> None:
    patient = a_patient(by, given_names="Marcus", family_name="Ellery")
    address = f"/patients/{patient.pk}/change/"
    client.post(address, {**REGISTERED, "version": "1", "sport": "Judo"})
    response = client.post(address, {**REGISTERED, "version": "1", "sport": "Chess", "born_on": "12 May 1985"})
    page = response.content.decode()
    assert response.status_code == 412
    assert "What differs now" in page
    assert "Judo" in page
    assert 'value="Chess"' in page
    assert 'name="version" value="2"' in page
    assert page.count("Take this over") == 1, "a day that is written otherwise is no other day"
    taken = client.post(address, {**REGISTERED, "version": "2", "sport": "Chess", "take": "sport"})
    assert 'value="Judo"' in taken.content.decode()
    assert "What differs now" not in taken.content.decode()
    assert client.post(address, {**REGISTERED, "version": "2", "sport": "Chess"}).status_code == 302


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"born_on": "yesterday"}, "Write the date as 12/05/1985."),
        ({"died_on": "12/05/1970"}, "before the date of birth"),
        ({"nhs_number": "123"}, "not an NHS number"),
        ({"email": "nobody"}, "valid email"),
        ({"version": ""}, "required"),
    ],
)
def test_a_correction_that_is_refused(client: Client, by: StaffMember, more: dict[str, str], told: str) -> None:
    patient = a_patient(by)
    response = client.post(f"/patients/{patient.pk}/change/", {**REGISTERED, "version": "1", "sport": "Kept", **more})
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert 'value="Kept"' in page


def test_clinical_text_stays_with_those_who_read_cases(client: Client, by: StaffMember) -> None:
    physio = a_physio(site_of(by))
    patient = a_patient(by, given_names="Marcus", family_name="Ellery")
    Patient.objects.filter(pk=patient.pk)
    address = f"/patients/{patient.pk}/change/"
    marker = "XMARKERX"
    client.force_login(physio)
    client.post(
        address, {**REGISTERED, "version": "1", "medicines": marker, "allergies": marker, "past_history": marker}
    )
    assert marker in client.get(f"/patients/{patient.pk}/").content.decode()
    client.force_login(by)
    for path in (f"/patients/{patient.pk}/", address, "/patients/", f"/patients/?q={marker}", "/patients/register/"):
        page = client.get(path).content.decode().replace(f'value="{marker}"', "").replace(f"“{marker}”", "")
        assert marker not in page, path
    client.post(address, {**REGISTERED, "version": "2", "medicines": "mine"})
    patient.refresh_from_db()
    assert patient.medicines == marker


@pytest.mark.parametrize("page", ["change", "archive"])
def test_others_patients_are_not_found(client: Client, page: str) -> None:
    client.force_login(staff(Role.CLINIC_ADMIN))
    patient = a_patient(staff(Role.RECEPTIONIST))
    assert client.get(f"/patients/{patient.pk}/{page}/").status_code == 404
    assert client.post(f"/patients/{patient.pk}/{page}/").status_code == 404


def test_reception_does_not_archive(client: Client, by: StaffMember) -> None:
    patient = a_patient(by)
    assert client.get(f"/patients/{patient.pk}/archive/").status_code == 403
    assert "Archive" not in client.get(f"/patients/{patient.pk}/").content.decode()
