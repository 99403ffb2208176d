"""What the database refuses the application, by plain SQL: no code of ours stands between."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cases.actions.documents import NewPhotograph, keep_photograph, write_files
from tests.databases import as_role
from tests.factories.photographs import a_picture_file, agreed
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session
from tests.factories.scenes import Scene
from treatments.models import Measurement, Session

NO_RIGHT = "42501"
MEASURED = (
    "INSERT INTO treatments_measurement (id, created_at, session_id, case_id, measure_key, measure_code, context, side,"
    " moment, value, hard_min, hard_max) VALUES (gen_random_uuid(), now(), '{session}', '{case}', {measure}, '', '',"
    " 'BEFORE', {value}, {low}, {high})"
)
APPLIED = (
    "INSERT INTO treatments_application (id, created_at, session_id, case_id, position, modality_key, injury_id, was_given,"
    " not_given_because, parameters, skin_reaction, tolerance, note) VALUES (gen_random_uuid(), now(), '{session}', '{case}',"
    " 9, '{modality}', {injury}, true, '', '{dose}', '', '', '')"
)
VISA = "'VISA_A@1', 'VISA_A'"
DOSE = '{"pressure_bar": 2, "impulses": 2000, "frequency_hz": 8}'


@pytest.fixture
def scene(own_database: str) -> Scene:
    return Scene(own_database)


def measured(
    session: str = "<draft>",
    case: str = "<case>",
    measure: str = VISA,
    value: str = "50",
    low: str = "0",
    high: str = "100",
) -> str:
    return MEASURED.format(session=session, case=case, measure=measure, value=value, low=low, high=high)


def applied(session: str = "<draft>", modality: str = "RSWT@1", injury: str = "NULL", dose: str = DOSE) -> str:
    return APPLIED.format(session=session, case="<case>", modality=modality, injury=injury, dose=dose)


ATTACKS = {
    "a signed note is changed": (
        "UPDATE treatments_session SET plan = 'x', version = version + 1 WHERE id = '<signed>'",
        "CB409",
    ),
    "a signed note becomes a draft": (
        "UPDATE treatments_session SET status = 'DRAFT', signed_at = NULL, signed_by_id = NULL, signed_name = '',"
        " version = version + 1 WHERE id = '<signed>'",
        "CB409",
    ),
    "all signed notes are changed": ("UPDATE treatments_session SET version = version + 1", "CB409"),
    "a signed note is deleted": ("DELETE FROM treatments_session WHERE id = '<signed>'", NO_RIGHT),
    "signed notes are truncated": ("TRUNCATE treatments_session CASCADE", NO_RIGHT),
    "a signed value is changed": ("UPDATE treatments_measurement SET value = 1 WHERE id = '<value>'", NO_RIGHT),
    "a signed value is deleted": ("DELETE FROM treatments_measurement WHERE id = '<value>'", NO_RIGHT),
    "a signed dose is changed": ("UPDATE treatments_application SET parameters = '{}' WHERE id = '<dose>'", NO_RIGHT),
    "a value is added to a signed note": (measured("<signed>"), "CB409"),
    "a dose is added to a signed note": (applied("<signed>"), "CB409"),
    "a value is added by ON CONFLICT": (measured("<signed>") + " ON CONFLICT DO NOTHING", "CB409"),
    "a value is changed by ON CONFLICT": (
        measured("<signed>") + " ON CONFLICT (id) DO UPDATE SET value = 1",
        NO_RIGHT,
    ),
    "a value is added by a CTE": ("WITH x AS (" + measured("<signed>") + " RETURNING id) SELECT * FROM x", "CB409"),
    "a note is changed by MERGE": (
        "MERGE INTO treatments_session t USING (SELECT '<signed>'::uuid AS id) s ON t.id = s.id"
        " WHEN MATCHED THEN UPDATE SET plan = 'x', version = t.version + 1",
        "CB409",
    ),
    "a value is slipped into a draft": (measured(), "CB409"),
    "a dose is slipped into a draft": (applied(), "CB409"),
    "a note is born signed": (
        "INSERT INTO treatments_session (id, created_at, updated_at, version, case_id, site_id, author_id, status, kind,"
        " occurred_on, subjective, objective, assessment, plan, draft, draft_version, signed_at, signed_by_id, signed_name,"
        " signed_hcpc_number, discarded_because) SELECT gen_random_uuid(), now(), now(), 1, case_id, site_id, author_id,"
        " 'SIGNED', kind, occurred_on, '', '', '', '', '{}', 1, now(), author_id, 'X', '', '' FROM treatments_session"
        " WHERE id = '<signed>'",
        "CB409",
    ),
    "a draft is saved over a newer one": (
        "UPDATE treatments_session SET draft = '{\"plan\": \"x\"}' WHERE id = '<draft>'",
        "CB412",
    ),
    "a draft jumps ahead": (
        "UPDATE treatments_session SET draft_version = draft_version + 2 WHERE id = '<draft>'",
        "CB412",
    ),
    "a draft gets another author": (
        "UPDATE treatments_session SET author_id = (SELECT id FROM clinic_staffmember WHERE id <> '<by>' LIMIT 1),"
        " version = version + 1 WHERE id = '<draft>'",
        "CB409",
    ),
    "a draft moves to another case": (
        "UPDATE treatments_session SET case_id = '<other>', version = version + 1 WHERE id = '<draft>'",
        "CB409",
    ),
    "a version stands still": ("UPDATE cases_case SET title = 'x' WHERE id = '<case>'", "CB412"),
    "a version jumps": ("UPDATE cases_case SET title = 'x', version = version + 2 WHERE id = '<case>'", "CB412"),
    "a case is changed without an event": (
        "UPDATE cases_case SET title = 'x', version = version + 1 WHERE id = '<case>'",
        "CB500",
    ),
    "a patient is changed without an event": (
        "UPDATE cases_patient SET phone = '1', version = version + 1 WHERE id = '<patient>'",
        "CB500",
    ),
    "a row gets another id": (
        "UPDATE cases_patient SET id = gen_random_uuid(), version = version + 1 WHERE id = '<patient>'",
        "CB409",
    ),
    "a row is backdated": (
        "UPDATE cases_patient SET created_at = '2001-01-01', version = version + 1 WHERE id = '<patient>'",
        "CB409",
    ),
    "a case moves to another patient": (
        "UPDATE cases_case SET patient_id = (SELECT patient_id FROM cases_case WHERE id = '<other>'), version = version + 1"
        " WHERE id = '<case>'",
        "CB409",
    ),
    "a patient is deleted": ("DELETE FROM cases_patient", NO_RIGHT),
    "a case is deleted": ("DELETE FROM cases_case", NO_RIGHT),
    "a prior treatment lies in the future": (
        "UPDATE cases_priortreatment SET started_on = current_date + 9, started_precision = 'DAY', version = version + 1",
        "CB422",
    ),
    "a prior treatment lies before the birth": (
        "UPDATE cases_priortreatment SET started_on = '1950-01-01', started_precision = 'YEAR', version = version + 1",
        "CB422",
    ),
    "an NHS number is wrong": (
        "UPDATE cases_patient SET nhs_number = '9991001019', version = version + 1 WHERE id = '<patient>'",
        "patient_nhs_number_passes_its_check_digit",
    ),
    "a patient is born tomorrow": (
        "UPDATE cases_patient SET born_on = current_date + 5, version = version + 1 WHERE id = '<patient>'",
        "CB422",
    ),
    "an event is changed": ("UPDATE clinic_auditevent SET staff_id = NULL", NO_RIGHT),
    "an event is deleted": ("DELETE FROM clinic_auditevent", NO_RIGHT),
    "a limit is lifted": ("UPDATE treatments_measure SET hard_max = 1000 WHERE code = 'VISA_A'", NO_RIGHT),
    "a limit of a dose is lifted": ("UPDATE treatments_modalityparameter SET hard_max = 1000", NO_RIGHT),
    "a measure is invented": ("INSERT INTO treatments_measure (id) SELECT gen_random_uuid()", NO_RIGHT),
    "a value lies above its limit": (measured(value="101"), "measurement_lies_within_the_limits_of_its_measure"),
    "a value brings limits of its own": (
        measured(value="101", high="1000"),
        "measurement_carries_the_limits_of_its_measure",
    ),
    "a value is not a number": (measured(value="'NaN'"), "measurement_lies_within_the_limits_of_its_measure"),
    "a value has another measure's code": (
        measured(measure="'VISA_A@1', 'NPRS'"),
        "measurement_code_is_of_its_measure",
    ),
    "a value is of another case": (measured(case="<other>"), "measurement_is_of_the_case_of_its_session"),
    "a dose is above its limit": (applied(dose=DOSE.replace(": 2,", ": 23,")), "CB422"),
    "a dose is below its limit": (applied(dose=DOSE.replace(": 2,", ": 0.1,")), "CB422"),
    "a dose is a text": (applied(dose=DOSE.replace(": 2,", ': "2",')), "CB422"),
    "a dose has an unknown parameter": (applied(dose=DOSE.replace("{", '{"colour": 1, ')), "CB422"),
    "a dose lacks a parameter": (applied(dose='{"pressure_bar": 2}'), "CB422"),
    "a dose has a choice of its own": (
        applied(modality="IASTM@1", dose='{"total_time_min": 5, "tool_type": "SPOON"}'),
        "CB422",
    ),
    "a dose is for another case's injury": (
        applied(injury="'<other_injury>'"),
        "application_treats_an_injury_of_its_case",
    ),
    "a trigger is switched off": ("ALTER TABLE treatments_session DISABLE TRIGGER ALL", NO_RIGHT),
    "all triggers are passed by": ("SET session_replication_role = replica", NO_RIGHT),
    "a table is dropped": ("DROP TABLE treatments_measurement", NO_RIGHT),
    "a temporary table stands before ours": ("CREATE TEMP TABLE treatments_session (id uuid, status text)", NO_RIGHT),
    "a table is made": ("CREATE TABLE mine (x int)", NO_RIGHT),
    "a guard is replaced": (
        "CREATE OR REPLACE FUNCTION clinic_never_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        NO_RIGHT,
    ),
}


def test_attacks_as_the_application(scene: Scene) -> None:
    seen = {name: scene.attack(scene.filled(statement)) for name, (statement, _) in ATTACKS.items()}
    assert seen == {name: expected for name, (_, expected) in ATTACKS.items()}


OWNER_ATTACKS = [
    "UPDATE treatments_session SET plan = 'x', version = version + 1 WHERE id = '<signed>'",
    "DELETE FROM treatments_session WHERE id = '<signed>'",
    "UPDATE treatments_measurement SET value = 1 WHERE id = '<value>'",
    "DELETE FROM treatments_measurement WHERE id = '<value>'",
    "UPDATE treatments_application SET note = 'x' WHERE id = '<dose>'",
    "TRUNCATE treatments_measurement",
    "TRUNCATE clinic_auditevent CASCADE",
    "DELETE FROM clinic_auditevent",
    "UPDATE treatments_measure SET hard_max = 1000 WHERE code = 'VISA_A'",
    "DELETE FROM cases_patient WHERE id = '<patient>'",
]


@pytest.mark.parametrize("statement", OWNER_ATTACKS)
def test_the_owner_is_refused_too(scene: Scene, statement: str) -> None:
    assert scene.attack(scene.filled(statement), settings.DATABASE_OWNER) == "CB409"


def test_an_event_cannot_be_backdated(scene: Scene) -> None:
    forged = (
        "INSERT INTO clinic_auditevent (id, created_at, at, xid, action, row_type, door, details) VALUES"
        " (gen_random_uuid(), '2001-01-01', '2001-01-01', 1, 'case.seen', '', 'page', '{}') RETURNING at, created_at, xid"
    )
    link = as_role(settings.DATABASES["default"], scene.database)
    with link, link.cursor() as cursor:
        cursor.execute(forged)
        at, created_at, xid = cursor.fetchone()
        cursor.execute("SELECT now(), pg_current_xact_id()::text::bigint")
        now, mine = cursor.fetchone()
    link.close()
    assert at == created_at
    assert abs((at - now).total_seconds()) < 5
    assert xid == mine


def test_a_future_visit_cannot_be_signed(scene: Scene) -> None:
    statement = (
        "UPDATE treatments_session SET status = 'SIGNED', occurred_on = current_date + 2, signed_at = now(), draft = '{}',"
        " draft_version = draft_version + 1, signed_by_id = author_id, signed_name = 'X', version = version + 1 WHERE id = '<draft>'"
    )
    assert scene.attack(scene.filled(statement)) == "CB422"
    assert scene.attack(scene.filled(statement.replace("current_date + 2", "'1950-01-01'"))) == "CB422"


def test_django_is_refused_as_well(own_database: str) -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)
    refused: list[Callable[[], Any]] = [
        lambda: Session.objects.filter(pk=session.pk).update(plan="x", version=2),
        lambda: Session.objects.bulk_update([Session(pk=session.pk, plan="x", version=3)], ["plan", "version"]),
        lambda: Measurement.objects.update(value=1),
        lambda: session.measurements.all().delete(),
    ]
    for attempt in refused:
        with pytest.raises(Exception, match=r"signed|denied"):
            attempt()
    session.refresh_from_db()
    assert session.plan == ""


def test_two_patients_do_not_share_a_number(own_database: str) -> None:
    by = a_physio()
    a_patient(by, nhs_number="999 100 1018")
    with pytest.raises(Exception, match="has this number already"):
        a_patient(by, nhs_number="9991001018")


def test_a_photograph_that_was_on_file_is_not_slipped_into_a_note(scene: Scene, documents: Path) -> None:
    told = NewPhotograph("Right ankle")
    agreed(scene.case, scene.by)
    on_file = keep_photograph(case=scene.case, kept=write_files(a_picture_file()), told=told, by=scene.by)
    statement = (
        "INSERT INTO treatments_sessiondocument (id, created_at, session_id, document_id, case_id) VALUES"
        f" (gen_random_uuid(), now(), '<draft>', '{on_file.pk}', '<case>')"
    )
    assert scene.attack(scene.filled(statement)) == "CB409"
