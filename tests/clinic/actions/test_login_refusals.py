from datetime import timedelta

import pytest
from django.test import Client

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.actions.login_refusals import digest_of_typed
from clinic.actions.staff import deactivate_staff_member
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, manager, staff

pytestmark = pytest.mark.django_db


def try_to_log_in(email: str, password: str = PASSWORD) -> None:
    Client().post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR="203.0.113.9")


def refusals() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="login.refused").order_by("id"))


def test_a_wrong_password_names_whose_it_was_and_nobody_as_its_doer() -> None:
    person = staff(Role.RECEPTIONIST)
    try_to_log_in(person.email.upper(), "wrong")
    (event,) = refusals()
    assert (event.staff, event.row_id, event.came_from) == (None, person.pk, "203.0.113.9")
    assert event.details == {"means": "password", "code": "password"}


def test_an_unknown_address_is_kept_as_a_keyed_digest_alone() -> None:
    for typed in ("nobody@example.org", "Nobody@example.org", "other@example.org"):
        try_to_log_in(typed, "wrong")
    first, second, third = refusals()
    assert first.row_id is None
    assert first.details == {"means": "password", "code": "unknown", "typed": digest_of_typed("nobody@example.org")}
    assert second.details == first.details
    assert third.details["typed"] != first.details["typed"]
    assert "nobody" not in str([event.__dict__ for event in refusals()])


def test_the_digest_depends_on_the_secret_key(settings: object) -> None:
    before = digest_of_typed("nobody@example.org")
    settings.SECRET_KEY = "another" * 10  # type: ignore[attr-defined]
    assert digest_of_typed("nobody@example.org") != before


def test_somebody_who_left() -> None:
    person = staff(Role.RECEPTIONIST)
    deactivate_staff_member(person=person, version=1, by=manager())
    try_to_log_in(person.email)
    try_to_log_in(person.email, "wrong")
    assert [(e.row_id, e.details["code"]) for e in refusals()] == [(person.pk, "inactive")] * 2


def test_too_many_attempts_are_told_too() -> None:
    person = staff(Role.RECEPTIONIST)
    for _ in range(7):
        try_to_log_in(person.email, "wrong")
    codes = [e.details["code"] for e in refusals()]
    assert len(codes) == 7
    assert codes[-1] == "too_many"
    assert {e.row_id for e in refusals()} == {person.pk}


def test_a_passkey_of_nobody(client: Client) -> None:
    client.get("/account/login/")
    client.post("/account/login/passkey/", {"credential": '{"id": "x"}'})
    assert [(e.staff, e.details) for e in refusals()] == [(None, {"means": "passkey", "code": "passkey"})]


@pytest.mark.parametrize("state", ["revoked", "expired", "inactive", "unknown"])
def test_keys_that_let_nobody_in(client: Client, state: str) -> None:
    owner = staff(Role.PHYSIOTHERAPIST)
    ends = clock.now() + timedelta(days=1)
    key, text = create_api_key(owner=owner, name="x", scopes=["patients:read"], by=owner, expires_at=ends)
    if state == "inactive":
        deactivate_staff_member(person=owner, version=1, by=manager())
    elif state == "revoked":
        key.revoked_at = clock.now()
        key.save_change("revoked_at")
    shown = "pck_of_nobody" if state == "unknown" else text
    with clock.set_to(clock.now() + timedelta(days=2 if state == "expired" else 0)):
        assert client.get("/api/v1/patients/", headers={"Authorization": f"Bearer {shown}"}).status_code == 401
    (event,) = refusals()
    assert (event.door, event.staff, event.details["code"]) == ("api", None, state)
    assert event.row_id == (None if state == "unknown" else owner.pk)
    assert shown not in str(event.details)


def test_a_key_without_the_scope_is_a_refusal(client: Client) -> None:
    owner = staff(Role.PHYSIOTHERAPIST)
    _, text = create_api_key(owner=owner, name="x", scopes=["cases:read"], by=owner)
    assert client.get("/api/v1/patients/", headers={"Authorization": f"Bearer {text}"}).status_code == 403
    event = AuditEvent.objects.get(action="action.refused")
    assert (event.staff, event.details) == (owner, {"action": "get", "code": "key_or_token"})
    assert event.api_key is not None


def test_a_new_password_leaves_an_event(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    new = "another-long-password-1"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert StaffMember.objects.get(pk=person.pk).check_password(new)
    event = AuditEvent.objects.get(action="password.changed")
    assert (event.staff, event.row_id) == (person, person.pk)
