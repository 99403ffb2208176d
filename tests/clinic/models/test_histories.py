import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.patients import change_patient
from clinic.models import RowChange
from clinic.queries import changes_of
from tests.factories.records import a_patient, a_physio

pytestmark = pytest.mark.django_db


def test_each_change_is_kept_with_who_made_it() -> None:
    by = a_physio(name="Ada Writer")
    patient = a_patient(by, phone="020 1")
    change_patient(patient=patient, version=1, changes={"phone": "020 2", "known_as": "Annie"}, by=by)
    change_patient(patient=patient, version=2, changes={"phone": ""}, by=by)
    last, first = changes_of([patient.pk])
    assert first.fields == {"phone": ("020 1", "020 2"), "known_as": ("", "Annie")}
    assert (last.fields, last.by, last.action) == ({"phone": ("020 2", "")}, "Ada Writer", "patient.changed")


def test_raw_writes_are_kept_too() -> None:
    patient = a_patient(a_physio())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_patient SET sport = 'Running', version = version + 1 WHERE id = %s", [patient.pk])
    assert RowChange.objects.get(row_id=patient.pk).changes == {"sport": ["", "Running"]}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO clinic_rowchange (id, created_at, at, xid, row_type, row_id, changes)"
        " VALUES (gen_random_uuid(), now(), now(), 1, 'cases_patient', gen_random_uuid(), '{}')",
        "UPDATE clinic_rowchange SET changes = '{}'",
        "DELETE FROM clinic_rowchange",
        "TRUNCATE clinic_rowchange",
        "ALTER TABLE cases_patient DISABLE TRIGGER z_keeps_history",
        "CREATE TRIGGER x AFTER UPDATE ON cases_case FOR EACH ROW EXECUTE FUNCTION clinic_keep_history()",
    ],
)
def test_the_application_cannot_forge_it(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_nobody_but_the_owner_may_use_its_function() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege(current_user, 'clinic_keep_history()', 'EXECUTE')")
        assert cursor.fetchone() == (False,)


def test_passwords_and_logins_leave_no_history() -> None:
    person = a_physio()
    person.set_password("another-long-password")
    person.save(update_fields=["password"])
    assert not RowChange.objects.filter(row_id=person.pk).exists()
