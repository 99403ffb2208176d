import pytest

from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import NotAllowed
from clinic.rules.permissions import Permission, Role
from tests.factories.records import staff

pytestmark = pytest.mark.django_db


def test_who_may_passes_and_who_may_not_is_refused() -> None:
    person = staff(Role.RECEPTIONIST)
    require(person, Permission.PATIENT_REGISTER)
    with pytest.raises(NotAllowed, match=r"session\.sign"):
        require(person, Permission.SESSION_SIGN)


def test_who_left_may_nothing() -> None:
    person = staff(Role.RECEPTIONIST)
    person.is_active = False
    with pytest.raises(NotAllowed):
        require(person, Permission.PATIENT_REGISTER)


def test_a_key_allows_no_more_than_its_scopes() -> None:
    person = staff(Role.PHYSIOTHERAPIST)
    token = audit.origin.set(audit.Origin(limits=frozenset({Permission.PATIENT_READ})))
    try:
        require(person, Permission.PATIENT_READ)
        with pytest.raises(NotAllowed):
            require(person, Permission.SESSION_SIGN)
    finally:
        audit.origin.reset(token)
