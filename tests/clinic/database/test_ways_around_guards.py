"""The ways around a guard of a row: MERGE, ON CONFLICT, joins, bulk, cascades, roles; and a merge that moves a case."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cases.actions.cases import NewInjury, start_case
from cases.models import Case, Patient
from tests.clinic.database.test_guards import APPLIED, DOSE, NO_RIGHT, measured
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of
from tests.factories.scenes import Scene
from treatments.actions.addenda import add_addendum
from treatments.models import Addendum, Application, Measurement, Session

COLUMNS = [f.column for f in Session._meta.concrete_fields if not f.generated]
AS_A_DRAFT = {
    "status": "'DRAFT'",
    "signed_at": "NULL",
    "signed_by_id": "NULL",
    "signed_name": "''",
    "signed_hcpc_number": "''",
}
# The signed note once more under its own id, as a draft may be born: what follows decides.
SENT_AGAIN = (
    f"INSERT INTO treatments_session ({', '.join(COLUMNS)})"
    f" SELECT {', '.join(AS_A_DRAFT.get(column, column) for column in COLUMNS)} FROM treatments_session"
    " WHERE id = '<signed>' ON CONFLICT (id) DO UPDATE SET "
)
ONE = " USING (SELECT '<{0}>'::uuid AS id) s ON t.id = s.id "
NOBODY = " USING (SELECT gen_random_uuid() AS id) s ON t.id = s.id WHEN NOT MATCHED THEN "


def inserted(statement: str) -> str:
    """An INSERT as the last part of a MERGE has it."""
    columns, values = statement.split(" VALUES ")
    return f"INSERT {columns[columns.index('(') :]} VALUES {values}"


VALUE = inserted(measured("<signed>"))
TREATMENT = inserted(APPLIED.format(session="<signed>", case="<case>", modality="RSWT@1", injury="NULL", dose=DOSE))
ATTACKS = {
    "MERGE deletes a signed note": (
        "MERGE INTO treatments_session t" + ONE.format("signed") + "WHEN MATCHED THEN DELETE",
        NO_RIGHT,
    ),
    "MERGE makes a signed note a draft": (
        "MERGE INTO treatments_session t" + ONE.format("signed") + "WHEN MATCHED THEN UPDATE SET status = 'DRAFT',"
        " signed_at = NULL, signed_by_id = NULL, signed_name = '', version = t.version + 1",
        "CB409",
    ),
    "MERGE changes all notes that match": (
        "MERGE INTO treatments_session t USING treatments_session s ON t.case_id = s.case_id AND t.status = 'SIGNED'"
        " AND t.id = s.id WHEN MATCHED THEN UPDATE SET objective = 'x', version = t.version + 1",
        "CB409",
    ),
    "MERGE changes a signed value": (
        "MERGE INTO treatments_measurement t" + ONE.format("value") + "WHEN MATCHED THEN UPDATE SET value = 1",
        NO_RIGHT,
    ),
    "MERGE deletes a signed value": (
        "MERGE INTO treatments_measurement t" + ONE.format("value") + "WHEN MATCHED THEN DELETE",
        NO_RIGHT,
    ),
    "MERGE changes a signed dose": (
        "MERGE INTO treatments_application t" + ONE.format("dose") + "WHEN MATCHED THEN UPDATE SET note = 'x'",
        NO_RIGHT,
    ),
    "MERGE adds a value to a signed note": ("MERGE INTO treatments_measurement t" + NOBODY + VALUE, "CB409"),
    "MERGE adds a dose to a signed note": ("MERGE INTO treatments_application t" + NOBODY + TREATMENT, "CB409"),
    "MERGE changes a seal": (
        "MERGE INTO clinic_seal t USING (SELECT '<signed>'::uuid AS id) s ON t.row_id = s.id"
        " WHEN MATCHED THEN UPDATE SET text = 'x'",
        NO_RIGHT,
    ),
    "ON CONFLICT changes a signed note": (SENT_AGAIN + "plan = 'x', version = treatments_session.version + 1", "CB409"),
    "ON CONFLICT makes a signed note a draft": (
        SENT_AGAIN
        + "status = 'DRAFT', signed_at = NULL, signed_by_id = NULL, version = treatments_session.version + 1",
        "CB409",
    ),
    "ON CONFLICT changes a signed value": (
        measured("<signed>").replace("gen_random_uuid()", "'<value>'") + " ON CONFLICT (id) DO UPDATE SET value = 1",
        NO_RIGHT,
    ),
    "ON CONFLICT changes a signed dose": (
        APPLIED.format(session="<signed>", case="<case>", modality="RSWT@1", injury="NULL", dose=DOSE).replace(
            "gen_random_uuid()", "'<dose>'"
        )
        + " ON CONFLICT (id) DO UPDATE SET note = 'x'",
        NO_RIGHT,
    ),
    "ON CONFLICT leaves a signed value, and nothing is added": (
        measured("<signed>").replace("gen_random_uuid()", "'<value>'") + " ON CONFLICT (id) DO NOTHING",
        "CB409",
    ),
    "notes are changed by a join": (
        "UPDATE treatments_session t SET plan = 'x', version = t.version + 1 FROM cases_case c"
        " WHERE c.id = t.case_id AND c.patient_id = '<patient>' AND t.status = 'SIGNED'",
        "CB409",
    ),
    "a note is changed in a subquery": (
        "WITH c AS (UPDATE treatments_session SET plan = 'x', version = version + 1 WHERE id = '<signed>' RETURNING 1)"
        " SELECT count(*) FROM c",
        "CB409",
    ),
    "values are copied into a signed note": (
        "INSERT INTO treatments_measurement (id, created_at, session_id, case_id, measure_key, measure_code, context,"
        " side, moment, value, hard_min, hard_max) SELECT gen_random_uuid(), now(), session_id, case_id, measure_key,"
        " measure_code, context, side, 'AFTER', value, hard_min, hard_max FROM treatments_measurement"
        " WHERE session_id = '<signed>'",
        "CB409",
    ),
    "a signed value moves to a draft": (
        "UPDATE treatments_measurement SET session_id = '<draft>' WHERE id = '<value>'",
        NO_RIGHT,
    ),
    "a patient is deleted with all that is signed": ("DELETE FROM cases_patient WHERE id = '<patient>'", NO_RIGHT),
    "a case is deleted with all that is signed": ("DELETE FROM cases_case WHERE id = '<case>'", NO_RIGHT),
    "a key takes all with it": (
        "ALTER TABLE treatments_measurement ADD CONSTRAINT mine FOREIGN KEY (case_id) REFERENCES cases_case (id)"
        " ON DELETE CASCADE",
        NO_RIGHT,
    ),
    "patients are truncated with all that is signed": ("TRUNCATE cases_patient CASCADE", NO_RIGHT),
    "a consent moves to another patient": (
        "UPDATE cases_consent SET patient_id = (SELECT patient_id FROM cases_case WHERE id = '<other>')",
        NO_RIGHT,
    ),
    "triggers are passed by in this transaction": ("SET LOCAL session_replication_role = replica", NO_RIGHT),
    "triggers are passed by by a function": (
        "SELECT set_config('session_replication_role', 'replica', false)",
        NO_RIGHT,
    ),
    "triggers are passed by from the next login on": (
        "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
        NO_RIGHT,
    ),
    "the triggers of values are switched off": ("ALTER TABLE treatments_measurement DISABLE TRIGGER USER", NO_RIGHT),
    "one trigger is switched off": ("ALTER TABLE treatments_session DISABLE TRIGGER a_signed_is_signed", NO_RIGHT),
    "a trigger fires in a replica alone": (
        "ALTER TABLE treatments_session ENABLE REPLICA TRIGGER a_signed_is_signed",
        NO_RIGHT,
    ),
    "a trigger is removed": ("DROP TRIGGER a_signed_is_signed ON treatments_session", NO_RIGHT),
    "a rule stands before the guard": (
        "CREATE RULE mine AS ON INSERT TO treatments_measurement DO INSTEAD NOTHING",
        NO_RIGHT,
    ),
    "a right is granted to oneself": (
        "GRANT UPDATE ON treatments_measurement TO CURRENT_USER; UPDATE treatments_measurement SET value = 1",
        NO_RIGHT,
    ),
    "the table becomes one's own": ("ALTER TABLE treatments_measurement OWNER TO CURRENT_USER", NO_RIGHT),
    "one becomes the owner": (f'SET ROLE "{settings.DATABASE_OWNER["USER"]}"', NO_RIGHT),
    "values are read in from a file": ("COPY treatments_measurement FROM '/dev/null'", NO_RIGHT),
}


@pytest.fixture
def scene(own_database: str) -> Scene:
    return Scene(own_database)


def test_ways_around_as_the_application(scene: Scene) -> None:
    seen = {name: scene.attack(scene.filled(statement)) for name, (statement, _) in ATTACKS.items()}
    assert seen == {name: expected for name, (_, expected) in ATTACKS.items()}


OWNER_ATTACKS = [
    "DELETE FROM cases_case WHERE id = '<case>'",
    "TRUNCATE cases_patient CASCADE",
    "MERGE INTO treatments_measurement t" + ONE.format("value") + "WHEN MATCHED THEN DELETE",
    "MERGE INTO treatments_application t" + ONE.format("dose") + "WHEN MATCHED THEN UPDATE SET note = 'x'",
    measured("<signed>").replace("gen_random_uuid()", "'<value>'") + " ON CONFLICT (id) DO UPDATE SET value = 1",
    SENT_AGAIN + "plan = 'x', version = treatments_session.version + 1",
]


@pytest.mark.parametrize("statement", OWNER_ATTACKS)
def test_the_owner_finds_no_way_around_either(scene: Scene, statement: str) -> None:
    assert scene.attack(scene.filled(statement), settings.DATABASE_OWNER) == "CB409"


def told(row: str) -> str:
    """An event about a row, as each write must have one."""
    return (
        "INSERT INTO clinic_auditevent (id, created_at, action, row_type, row_id, door, details)"
        f" VALUES (gen_random_uuid(), now(), 'x.y', 'x', '{row}', 'command', '{{}}')"
    )


MERGE, UNMERGE = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"
# Everything that a merge and its taking back leave, in one transaction; the merge says that it is older than the case.
MERGED_AND_TAKEN_APART = [
    "INSERT INTO cases_merge (id, created_at, kept_id, other_id, by_id, kept_before, other_before, kept_after, chosen)"
    f" VALUES ('{MERGE}', '<when>', '<patient>', '<stranger>', '<by>', '{{}}', '{{}}', '{{}}', '{{}}')",
    "UPDATE cases_patient SET merged_into_id = '<patient>', version = version + 1 WHERE id = '<stranger>'",
    "INSERT INTO cases_unmerge (id, created_at, merge_id, by_id, stays, taken, moved)"
    f" VALUES ('{UNMERGE}', now(), '{MERGE}', '<by>', '[]', '[]', '[]')",
    "UPDATE cases_patient SET merged_into_id = NULL, version = version + 1 WHERE id = '<stranger>'",
    *[told(row) for row in (MERGE, UNMERGE, "<stranger>", "<other>")],
]
KNEE = NewInjury(kind="OTHER", diagnosis="Patellar tendinopathy", region="REG_KNEE", side="LEFT")
MOVED = "UPDATE cases_case SET patient_id = '<stranger>', version = version + 1 WHERE id = '<other>'"


@pytest.mark.parametrize("when", ["now", "2001-01-01"])
def test_a_merge_that_is_made_up_moves_no_case(scene: Scene, when: str) -> None:
    stranger, patient = a_patient(scene.by), a_patient(scene.by)
    # Without a consent, which would hold its case anyway.
    case = start_case(patient=patient, by=scene.by, site=site_of(scene.by), title="Left knee", injuries=[KNEE])
    a_signed_session(case, scene.by, applications=[])
    scene.names |= {"stranger": stranger.pk, "patient": patient.pk, "other": case.pk, "when": when}
    statements = [*MERGED_AND_TAKEN_APART, MOVED]
    assert scene.attack(scene.filled(";".join(statements))) == "CB409"
    assert scene.attack(scene.filled(";".join(MERGED_AND_TAKEN_APART))) == "", "the case alone is what is refused"
    case.refresh_from_db()
    assert case.patient_id == patient.pk


def test_django_finds_no_way_around_either(own_database: str) -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)
    addendum = add_addendum(session=session, text="Rang the GP.", by=by)
    value, dose = session.measurements.first(), session.applications.first()
    assert value is not None
    assert dose is not None
    value.value, dose.note, addendum.text = 1, "x", "x"
    refused: list[Callable[[], Any]] = [
        lambda: Application.objects.update(note="x"),
        lambda: Application.objects.bulk_update([dose], ["note"]),
        lambda: Measurement.objects.bulk_update([value], ["value"]),
        lambda: Measurement.objects.bulk_create(
            [value], update_conflicts=True, unique_fields=["id"], update_fields=["value"]
        ),
        lambda: Measurement.objects.bulk_create([value], ignore_conflicts=True),
        lambda: Addendum.objects.update(text="x"),
        lambda: Addendum.objects.bulk_update([addendum], ["text"]),
        lambda: Session.objects.filter(case__patient=session.case.patient).update(plan="x", version=99),
        lambda: Session.objects.filter(pk=session.pk)._raw_delete(Session.objects.db),
        lambda: Case.objects.filter(pk=session.case_id)._raw_delete(Case.objects.db),
        lambda: Patient.objects.filter(pk=session.case.patient_id)._raw_delete(Patient.objects.db),
    ]
    for attempt in refused:
        with pytest.raises(Exception, match=r"signed|denied"):
            attempt()
    for row in (session, session.case, session.case.patient):
        with pytest.raises(Exception, match="protected foreign keys"):
            row.delete()
    assert Measurement.objects.get(pk=value.pk).value != 1
