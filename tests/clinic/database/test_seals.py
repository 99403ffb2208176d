import threading

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.patients import change_patient
from clinic.database import seals
from clinic.models import AuditEvent, AuditLink, RowChange
from clinic.rules.chains import Link, Walk
from tests.factories.records import a_patient, a_physio
from tests.factories.tampering import as_application, needs_a_superuser, open_transaction, tamper, wait_until_settled


def some_events(*, settled: bool = True) -> None:
    by = a_physio()
    patient = a_patient(by)
    change_patient(patient=patient, version=1, changes={"phone": "020 2"}, by=by)
    if settled:
        wait_until_settled()


def differing() -> list[str]:
    with transaction.atomic():
        seals.look_at_one_moment()
        return list(Walk({}).differences(Link(*row) for row in seals.streamed(seals.LINKS)))


def test_everything_that_was_committed_gets_one_link_in_order(own_database: str) -> None:
    some_events()
    sealed = seals.seal_all()
    links = list(AuditLink.objects.order_by("position"))
    assert [link.position for link in links] == list(range(1, sealed.rows + 1))
    assert sealed.rows == AuditEvent.objects.count() + RowChange.objects.count()
    assert {(link.kind, link.row_id) for link in links} == {
        *(("EVENT", pk) for pk in AuditEvent.objects.values_list("pk", flat=True)),
        *(("CHANGE", pk) for pk in RowChange.objects.values_list("pk", flat=True)),
    }
    assert [link.xid for link in links] == sorted(link.xid for link in links)
    assert differing() == []
    assert seals.seal_all().rows == 0


def test_batches_of_any_size_make_one_chain(own_database: str) -> None:
    some_events()
    there = AuditEvent.objects.count() + RowChange.objects.count()
    counts = []
    while rows := seals.seal(3).rows:
        counts.append(rows)
    assert sum(counts) == there
    assert set(counts[:-1]) == {3}
    assert seals.seal(10**9).rows == 0
    assert differing() == []


def test_what_an_open_transaction_wrote_waits_and_is_not_forgotten(own_database: str) -> None:
    with open_transaction(own_database) as link:
        some_events(settled=False)  # begins later and ends earlier
        seals.seal_all()
        waiting = AuditEvent.objects.count()
        link.commit()
    wait_until_settled()
    seals.seal_all()
    assert AuditLink.objects.filter(kind="EVENT").count() == AuditEvent.objects.count() == waiting + 1
    assert differing() == []


def test_sealers_take_turns(own_database: str) -> None:
    some_events()
    faults: list[Exception] = []

    def run() -> None:
        try:
            for _ in range(5):
                seals.seal(2)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seals.seal_all()
    assert faults == []
    assert differing() == []
    assert AuditLink.objects.count() == AuditEvent.objects.count() + RowChange.objects.count()


@needs_a_superuser
def test_a_copy_on_a_younger_server_goes_on(own_database: str) -> None:
    """pg_dump keeps the numbers of transactions, and the server that reads it may count far below them."""
    some_events()
    tamper(
        own_database,
        "UPDATE clinic_auditevent SET xid = xid + 1000000000",
        "UPDATE clinic_rowchange SET xid = xid + 1000000000",
    )
    seals.seal(4)
    some_events()  # of the younger server, with lower numbers
    while seals.seal(3).rows:
        pass
    some_events()
    seals.seal_all()
    assert AuditLink.objects.count() == AuditEvent.objects.count() + RowChange.objects.count()
    assert differing() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO clinic_auditlink VALUES (1, 'EVENT', gen_random_uuid(), 1, '', '', now())",
        "UPDATE clinic_auditlink SET chained_sha256 = ''",
        "DELETE FROM clinic_auditlink",
        "TRUNCATE clinic_auditlink",
        "ALTER TABLE clinic_auditlink DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION clinic_seal_audit(most integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION clinic_seal_audit RESET search_path",
        "DROP FUNCTION clinic_seal_audit",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_touch_the_chain(statement: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_its_function_is_the_applications_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('public', 'clinic_seal_audit(integer)', 'EXECUTE'),"
            " has_function_privilege(current_user, 'clinic_seal_audit(integer)', 'EXECUTE'), prosecdef, proconfig"
            " FROM pg_proc WHERE proname = 'clinic_seal_audit'"
        )
        anybody, application, is_definer, settings = cursor.fetchone()
    assert (anybody, application, is_definer) == (False, True, True)
    assert "search_path=pg_catalog, public, pg_temp" in settings


def test_temporary_tables_and_times_of_the_caller_change_nothing(own_database: str) -> None:
    some_events()
    link = as_application(own_database)
    try:
        refused = pytest.raises(psycopg2.Error)  # not even temporary tables are granted
        with refused, link, link.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE clinic_auditevent AS SELECT 1")
        with link, link.cursor() as cursor:
            cursor.execute("SET search_path = pg_temp; SET timezone = 'Asia/Tokyo'; SET datestyle = 'German'")
            cursor.execute("SELECT public.clinic_seal_audit(100000)")
    finally:
        link.close()
    assert AuditLink.objects.filter(kind="EVENT").count() == AuditEvent.objects.count()
    assert differing() == []


def test_a_frozen_view_is_refused(own_database: str) -> None:
    """It would not see the links of the sealer before."""
    link = as_application(own_database)
    try:
        link.set_session(isolation_level="REPEATABLE READ")
        with link.cursor() as cursor, pytest.raises(psycopg2.Error, match="read committed"):
            cursor.execute("SELECT clinic_seal_audit(10)")
    finally:
        link.close()
