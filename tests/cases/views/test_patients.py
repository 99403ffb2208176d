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
        ({"nhs_number": "943 476 5919"}, "A match exists at another site. Ask your clinic admin."),
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
        with django_assert_num_queries(4):
            client.get("/patients/?q=example")
