"""What the database itself refuses of addenda and corrections, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import clock
from tests.factories.records import a_case, a_note, a_physio, a_signed_session
from treatments.actions.addenda import add_addendum, correct_session
from treatments.actions.sessions import log_session
from treatments.models import Measurement, Session


@pytest.fixture
def physio(db):
    return a_physio()


@pytest.fixture
def session(physio):
    return a_signed_session(a_case(physio), physio)


def ktw(session: Session) -> Measurement:
    return session.measurements.latest().get(measure_code="KTW_CM")


def refused(statement: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE", values)
    return getattr(no.value.__cause__, "pgcode", "")


ADDENDUM = """INSERT INTO treatments_addendum
    (id, created_at, session_id, case_id, kind, error, text, signed_by_id, signed_name, signed_hcpc_number)
    SELECT gen_random_uuid(), now(), id, case_id, %s, '', 'x', author_id, 'x', '' FROM treatments_session WHERE id = %s"""
VALUE = """INSERT INTO treatments_measurement (id, created_at, session_id, case_id, measure_key, measure_code, context,
        side, moment, value, hard_min, hard_max, addendum_id, corrects_id)
    SELECT gen_random_uuid(), now(), session_id, case_id, measure_key, measure_code, context, side, moment, 9.9,
        hard_min, hard_max, %s, %s FROM treatments_measurement WHERE id = %s"""


def test_the_database_keeps_addenda(session, physio):
    addendum = add_addendum(session=session, text="x", by=physio)
    for statement in (
        "UPDATE treatments_addendum SET text = 'y' WHERE id = %s",
        "DELETE FROM treatments_addendum WHERE id = %s",
    ):
        assert refused(statement, addendum.pk) in ("CB409", "42501")


def test_an_addendum_without_event_or_of_a_draft_is_refused(session, physio):
    assert refused(ADDENDUM, "ADDS", session.pk) == "CB500"
    draft = log_session(case=session.case, document=a_note(), by=physio)
    assert refused(ADDENDUM, "ADDS", draft.pk) == "CB409"


def test_no_value_slips_in_beside_its_addendum(session, physio):
    row = ktw(session)
    words = add_addendum(session=session, text="x", by=physio)
    assert refused(VALUE, None, None, row.pk) == "CB409"  # nothing is added to what is signed
    assert refused(VALUE, None, row.pk, row.pk) in ("CB409", "23514")
    assert refused(VALUE, words.pk, row.pk, row.pk) == "CB409"  # words correct nothing
    other = a_signed_session(session.case, physio, clock.today() - timedelta(days=1))
    told = {"measurements": [{"id": str(ktw(other).pk), "value": "5"}]}
    theirs = correct_session(session=other, told=told, reason="x", by=physio)
    assert refused(VALUE, theirs.pk, row.pk, row.pk) == "23503"  # an addendum of another session
    mine = correct_session(
        session=session, told={"measurements": [{"id": str(row.pk), "value": "5"}]}, reason="x", by=physio
    )
    assert refused(VALUE, mine.pk, row.pk, row.pk) == "23505"  # corrected once


def test_a_copy_is_of_an_error_and_stays_one(session, physio):
    draft = log_session(case=session.case, document=a_note(), by=physio)
    told = "UPDATE treatments_session SET copied_from_id = %s, version = version + 1 WHERE id = %s"
    assert refused(told, session.pk, draft.pk) == "CB409"


def test_the_late_correction_needs_its_own_transaction(own_database):
    """An addendum that was committed takes no more values in."""
    physio = a_physio()
    session = a_signed_session(a_case(physio), physio)
    row = ktw(session)
    told = {"measurements": [{"id": str(row.pk), "value": "5"}]}
    addendum = correct_session(session=session, told=told, reason="x", by=physio)
    pain = session.measurements.latest().get(measure_code="NPRS")
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as no:
        cursor.execute(VALUE, [addendum.pk, pain.pk, pain.pk])
    assert no.value.__cause__.pgcode == "CB409"
