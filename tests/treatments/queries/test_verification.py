"""Whatever is altered behind the application's back is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from clinic import clock
from clinic.database.roles import as_owner
from tests.factories.records import a_case, a_consent, a_physio, a_signed_session
from treatments.actions.addenda import add_addendum, correct_session
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import Session
from treatments.queries.verification import Checked, verify_records

SINCE = {"response": "BETTER", "pain": "2"}
EXERCISE = {"name": "Calf raise", "sets": "3", "reps": "8", "load_kg": "10.5"}
EVENT = {"what": "Bruise", "severity": "MILD", "onset_on": clock.today().isoformat(), "modality": "RSWT"}
# What a superuser alters of a signed record: the statement, and how it is found.
TAMPERED = {
    "a text": ("UPDATE treatments_session SET subjective = subjective || '.' WHERE id = '<session>'", "/row/subjective"),
    "the day": ("UPDATE treatments_session SET occurred_on = occurred_on - 1 WHERE id = '<session>'", "/row/occurred_on"),
    "the signer": ("UPDATE treatments_session SET signed_name = 'X' WHERE id = '<session>'", "/row/signed_name"),
    "the number": ("UPDATE treatments_session SET signed_hcpc_number = 'PH99999' WHERE id = '<session>'", "/row/signed_hcpc"),
    "the time of entry": ("UPDATE treatments_session SET created_at = created_at - '1 h'::interval WHERE id = '<session>'", "/row/created_at"),
    "the time of signing": ("UPDATE treatments_session SET signed_at = signed_at + '1 us'::interval WHERE id = '<session>'", "/row/signed_at"),
    "a dose": (
        "UPDATE treatments_application SET parameters = jsonb_set(parameters, '{pressure_bar}', '2.1')"
        " WHERE session_id = '<session>' AND addendum_id IS NULL",
        "/parts/treatments.application/0/parameters/pressure_bar",
    ),
    "a value": (
        "UPDATE treatments_measurement SET value = value + 0.001 WHERE session_id = '<session>' AND addendum_id IS NULL",
        "/parts/treatments.measurement/0/value",
    ),
    "a value is taken out": (
        "DELETE FROM treatments_measurement WHERE session_id = '<session>' AND measure_code = 'NPRS'",
        "/parts/treatments.measurement/",
    ),
    "a value is slipped in": (
        "INSERT INTO treatments_measurement SELECT gen_random_uuid(), m.created_at, m.measure_code, m.context, 'LEFT',"
        " m.moment, m.value, m.hard_min, m.hard_max, m.case_id, m.measure_key, m.session_id FROM treatments_measurement m"
        " WHERE session_id = '<session>' AND measure_code = 'KTW_CM' AND addendum_id IS NULL",
        "/parts/treatments.measurement/",
    ),
    "an exercise": ("UPDATE treatments_homeexercise SET load_kg = 11", "/parts/treatments.homeexercise/0/load_kg"),
    "an adverse event": ("UPDATE treatments_adverseevent SET severity = 'SEVERE'", "/parts/treatments.adverseevent/0/severity"),
    "what was since": ("UPDATE treatments_sincelast SET pain = 3", "/parts/treatments.sincelast/0/pain"),
    "the catalogue": (
        "UPDATE treatments_modality SET label = 'Something else' WHERE code = 'RSWT'",
        "/definitions/treatments.modality/RSWT@1/label",
    ),
    "the words of an addendum": ("UPDATE treatments_addendum SET text = 'x' WHERE kind = 'ADDS'", "/row/text"),
    "a correction": (
        "UPDATE treatments_measurement SET value = 9.9 WHERE addendum_id IS NOT NULL",
        "/parts/treatments.measurement/0/value",
    ),
    "an answer": ("UPDATE treatments_screeninganswer SET is_yes = true", "/parts/treatments.screeninganswer/0/is_yes"),
    "a consent": ("UPDATE cases_consent SET form = 'WRITTEN'", "/row/form"),
    "a seal alone": ("UPDATE clinic_seal SET text = replace(text, 'stairs', 'ladder') WHERE row_id = '<session>'", "fingerprint"),
    "a seal with its fingerprint": (
        "UPDATE clinic_seal SET text = replace(text, 'stairs', 'ladder') WHERE row_id = '<session>';"
        "UPDATE clinic_seal SET sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex') WHERE row_id = '<session>'",
        "no audit event carries",
    ),
    "a record, its seal and its fingerprint": (
        "UPDATE treatments_session SET subjective = 'Better on the ladder.' WHERE id = '<session>';"
        "UPDATE clinic_seal SET text = replace(text, 'stairs', 'ladder') WHERE row_id = '<session>';"
        "UPDATE clinic_seal SET sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex') WHERE row_id = '<session>'",
        "no audit event carries",
    ),
    "a seal is removed": ("DELETE FROM clinic_seal WHERE row_id = '<session>'", "has no seal"),
    "the event of a signing is removed": (
        "DELETE FROM clinic_auditevent WHERE row_id = '<session>' AND action = 'session.signed'",
        "no audit event carries",
    ),
    "a session becomes a draft again": (
        "UPDATE treatments_session SET status = 'DRAFT', signed_at = NULL, signed_by_id = NULL, signed_name = '',"
        " version = version + 1 WHERE id = '<session>'",
        "is gone, or is not signed any more",
    ),
}  # fmt: skip
TABLES = (
    *("treatments_session", "treatments_application", "treatments_measurement", "treatments_homeexercise"),
    *("treatments_adverseevent", "treatments_sincelast", "treatments_modality", "treatments_addendum"),
    *("treatments_screeninganswer", "cases_consent", "clinic_seal", "clinic_auditevent"),
)


@pytest.fixture
def signed(own_database: str) -> Session:
    """Something signed of most kinds; the one of which most is said."""
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by, clock.today(), subjective="First.")
    session = a_signed_session(case, by, since=SINCE, exercises=[EXERCISE], adverse_events=[EVENT])
    add_addendum(session=session, text="His wife was told.", by=by)
    row = session.measurements.latest().get(measure_code="KTW_CM")
    told = {"measurements": [{"id": str(row.pk), "value": "4.2"}]}
    correct_session(session=session, told=told, reason="Typing.", by=by)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    a_consent(case, by, "RSWT")
    return session


def said_by_the_command() -> tuple[str, bool]:
    """What it says, and whether all is well."""
    out = StringIO()
    try:
        call_command("verify_records", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


@contextmanager
def tampered(statements: str) -> Iterator[None]:
    """Within it, the statements have been run by somebody whom no guard stops."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements.split(";"):
            cursor.execute(statement)
            assert cursor.rowcount, statement
        yield
        transaction.set_rollback(True)


def test_each_tampering_is_named(signed: Session) -> None:
    said, is_well = said_by_the_command()
    assert is_well, said
    assert "8 signed records compared" in said
    missed = {}
    for name, (statements, expected) in TAMPERED.items():
        with tampered(statements.replace("<session>", str(signed.pk))):
            said, is_well = said_by_the_command()
        if is_well or expected not in said:
            missed[name] = said
    assert not missed
    assert said_by_the_command()[1]


@pytest.mark.django_db
def test_it_costs_the_same_for_one_record_and_for_many(django_assert_num_queries: Any) -> None:
    by = a_physio()
    case = a_case(by)
    for how_many in (1, 6):
        for _turn in range(how_many):
            a_signed_session(case, by)
        with django_assert_num_queries(31):
            assert list(verify_records(Checked())) == []
