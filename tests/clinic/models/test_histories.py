from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from cases.actions.patients import change_patient
from cases.models import Patient
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


def change_by_update(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(sport="Running", version=F("version") + 1)


def change_in_bulk(patient: Patient) -> None:
    patient.sport, patient.version = "Running", patient.version + 1
    Patient.objects.bulk_update([patient], ["sport", "version"])


def change_raw(patient: Patient) -> None:
    run("UPDATE cases_patient SET sport = 'Running', version = version + 1 WHERE id = %s", patient)


def change_by_conflict(patient: Patient) -> None:
    columns = ", ".join(f.column for f in Patient._meta.local_concrete_fields if not f.generated)
    run(
        f"INSERT INTO cases_patient ({columns}) SELECT {columns} FROM cases_patient WHERE id = %s"
        " ON CONFLICT (id) DO UPDATE SET sport = 'Running', version = cases_patient.version + 1",
        patient,
    )


def change_by_merge(patient: Patient) -> None:
    run(
        "MERGE INTO cases_patient p USING (SELECT %s::uuid AS id) s ON p.id = s.id"
        " WHEN MATCHED THEN UPDATE SET sport = 'Running', version = version + 1",
        patient,
    )


def change_in_a_subquery(patient: Patient) -> None:
    run(
        "WITH c AS (UPDATE cases_patient SET sport = 'Running', version = version + 1 WHERE id = %s RETURNING 1)"
        " SELECT count(*) FROM c",
        patient,
    )


def run(statement: str, patient: Patient) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [patient.pk])


@pytest.mark.parametrize(
    "change",
    [change_by_update, change_in_bulk, change_raw, change_by_conflict, change_by_merge, change_in_a_subquery],
)
def test_whoever_writes_however_is_kept_from_and_to(change: Callable[[Patient], None]) -> None:
    patient = a_patient(a_physio(), sport="Chess")
    change(patient)
    kept = RowChange.objects.get(row_id=patient.pk)
    assert (kept.row_type, kept.changes) == ("cases_patient", {"sport": ["Chess", "Running"]})


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
        "ALTER TABLE cases_patient DISABLE TRIGGER ALL",
        "DROP TRIGGER z_keeps_history ON cases_patient",
        "CREATE TRIGGER x AFTER UPDATE ON cases_case FOR EACH ROW EXECUTE FUNCTION clinic_keep_history()",
        "CREATE TEMP TABLE mine (id uuid)",
        "SELECT clinic_keep_history()",
        "SET session_replication_role = replica",
        "SET LOCAL ROLE casebook_owner",
        "ALTER FUNCTION clinic_keep_history() RESET search_path",
        "CREATE OR REPLACE FUNCTION clinic_keep_history() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE FUNCTION public.jsonb_each(jsonb) RETURNS int LANGUAGE sql AS 'SELECT 1'",
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
