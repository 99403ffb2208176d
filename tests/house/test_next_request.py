"""What is taken from somebody is gone with their next request, in the middle of their work; keys too."""

from typing import Any

import pytest
from django.test import Client

from clinic.actions.api_keys import create_api_key
from clinic.actions.staff import change_staff_member, deactivate_staff_member
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_site, manager, site_of

pytestmark = pytest.mark.django_db
KEYS = ["patients:read", "cases:read"]


@pytest.fixture
def told(client: Client) -> dict[str, Any]:
    """Somebody who has a case open in a browser, and a program that reads it with their key."""
    by = a_physio()
    case = a_case(by)
    client.force_login(by)
    _, text = create_api_key(owner=by, name="Program", scopes=KEYS, by=by)
    found = {"by": by, "client": client, "page": f"/cases/{case.pk}/", "api": f"/api/v1/cases/{case.pk}/progress/"}
    found["key"] = {"Authorization": f"Bearer {text}"}
    assert answers(found) == (200, 200, 200)
    return found


def answers(told: dict[str, Any]) -> tuple[int, int, int]:
    """The page, the interface by the browser, the interface by the key."""
    client = told["client"]
    by_key = Client().get(told["api"], headers=told["key"])
    return client.get(told["page"]).status_code, client.get(told["api"]).status_code, by_key.status_code


def change(told: dict[str, Any], **new: Any) -> None:
    person = StaffMember.objects.get(pk=told["by"].pk)
    now = {"name": person.name, "roles": person.roles, "sites": [site_of(person)], "hcpc_number": person.hcpc_number}
    change_staff_member(person=person, version=person.version, by=manager(), **{**now, **new})


def test_a_role(told: dict[str, Any]) -> None:
    change(told, roles=[Role.RECEPTIONIST])
    assert answers(told) == (404, 404, 404)
    assert told["client"].get("/").status_code == 200


def test_every_role(told: dict[str, Any]) -> None:
    change(told, roles=[])
    assert answers(told) == (404, 404, 404)
    assert told["client"].get("/patients/").status_code == 403


def test_a_site(told: dict[str, Any]) -> None:
    change(told, sites=[a_site()])
    assert answers(told) == (404, 404, 404)


def test_the_account(told: dict[str, Any]) -> None:
    person = StaffMember.objects.get(pk=told["by"].pk)
    deactivate_staff_member(person=person, version=person.version, by=manager())
    assert answers(told) == (302, 401, 401)


def test_and_what_is_given_is_there_with_the_next(told: dict[str, Any]) -> None:
    assert told["client"].get("/staff/").status_code == 403
    change(told, roles=[Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN])
    assert told["client"].get("/staff/").status_code == 200
