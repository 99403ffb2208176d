"""Sites, people and keys, as programs read and write them."""

from typing import Any

import pytest
from django.test import Client

from clinic.actions.api_keys import create_api_key
from clinic.actions.staff import deactivate_staff_member
from clinic.models import ApiKey, AuditEvent, Site, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db
SITES, STAFF, KEYS = "/api/v1/sites/", "/api/v1/staff/", "/api/v1/api-keys/"


@pytest.fixture
def admin() -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


def key_of(person: StaffMember, *scopes: str) -> dict[str, str]:
    _, text = create_api_key(owner=person, name="A program", scopes=list(scopes), by=person)
    return {"Authorization": f"Bearer {text}"}


def patch(client: Client, address: str, told: dict[str, Any], headers: dict[str, str], etag: str = "1") -> Any:
    return client.patch(address, told, "application/merge-patch+json", headers={**headers, "If-Match": f'"{etag}"'})


def do(client: Client, address: str, headers: dict[str, str] | None = None) -> Any:
    return client.post(address, content_type="application/json", headers=headers or {})


def names(client: Client, address: str, headers: dict[str, str], **asked: Any) -> list[str]:
    return [row["name"] for row in client.get(address, asked, headers=headers).json()["results"]]


def test_a_program_that_books_finds_sites_and_people_and_no_others(client: Client) -> None:
    by, colleague = a_physio(), a_physio(name="Noor Haddad")
    there = site_of(by)
    near = staff(Role.RECEPTIONIST, site=there, name="Front desk")
    headers = key_of(by, "patients:read")
    assert names(client, SITES, headers) == [there.name]
    assert names(client, STAFF, headers) == sorted([by.name, near.name])
    assert names(client, STAFF, headers, site=str(site_of(colleague).pk)) == []
    assert client.get(f"{STAFF}{colleague.pk}/", headers=headers).status_code == 404
    told = client.get(f"{STAFF}{near.pk}/", headers=headers).json()
    assert (told["roles"], told["sites"], told["is_active"]) == (["RECEPTIONIST"], [str(there.pk)], True)
    assert near.email not in str(told)
    assert client.post(SITES, {"name": "Mine"}, "application/json", headers=headers).status_code == 403
    assert AuditEvent.objects.filter(action__endswith=".seen").count() == 0


def test_who_left_is_not_active_any_more(client: Client, admin: StaffMember) -> None:
    gone = a_physio(name="Gone Away")
    deactivate_staff_member(person=gone, version=gone.version, by=admin)
    headers = key_of(admin, "admin")
    assert "Gone Away" in names(client, STAFF, headers)
    assert "Gone Away" not in names(client, STAFF, headers, is_active="true")


def test_an_admin_adds_and_corrects_a_site(client: Client, admin: StaffMember) -> None:
    headers = key_of(admin, "admin")
    made = client.post(SITES, {"name": "Wharf Lane"}, "application/json", headers=headers)
    assert made.status_code == 201
    assert (made.json()["address"], made.json()["time_zone"]) == (None, "Europe/London")
    where = made["Location"]
    assert patch(client, where, {"address": "1 Wharf Lane"}, headers).json()["address"] == "1 Wharf Lane"
    assert patch(client, where, {"address": "2"}, headers).status_code == 412
    refused = patch(client, where, {"time_zone": "Europe/Nowhere"}, headers, "2")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/time_zone")
    again = client.post(SITES, {"name": "Wharf Lane"}, "application/json", headers=headers)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/name")
    assert Site.objects.get(name="Wharf Lane").address == "1 Wharf Lane"


def test_an_admin_corrects_a_person_and_lets_them_go(client: Client, admin: StaffMember) -> None:
    person, headers = a_physio(), key_of(admin, "admin")
    there, where = a_site("Wharf Lane"), f"{STAFF}{person.pk}/"
    told = {"roles": ["PHYSIOTHERAPIST", "CLINICAL_LEAD"], "sites": [str(there.pk)]}
    changed = patch(client, where, told, headers).json()
    assert (changed["name"], changed["sites"]) == (person.name, [str(there.pk)])
    assert changed["roles"] == ["CLINICAL_LEAD", "PHYSIOTHERAPIST"]
    for wrong, code, pointer in (
        ({"sites": [str(person.pk)]}, 422, "/sites"),
        ({"roles": ["KING"]}, 400, "/roles/0"),
        ({"hcpc_number": "12"}, 422, "/hcpc_number"),
        ({"name": ""}, 400, "/name"),
    ):
        refused = patch(client, where, wrong, headers, changed["etag"])
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (code, pointer)
    own = client.get(f"{STAFF}{admin.pk}/", headers=headers).json()
    oneself = do(client, f"{STAFF}{admin.pk}/deactivate/", {**headers, "If-Match": f'"{own["etag"]}"'})
    assert (oneself.status_code, oneself.json()["code"]) == (409, "oneself")
    with_version = {**headers, "If-Match": f'"{changed["etag"]}"'}
    let_go = do(client, f"{where}deactivate/", with_version)
    assert (let_go.status_code, let_go.json()["is_active"]) == (200, False)
    back = do(client, f"{where}reactivate/", {**headers, "If-Match": f'"{let_go.json()["etag"]}"'})
    assert back.json()["is_active"]


def test_keys_are_listed_without_themselves_and_revoked(client: Client, admin: StaffMember) -> None:
    key, text = create_api_key(owner=admin, name="Sync", scopes=["patients:read"], integration="Northside", by=admin)
    headers = key_of(admin, "admin")
    answer = client.get(KEYS, {"in_force": "true"}, headers=headers)
    (found,) = (row for row in answer.json()["results"] if row["id"] == str(key.pk))
    assert (found["integration"], found["scopes"], found["owner"]) == ("Northside", ["patients:read"], str(admin.pk))
    assert text not in answer.content.decode()
    assert ApiKey.objects.get(pk=key.pk).digest not in answer.content.decode()
    assert do(client, f"{KEYS}{key.pk}/revoke/", headers).json()["revoked_at"] is not None
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {text}"}).status_code == 401
    assert do(client, f"{KEYS}{key.pk}/revoke/", headers).status_code == 409


def test_one_sees_ones_own_keys_alone(client: Client) -> None:
    by, other = a_physio(), a_physio()
    mine, _ = create_api_key(owner=by, name="Mine", scopes=["sessions:read"], by=by)
    theirs, _ = create_api_key(owner=other, name="Theirs", scopes=["sessions:read"], by=other)
    client.force_login(by)
    assert names(client, KEYS, {}) == ["Mine"]
    assert do(client, f"{KEYS}{theirs.pk}/revoke/").status_code == 404
    assert do(client, f"{KEYS}{mine.pk}/revoke/").status_code == 200
