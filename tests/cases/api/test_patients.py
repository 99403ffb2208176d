from typing import Any

import pytest
from django.test import Client

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = staff(Role.RECEPTIONIST)
    client.force_login(person)
    return person


def test_a_patient_as_read(client: Client, by: StaffMember) -> None:
    patient = a_patient(by, given_names="Zoë", family_name="Brontë", nhs_number="9991001018")
    a_patient(a_physio(), family_name="Hidden")
    body = client.get("/api/v1/patients/").json()
    assert (body["next"], body["previous"]) == (None, None)
    (read,) = body["results"]
    assert (read["id"], read["family_name"], read["born_on"], read["nhs_number"], read["etag"]) == (
        str(patient.pk),
        "Brontë",
        "1985-05-12",
        "9991001018",
        "1",
    )


def test_search(client: Client, by: StaffMember) -> None:
    a_patient(by, family_name="Brontë")
    a_patient(by, family_name="Other")
    assert [p["family_name"] for p in client.get("/api/v1/patients/?search=BRONTE").json()["results"]] == ["Brontë"]
    assert client.get("/api/v1/patients/", {"search": "a\x00b"}).status_code == 200


def test_pages_lose_and_repeat_nothing_while_rows_are_added(client: Client, by: StaffMember) -> None:
    wanted = {str(a_patient(by, family_name="Same", given_names="Name").pk) for _ in range(60)}
    path, seen = "/api/v1/patients/?limit=7", []
    last: dict[str, Any] = {}
    while path:
        last = client.get(path).json()
        seen += [p["id"] for p in last["results"]]
        a_patient(by, family_name="Aaaa")
        path = last["next"]
    assert len(seen) == len(set(seen)) == 60
    assert set(seen) == wanted
    back: list[str] = [p["id"] for p in last["results"]]
    while last["previous"]:
        last = client.get(last["previous"]).json()
        back = [p["id"] for p in last["results"]] + back
    assert [p for p in back if p in wanted] == seen


@pytest.mark.parametrize("limit", [1, 25, 40])
def test_it_costs_the_same_however_long(
    client: Client, by: StaffMember, django_assert_num_queries: Any, limit: int
) -> None:
    for _ in range(41):
        a_patient(by)
    with django_assert_num_queries(4):
        assert len(client.get(f"/api/v1/patients/?limit={limit}").json()["results"]) == limit
