from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from clinic import audit, clock
from clinic.actions import proofs
from clinic.actions.api_keys import create_api_key, revoke_api_key, take_over_api_key
from clinic.actions.staff import deactivate_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import ApiKey, AuditEvent
from clinic.models.api_keys import digest_of
from clinic.rules.permissions import SCOPES, Role
from clinic.rules.proofs import Standing
from tests.factories.records import a_physio, manager, staff

pytestmark = pytest.mark.django_db


def test_a_key_is_told_once_and_stored_as_its_digest() -> None:
    owner = a_physio()
    key, text = create_api_key(owner=owner, name=" Gait lab ", scopes=["patients:read", "patients:read"], by=owner)
    stored = ApiKey.objects.get()
    assert (stored.name, stored.scopes, stored.prefix) == ("Gait lab", ["patients:read"], text[:12])
    assert stored.digest == digest_of(text)
    assert text not in str(ApiKey.objects.values_list())
    assert AuditEvent.objects.filter(action="api_key.created", row_id=key.pk, staff=owner).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scopes": ["patients:erase"]}, "unknown_scope"),
        ({"scopes": []}, "unknown_scope"),
        ({"scopes": ["patients:read", "admin"]}, "scope_not_held"),
        ({"scopes": ["patients:read", "research:read"]}, "scope_not_held"),
        ({"name": "  "}, "name_missing"),
        ({"name": "x" * 101}, "too_long"),
        ({"name": "a\x00b"}, "too_long"),
        ({"expires_at": clock.now() - timedelta(seconds=1)}, "expires_in_the_past"),
    ],
)
def test_what_is_refused(change: dict[str, Any], code: str) -> None:
    owner = a_physio()
    with pytest.raises(RuleBroken) as no:
        create_api_key(**{"owner": owner, "name": "Lab", "scopes": ["patients:read"], "by": owner, **change})
    assert no.value.code == code
    assert not ApiKey.objects.exists()


def test_only_an_admin_makes_keys_for_others_and_no_more_than_they_may_themselves() -> None:
    owner = a_physio()
    create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=manager())
    with pytest.raises(RuleBroken) as no:
        create_api_key(owner=owner, name="Lab", scopes=["cases:read"], by=manager())
    assert no.value.code == "scope_not_held"
    with pytest.raises(NotAllowed):
        create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=a_physio())


def test_who_left_makes_no_keys_and_has_none_made() -> None:
    owner = a_physio()
    owner.is_active = False
    for by in (owner, manager()):
        with pytest.raises(NotAllowed):
            create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=by)


def test_an_admin_answers_for_an_integration() -> None:
    told: dict[str, Any] = {"name": "Sync", "scopes": ["patients:read"], "integration": " Northside "}
    key, _ = create_api_key(owner=manager(), by=manager(), **told)
    assert (key.integration, key.owner) == ("Northside", manager())
    physio = a_physio()
    with pytest.raises(NotAllowed):
        create_api_key(owner=physio, by=physio, **told)


@contextmanager
def with_key(*scopes: str) -> Iterator[None]:
    """As if the request came with a key of these scopes."""
    before = audit.origin.get()
    key, _ = create_api_key(owner=manager(), name="Admin", scopes=scopes, by=manager())
    audit.with_key(key.pk, frozenset().union(*(SCOPES[s] for s in scopes)))
    try:
        yield
    finally:
        audit.origin.set(before)


def test_a_key_makes_no_key_that_may_more_than_itself() -> None:
    with with_key("admin", "patients:read"):
        create_api_key(owner=manager(), name="Lab", scopes=["patients:read"], by=manager())
        with pytest.raises(RuleBroken) as no:
            create_api_key(owner=manager(), name="Lab", scopes=["patients:write"], by=manager())
        assert no.value.code == "scope_not_held"
    with with_key("patients:read"), pytest.raises(NotAllowed):
        create_api_key(owner=manager(), name="Lab", scopes=["patients:read"], by=manager())


def test_a_key_is_revoked_once_by_its_owner_or_an_admin() -> None:
    owner = a_physio()
    keys = [create_api_key(owner=owner, name=str(n), scopes=["patients:read"], by=owner)[0] for n in range(2)]
    with pytest.raises(NotAllowed):
        revoke_api_key(key=keys[0], by=a_physio())
    assert revoke_api_key(key=keys[0], by=owner).revoked_at is not None
    assert revoke_api_key(key=keys[1], by=manager()).revoked_at is not None
    told = AuditEvent.objects.filter(action="api_key.revoked").values_list("row_id", "staff")
    assert set(told) == {(keys[0].pk, owner.pk), (keys[1].pk, manager().pk)}
    with pytest.raises(RuleBroken) as no:
        revoke_api_key(key=keys[0], by=owner)
    assert (no.value.code, no.value.conflict) == ("revoked", True)


def test_a_key_revokes_none_without_the_scope() -> None:
    key, _ = create_api_key(owner=manager(), name="Lab", scopes=["patients:read"], by=manager())
    with with_key("patients:read"), pytest.raises(NotAllowed):
        revoke_api_key(key=key, by=manager())
    with with_key("admin"):
        assert revoke_api_key(key=key, by=manager()).revoked_at


def test_another_admin_takes_an_integration_over_and_it_outlives_who_made_it() -> None:
    first, second = staff(Role.CLINIC_ADMIN), staff(Role.CLINIC_ADMIN)
    told: dict[str, Any] = {"owner": first, "by": first, "scopes": ["patients:read"]}
    theirs, _ = create_api_key(name="Mine", **told)
    key, _ = create_api_key(name="Sync", integration="Northside", **told)
    with pytest.raises(RuleBroken) as no:
        take_over_api_key(key=theirs, by=second)
    assert no.value.code == "of_a_person"
    with pytest.raises(NotAllowed):
        take_over_api_key(key=key, by=a_physio())
    assert take_over_api_key(key=key, by=second).owner == second
    assert AuditEvent.objects.filter(action="api_key.taken_over", row_id=key.pk, staff=second).exists()
    deactivate_staff_member(person=first, version=first.version, by=manager())
    assert list(ApiKey.objects.usable(clock.now())) == [ApiKey.objects.get(pk=key.pk)]


def test_nobody_takes_over_what_they_may_not_do_themselves() -> None:
    both = staff(Role.CLINIC_ADMIN, Role.CLINICAL_LEAD)
    key, _ = create_api_key(owner=both, name="Sync", integration="Northside", scopes=["cases:read"], by=both)
    with pytest.raises(RuleBroken) as no:
        take_over_api_key(key=key, by=staff(Role.CLINIC_ADMIN))
    assert no.value.code == "scope_not_held"


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["patients:read", "cases:read"]},
        {"digest": "0" * 64},
        {"expires_at": None},
        {"name": "Another"},
        {"integration": "Northside"},
    ],
)
def test_the_database_changes_no_key(change: dict[str, Any]) -> None:
    owner = a_physio()
    told = {"expires_at": clock.now() + timedelta(days=1), "scopes": ["patients:read"]}
    create_api_key(owner=owner, name="Lab", by=owner, **told)
    with pytest.raises(DatabaseError, match="a key is never changed"), transaction.atomic():
        ApiKey.objects.update(version=2, **change)


def test_the_database_gives_no_key_of_a_person_to_another_and_none_back() -> None:
    owner = a_physio()
    key, _ = create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=owner)
    with pytest.raises(DatabaseError, match="stays theirs"), transaction.atomic():
        ApiKey.objects.update(version=2, owner=manager())
    revoke_api_key(key=key, by=owner)
    with pytest.raises(DatabaseError, match="stays revoked"), transaction.atomic():
        ApiKey.objects.update(version=3, revoked_at=None)


def test_a_key_is_made_and_taken_over_behind_a_proof_from_just_now() -> None:
    admin = staff(Role.CLINIC_ADMIN)
    told: dict[str, Any] = {"owner": admin, "by": admin, "scopes": ["patients:read"], "name": "Sync"}
    key, _ = create_api_key(integration="Northside", **told)
    proven = clock.now() - timedelta(minutes=6)
    token = proofs.held.set(proofs.Held(Standing(proven_at=proven, active_at=clock.now())))
    try:
        for attempt in (lambda: create_api_key(**told), lambda: take_over_api_key(key=key, by=admin)):
            with pytest.raises(RuleBroken) as no:
                attempt()
            assert no.value.code == proofs.PROOF_NEEDED
    finally:
        proofs.held.reset(token)
    assert ApiKey.objects.count() == 1
