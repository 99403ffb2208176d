from datetime import timedelta
from typing import Any

import pytest

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import ApiKey, AuditEvent
from clinic.models.api_keys import digest_of
from tests.factories.records import a_physio, manager

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
        ({"name": "  "}, "name_missing"),
        ({"expires_at": clock.now() - timedelta(seconds=1)}, "expires_in_the_past"),
    ],
)
def test_what_is_refused(change: dict[str, Any], code: str) -> None:
    owner = a_physio()
    with pytest.raises(RuleBroken) as no:
        create_api_key(**{"owner": owner, "name": "Lab", "scopes": ["patients:read"], "by": owner, **change})
    assert no.value.code == code
    assert not ApiKey.objects.exists()


def test_only_an_admin_makes_keys_for_others() -> None:
    owner = a_physio()
    create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=manager())
    with pytest.raises(NotAllowed):
        create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=a_physio())


def test_who_left_makes_no_keys() -> None:
    owner = a_physio()
    owner.is_active = False
    with pytest.raises(NotAllowed):
        create_api_key(owner=owner, name="Lab", scopes=["patients:read"], by=owner)
