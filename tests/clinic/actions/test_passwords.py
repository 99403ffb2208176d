import pytest

from clinic.actions.api_keys import create_api_key
from clinic.actions.passwords import change_password
from clinic.models import AuditEvent
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db


def test_it_is_recorded_with_what_ended() -> None:
    by = a_physio()
    for name in ("one", "two"):
        create_api_key(owner=by, name=name, scopes=["patients:read"], by=by)
    change_password(password="another-long-password", this="", by=by)
    by.refresh_from_db()
    assert by.check_password("another-long-password")
    assert AuditEvent.objects.get(action="password.changed").details == {"browsers": 0, "keys": 2}
    change_password(password="a-third-long-password", this="", by=by)
    assert AuditEvent.objects.filter(action="api_key.revoked").count() == 2
