from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.models import ApiKey, AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio

pytestmark = pytest.mark.django_db
ALL = ["patients:read", "cases:read", "sessions:read", "sessions:write", "sessions:sign"]


def key_of(owner: StaffMember, *scopes: str, **told: Any) -> str:
    return create_api_key(owner=owner, name="Test", scopes=scopes or ALL, by=owner, **told)[1]


def bearer(text: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def test_a_key_lets_in_and_is_named_in_the_log(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    assert client.get(f"/api/v1/cases/{case.pk}/progress/", **bearer(key_of(by))).status_code == 200
    event = AuditEvent.objects.get(action="case.seen")
    assert (event.staff, event.door, event.api_key) == (by, "api", ApiKey.objects.get())


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer pck_unknown", "Token pck_x", "Basic eDp5", "Bearer \u00ff"]
)
def test_anything_else_does_not(client: Client, header: str) -> None:
    answer = client.get("/api/v1/patients/", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "token", "KEY"])
@pytest.mark.parametrize("path", ["/api/v1/patients/", "/api/v1/nothing/", "/api/v1/schema/"])
def test_never_in_the_address(client: Client, name: str, path: str) -> None:
    text = key_of(a_physio())
    answer = client.get(f"{path}?{name}={text}", **bearer(text))
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "key_in_address"
    assert "Authorization: Bearer" in answer.json()["detail"]
    assert text not in answer.content.decode()
    assert "RateLimit-Remaining" in answer


def test_revoked_expired_and_orphaned_keys(client: Client) -> None:
    by = a_physio()
    text = key_of(by, expires_at=clock.now() + timedelta(days=1))
    assert client.get("/api/v1/patients/", **bearer(text)).status_code == 200
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert client.get("/api/v1/patients/", **bearer(text)).status_code == 401
    ApiKey.objects.update(revoked_at=clock.now(), version=2)
    assert client.get("/api/v1/patients/", **bearer(text)).status_code == 401
    other = key_of(by)
    by.is_active, by.deactivated_at = False, clock.now()
    by.save_change("is_active", "deactivated_at")
    assert client.get("/api/v1/patients/", **bearer(other)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/api/v1/patients/", "patients:read"),
        ("get", "/api/v1/cases/{case}/progress/", "cases:read"),
        ("get", "/api/v1/sessions/{draft}/", "sessions:read"),
        ("post", "/api/v1/sessions/", "sessions:write"),
        ("post", "/api/v1/sessions/{draft}/sign/", "sessions:sign"),
    ],
)
def test_scopes_are_exact(client: Client, method: str, path: str, scope: str) -> None:
    by = a_physio()
    draft = a_draft(case := a_case(by), by)
    path = path.format(case=case.pk, draft=draft.pk)
    lacks = bearer(key_of(by, *(s for s in ALL if s != scope)))
    answer = getattr(client, method)(path, content_type="application/json", **lacks)
    assert (answer.status_code, answer.json()["detail"]) == (403, f"This key lacks the scope {scope}.")
    has = getattr(client, method)(path, content_type="application/json", **bearer(key_of(by, scope)))
    assert has.status_code != 403


def test_a_key_gives_no_more_than_its_owner_may(client: Client) -> None:
    case = a_case(a_physio())
    text = key_of(owner := a_physio())
    owner.roles = [str(Role.RECEPTIONIST)]
    owner.save_change("roles")
    assert client.get(f"/api/v1/cases/{case.pk}/progress/", **bearer(text)).status_code == 404
    answer = client.post(
        "/api/v1/sessions/", {"case": str(case.pk), "occurred_on": "2026-01-01"}, "application/json", **bearer(text)
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_browser_needs_its_token_to_write() -> None:
    by = a_physio()
    client = Client(enforce_csrf_checks=True)
    client.force_login(by)
    assert client.get("/api/v1/patients/").status_code == 200
    answer = client.post("/api/v1/sessions/", {}, "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
