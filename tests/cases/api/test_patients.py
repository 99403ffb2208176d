from typing import Any

import pytest
from django.test import Client

from cases.actions.identifiers import add_identifier
from cases.models import Patient
from clinic.actions.api_keys import create_api_key
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


def test_a_key_that_only_creates_reads_back_what_it_created(client: Client) -> None:
    by = staff(Role.RECEPTIONIST)
    other = a_patient(by, given_names="Martin", family_name="Ellery")
    _, key = create_api_key(owner=by, name="Booking", scopes=["patients:create"], by=by)
    told = {"given_names": "Ann", "family_name": "New", "born_on": "1990-01-02", "site": str(by.site_ids[0])}
    headers = {"Authorization": f"Bearer {key}"}
    made = client.post("/api/v1/patients/", told, "application/json", headers=headers)
    assert made.status_code == 201
    assert client.get(made["Location"], headers=headers).json() == made.json()
    assert client.get(f"/api/v1/patients/{other.pk}/", headers=headers).status_code == 404
    assert client.get("/api/v1/patients/", headers=headers).status_code == 403
    assert client.patch(made["Location"], {"phone": "1"}, "application/json", headers=headers).status_code == 403
    same = {**told, "given_names": "Martin", "family_name": "Ellery", "born_on": other.born_on.isoformat()}
    refused = client.post("/api/v1/patients/", same, "application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"], refused.json()["candidates"]) == (422, "likely_duplicate", [])
    another = client.post(
        "/api/v1/patients/", {**same, "confirm_not_duplicate": True}, "application/json", headers=headers
    )
    assert another.status_code == 201


def test_a_merged_record_leads_on_and_is_taken_apart(client: Client) -> None:
    by = staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST)
    client.force_login(by)
    kept, other = (a_patient(by, given_names="Ann", family_name="Twin", is_another=True) for _ in range(2))
    told = {"other": str(other.pk), "other_etag": "1"}
    path, json = f"/api/v1/patients/{kept.pk}/merge/", "application/json"
    assert client.post(path, told, json).status_code == 428
    assert client.post(path, {**told, "other_etag": "7"}, json, headers={"If-Match": '"1"'}).status_code == 412
    merged = client.post(path, told, json, headers={"If-Match": '"1"'})
    assert merged.status_code == 200, merged.content
    moved = client.get(f"/api/v1/patients/{other.pk}/")
    assert (moved.status_code, moved["Location"]) == (308, f"/api/v1/patients/{kept.pk}/")
    other.refresh_from_db()
    kept.refresh_from_db()
    told = {"kept_etag": kept.etag}
    apart = client.post(f"/api/v1/patients/{other.pk}/unmerge/", told, json, headers={"If-Match": other.etag})
    assert apart.status_code == 200, apart.content
    assert client.get(f"/api/v1/patients/{other.pk}/").status_code == 200


BY_NUMBER = "/api/v1/patients/by-identifier/OldBook/A%2017/"


def a_person(by: StaffMember, **more: Any) -> dict[str, Any]:
    told = {"given_names": "Ann", "family_name": "Numbered", "born_on": "1985-05-12", "nhs_number": "999 100 1018"}
    return {**told, "site": str(by.site_ids[0]), **more}


def put(client: Client, told: dict[str, Any], etag: str = "") -> Any:
    return client.put(BY_NUMBER, told, "application/json", headers={"If-Match": etag} if etag else {})


def test_a_person_is_put_under_an_own_number(client: Client, by: StaffMember) -> None:
    assert client.get(BY_NUMBER).status_code == 404
    made = put(client, a_person(by))
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/patients/{made.json()['id']}/")
    again = put(client, a_person(by))
    assert (again.status_code, again.json()) == (200, made.json())
    assert client.get(BY_NUMBER).json() == made.json()
    moved = a_person(by, phone="020 7946 0101")
    assert put(client, moved).status_code == 428
    assert put(client, moved, "9").status_code == 412
    changed = put(client, moved, made["ETag"])
    assert (changed.status_code, changed.json()["phone"], changed.json()["etag"]) == (200, "020 7946 0101", "2")
    assert put(client, {**moved, "colour": "red"}, "2").status_code == 400


def test_a_number_of_somebody_elsewhere_is_not_given_again(client: Client, by: StaffMember) -> None:
    other = staff(Role.RECEPTIONIST)
    add_identifier(patient=a_patient(other), system="OldBook", value="A 17", by=other)
    assert client.get(BY_NUMBER).status_code == 404
    refused = put(client, a_person(by))
    assert (refused.status_code, refused.json()["code"]) == (409, "identifier_taken")
    assert not Patient.objects.filter(family_name="Numbered").exists()


def test_who_is_alike_is_told_before_a_number_is_given(client: Client, by: StaffMember) -> None:
    there = a_patient(by, family_name="Numbered")
    refused = put(client, a_person(by, nhs_number=None))
    assert (refused.status_code, refused.json()["candidates"]) == (422, [str(there.pk)])
    assert put(client, a_person(by, nhs_number=None, confirm_not_duplicate=True)).status_code == 201


@pytest.mark.parametrize("odd", ["%00", "x" * 101, "%20x"])
def test_odd_numbers_are_refused(client: Client, by: StaffMember, odd: str) -> None:
    address = f"/api/v1/patients/by-identifier/OldBook/{odd}/"
    assert client.get(address).status_code == 404  # nobody can have it
    assert client.put(address, a_person(by), "application/json").status_code == 422


@pytest.mark.parametrize("name", [" ", "\t", "\u2003"])
def test_a_name_of_nothing_is_refused(client: Client, by: StaffMember, name: str) -> None:
    refused = client.post("/api/v1/patients/", a_person(by, given_names=name), "application/json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/given_names")
    patient = a_patient(by)
    address = f"/api/v1/patients/{patient.pk}/"
    refused = client.patch(address, {"family_name": name}, "application/json", headers={"If-Match": "1"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/family_name")
