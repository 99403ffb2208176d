from datetime import timedelta

import pytest
from django.test import Client

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, site_of, staff

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def test_with_a_key_of_ones_own(client: Client) -> None:
    by = a_physio()
    ends = clock.now() + timedelta(days=30)
    key, text = create_api_key(owner=by, name="Lab", scopes=["sessions:read"], by=by, expires_at=ends)
    told = client.get(ME, headers={"Authorization": f"Bearer {text}"}).json()
    person = {"id": str(by.pk), "name": by.name, "email": by.email, "roles": ["PHYSIOTHERAPIST"]}
    assert told["person"] == person
    assert told["sites"] == [{"id": str(site_of(by).pk), "name": site_of(by).name}]
    shown = {"id": str(key.pk), "name": "Lab", "prefix": text[:12], "integration": None, "scopes": ["sessions:read"]}
    assert {name: told["key"][name] for name in shown} == shown
    assert told["key"]["expires_at"].startswith(ends.date().isoformat())
    assert told["permissions"] == ["case.read"]
    assert set(told["limits"]) == {"limit", "remaining", "reset_seconds"}
    assert text not in str(told)


def test_with_the_key_of_an_integration(client: Client) -> None:
    admin = staff(Role.CLINIC_ADMIN)
    told = {"scopes": ["patients:read"], "integration": "Northside", "owner": admin, "by": admin}
    _, text = create_api_key(name="Sync", **told)
    assert client.get(ME, headers={"Authorization": f"Bearer {text}"}).json()["key"]["integration"] == "Northside"


def test_in_a_browser(client: Client) -> None:
    by = staff(Role.RECEPTIONIST)
    client.force_login(by)
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["key"]) == (200, None)
    assert answer.json()["permissions"] == sorted(by.permissions())
    assert answer.json()["limits"]["remaining"] == int(answer["RateLimit-Remaining"])


def test_a_stranger_other_methods_and_unknown_parameters(client: Client) -> None:
    assert client.get(ME).status_code == 401
    client.force_login(a_physio())
    assert client.post(ME).status_code == 405
    assert client.get(f"{ME}?colour=red").status_code == 400
