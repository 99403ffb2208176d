from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.alerts import note_alert
from cases.actions.identifiers import add_identifier
from cases.actions.merges import merge_patients, unmerge_patient
from cases.actions.patients import archive_patient, change_patient
from cases.models import Case, Merge, Patient, PatientAlert, Unmerge
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, RowChange, StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import KEEP, a_merge
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff
from tests.factories.snapshots import KEPT, snapshot, survives_each_failure

pytestmark = pytest.mark.django_db
NUMBERS = ("9434765919", "9434765870")


@pytest.fixture
def admin() -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


def fresh(patient: Patient) -> Patient:
    return Patient.objects.get(pk=patient.pk)


def taken_apart(other: Patient, by: StaffMember, **told: object) -> Unmerge:
    other = fresh(other)
    return unmerge_patient(patient=other, versions=(fresh(other.survivor).version, other.version), by=by, **told)  # type: ignore[arg-type]


def test_two_records_become_one_and_two_again(admin: StaffMember) -> None:
    kept, other = a_patient(admin), a_patient(admin)
    row = a_merge(kept, other, admin)
    assert (fresh(other).merged_into, fresh(other).survivor) == (kept, kept)
    assert (row.by, row.chosen) == (admin, {"family_name": "kept"})
    assert list(Patient.objects.current()) == [kept]
    taken_apart(other, admin)
    assert (fresh(other).merged_into, fresh(other).survivor) == (None, other)
    with pytest.raises(RuleBroken, match="is not merged"):
        unmerge_patient(patient=fresh(other), versions=(1, 1), by=admin)


def test_each_leaves_events_about_both_and_about_itself(admin: StaffMember) -> None:
    kept, other = a_patient(admin), a_patient(admin)
    a_merge(kept, other, admin)
    taken_apart(other, admin)
    for action in ("patient.merged", "patient.unmerged"):
        found = AuditEvent.objects.filter(action=action)
        assert {(e.row_id, e.patient_id) for e in found} == {(p.pk, p.pk) for p in (kept, other)}
        assert all(e.details["kept"] == str(kept.pk) and e.details["other"] == str(other.pk) for e in found)
    assert AuditEvent.objects.filter(action__in=["merge.made", "merge.taken_back"]).count() == 2


def test_identity_is_asked_and_nothing_is_written_until_it_is_answered(admin: StaffMember) -> None:
    kept = a_patient(admin, given_names="Marcus", nhs_number=NUMBERS[0])
    other = a_patient(admin, given_names="Markus", born_on=date(1985, 12, 5))
    before = snapshot()
    with pytest.raises(RuleBroken) as no:
        merge_patients(kept=kept, other=other, versions=(1, 1), by=admin, chosen={"given_names": "both"})
    assert {(f.pointer, f.code) for f in no.value.faults} == {
        ("/given_names", "not_a_choice"),
        ("/family_name", "undecided"),
        ("/born_on", "undecided"),
        ("/nhs_number", "undecided"),
    }
    assert snapshot() == before


@pytest.mark.parametrize("numbers", [NUMBERS, (NUMBERS[0], ""), ("", NUMBERS[1]), ("", "")])
@pytest.mark.parametrize("which", ["kept", "other"])
def test_a_number_that_is_not_chosen_stays_taken(admin: StaffMember, numbers: tuple[str, str], which: str) -> None:
    kept, other = (a_patient(admin, nhs_number=number) for number in numbers)
    before = snapshot(but=KEPT)
    a_merge(kept, other, admin, {"nhs_number": which})
    wanted = [number or None for number in (numbers if which == "kept" else reversed(numbers))]
    assert [fresh(kept).nhs_number, fresh(other).nhs_number] == wanted
    for number in filter(None, numbers):
        with pytest.raises(RuleBroken, match="has this number already"):
            a_patient(admin, nhs_number=number)
    taken_apart(other, admin)
    assert snapshot(but=KEPT) == before


def test_words_are_joined_and_what_changed_is_in_the_history(admin: StaffMember) -> None:
    by = a_physio(site_of(admin))
    kept = a_patient(by, medicines="Warfarin", allergies="", phone="")
    other = a_patient(by, medicines="Ibuprofen", allergies="Latex", phone="020 2")
    row = a_merge(kept, other, admin)
    now = fresh(kept)
    assert (now.medicines, now.allergies, now.phone) == ("Warfarin\nIbuprofen", "Latex", "020 2")
    assert (row.kept_before["medicines"], row.other_before["medicines"]) == ("Warfarin", "Ibuprofen")
    changes = RowChange.objects.get(row_id=kept.pk).changes
    assert changes["phone"] == ["", "020 2"]
    taken_apart(other, admin)
    assert (fresh(kept).medicines, fresh(kept).phone) == ("Warfarin", "")


def test_what_is_not_merged(admin: StaffMember) -> None:
    a, b, c = (a_patient(admin) for _ in range(3))
    with pytest.raises(RuleBroken, match="one record already"):
        merge_patients(kept=a, other=a, versions=(1, 1), by=admin)
    for versions in ((1, 5), (5, 1)):
        with pytest.raises(Stale):
            merge_patients(kept=a, other=b, versions=versions, by=admin, chosen=KEEP)
    a_merge(a, b, admin)
    for kept, other in ((b, c), (c, b)):
        with pytest.raises(RuleBroken, match="merged into another"):
            a_merge(kept, other, admin)
    with pytest.raises(RuleBroken, match="take them apart first"):
        a_merge(c, a, admin)
    archive_patient(patient=c, by=admin)
    with pytest.raises(RuleBroken, match="archived"):
        a_merge(c, a_patient(admin), admin)


def test_who_sees_the_one_sees_the_other() -> None:
    here, there = a_physio(), a_physio()
    both = staff(Role.CLINIC_ADMIN, site=site_of(here))
    mine, theirs = a_patient(here), a_patient(there, born_on=date(1970, 1, 1))
    assert not Patient.objects.visible_to(here).filter(pk=theirs.pk).exists()
    a_merge(theirs, mine, both)
    assert Patient.objects.visible_to(here).filter(pk=theirs.pk).exists()
    assert not Patient.objects.visible_to(there).filter(pk=mine.pk).exists()


def test_only_admins_merge(admin: StaffMember) -> None:
    by = a_physio()
    kept, other = a_patient(admin), a_patient(admin)
    with pytest.raises(NotAllowed):
        a_merge(kept, other, by)
    a_merge(kept, other, admin)
    with pytest.raises(NotAllowed):
        taken_apart(other, by)


def test_a_change_by_hand_stays_and_a_change_in_between_is_stale(admin: StaffMember) -> None:
    kept, other = a_patient(admin, phone="020 1"), a_patient(admin, phone="020 2", sport="Rugby")
    a_merge(kept, other, admin)
    change_patient(patient=kept, version=fresh(kept).version, changes={"phone": "020 3"}, by=admin)
    with pytest.raises(Stale):
        unmerge_patient(patient=fresh(other), versions=(fresh(kept).version - 1, fresh(other).version), by=admin)
    apart = taken_apart(other, admin)
    assert (fresh(kept).phone, fresh(kept).sport, fresh(other).phone) == ("020 3", "", "020 2")
    assert apart.stays == ["phone"]


def test_a_number_that_somebody_else_took_is_not_given_back(admin: StaffMember) -> None:
    kept, other = a_patient(admin), a_patient(admin, nhs_number=NUMBERS[0])
    a_merge(kept, other, admin, {"nhs_number": "other"})
    change_patient(patient=kept, version=fresh(kept).version, changes={"nhs_number": NUMBERS[1]}, by=admin)
    a_patient(admin, nhs_number=NUMBERS[0])
    apart = taken_apart(other, admin)
    assert (apart.stays, apart.taken) == (["nhs_number"], ["nhs_number"])
    assert (fresh(kept).nhs_number, fresh(other).nhs_number) == (NUMBERS[1], None)


def test_what_was_made_since_goes_where_it_is_told(admin: StaffMember) -> None:
    kept, other = a_patient(admin), a_patient(admin)
    old = note_alert(patient=kept, severity="NOTE", text="Before", by=admin)
    a_merge(kept, other, admin)
    stays, goes = (note_alert(patient=kept, severity="STOP", text=text, by=admin) for text in ("Stays", "Goes"))
    number = add_identifier(patient=kept, system="PAS", value="7", by=admin)
    with pytest.raises(Stale):  # made before: it is nobody's to choose
        taken_apart(other, admin, moves=[old.pk])
    taken_apart(other, admin, moves=[goes.pk, number.pk])
    assert set(PatientAlert.objects.filter(patient=kept)) == {old, stays}
    assert list(other.alerts.all()) == [goes]
    assert list(other.identifiers.all()) == [number]
    moved = AuditEvent.objects.get(action="alert.moved")
    assert (moved.row_id, moved.patient_id, moved.details) == (goes.pk, other.pk, {"from": str(kept.pk)})


def test_a_second_merge_after_the_first_was_taken_back(admin: StaffMember) -> None:
    kept, other = a_patient(admin, phone="020 1"), a_patient(admin, phone="020 2")
    before = snapshot(but=KEPT)
    for _ in range(2):
        a_merge(kept, other, admin, {"phone": "other"})
        taken_apart(other, admin)
    a_merge(other, kept, admin)
    taken_apart(kept, admin)
    assert snapshot(but=KEPT) == before
    assert Merge.objects.in_force().count() == 0


def attempt(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_refuses_a_circle_and_a_chain(admin: StaffMember) -> None:
    a, b, c = (a_patient(admin) for _ in range(3))
    a_merge(a, b, admin)
    for row, into in ((a, b), (c, b), (a, c)):
        with pytest.raises(DatabaseError, match="not merged itself"):
            attempt(
                "UPDATE cases_patient SET merged_into_id = %s, version = version + 1 WHERE id = %s", into.pk, row.pk
            )


def test_the_database_refuses_a_pointer_without_its_row(admin: StaffMember) -> None:
    a, b, c = (a_patient(admin) for _ in range(3))
    point = "UPDATE cases_patient SET merged_into_id = %s, version = version + 1 WHERE id = %s"
    with pytest.raises(DatabaseError, match="with a row that says so"):
        attempt(point, a.pk, b.pk)
    a_merge(a, b, admin)
    for into in (None, c.pk):
        with pytest.raises(DatabaseError, match="with a row that says so"):
            attempt(point, into, b.pk)
    with pytest.raises(DatabaseError):
        attempt("UPDATE cases_merge SET chosen = '{}'")
    with pytest.raises(DatabaseError):
        attempt("DELETE FROM cases_merge")


@pytest.mark.parametrize("table", ["case", "patientalert", "patientidentifier", "appointment"])
def test_the_database_lets_nothing_move_to_another_patient(admin: StaffMember, table: str) -> None:
    from cases.actions.appointments import book_appointment
    from clinic import clock

    by = a_physio(site_of(admin))
    case = a_case(by)
    note_alert(patient=case.patient, severity="STOP", text="Latex", by=by)
    add_identifier(patient=case.patient, system="PAS", value="7", by=by)
    book_appointment(patient=case.patient, staff=by, site=case.site, starts_at=clock.now(), by=by)
    other = a_patient(by)
    a_merge(case.patient, other, admin)
    with pytest.raises(DatabaseError, match=r"(stays with|keeps) its patient"):
        attempt(f"UPDATE cases_{table} SET patient_id = %s, version = version + 1", other.pk)


def test_dates_are_held_against_the_birth_that_counts(admin: StaffMember) -> None:
    by = a_physio(site_of(admin))
    case = a_case(by, a_patient(by, born_on=date(2015, 1, 1)))
    a_merge(a_patient(by, born_on=date(1985, 1, 1)), case.patient, admin)
    found = Case.objects.get(pk=case.pk)
    found.onset_on, found.onset_precision = date(2010, 1, 1), "DAY"
    found.save_change("onset_on", "onset_precision")
    with pytest.raises(DatabaseError, match="before the birth"):
        attempt("UPDATE cases_case SET onset_on = '1980-01-01', version = version + 1")


def test_nothing_is_left_of_a_merge_that_failed(admin: StaffMember) -> None:
    kept, other = (a_patient(admin, nhs_number=number, phone=number) for number in NUMBERS)
    chosen = {**KEEP, "nhs_number": "other", "phone": "other"}
    statements = survives_each_failure(
        lambda: merge_patients(kept=kept, other=other, versions=(1, 1), by=admin, chosen=chosen)
    )
    assert statements > 8
    alert = note_alert(patient=kept, severity="STOP", text="Latex", by=admin)
    assert survives_each_failure(lambda: taken_apart(other, admin, moves=[alert.pk])) > 10
