import pytest
from django.db import DatabaseError, transaction

from clinic import audit
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import staff


def test_what_is_not_atomic_is_not_told(own_database: str) -> None:
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction that does it"):
        audit.record("case.seen", by=None)
    assert not AuditEvent.objects.filter(action="case.seen").exists()


def test_an_event_goes_with_its_write_or_not_at_all(own_database: str) -> None:
    person = staff(Role.RECEPTIONIST)
    before = AuditEvent.objects.count()
    with transaction.atomic():
        audit.record("case.seen", by=person, about=person)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["seen", "Case.seen", "case.seen.twice", "case seen", ""])
def test_an_action_is_a_dotted_name(action: str) -> None:
    with pytest.raises(DatabaseError, match="audit_action_is_a_dotted_name"), transaction.atomic():
        audit.record(action, by=None)


@pytest.mark.django_db
def test_details_are_short() -> None:
    with pytest.raises(DatabaseError, match="details of an audit event are short"), transaction.atomic():
        audit.record("case.seen", by=None, details={"x": "y" * 5000})
