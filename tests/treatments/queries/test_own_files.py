"""What the patient's own file says: of all records of a person, with what was changed, corrected and in error."""

from html import unescape

import pytest

from cases.actions.patients import change_patient
from cases.models import Patient
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.addenda import mark_in_error
from treatments.actions.merges import take_apart
from treatments.queries.own_files import digest_of, sections_of
from treatments.rules.own_files import walked
from treatments.views.own_file_papers import pieces

pytestmark = pytest.mark.django_db


def page_of(patient: Patient) -> str:
    return unescape("".join(pieces(sections_of(patient), patient)))


def two_records(by: StaffMember) -> tuple[Patient, Patient]:
    kept = a_patient(by, given_names="Ann", phone="020 7946 0001", address="1 Old Street")
    other = a_patient(by, given_names="Annie", phone="020 7946 0002", address="2 New Street", is_another=True)
    a_signed_session(a_case(by, other), by, subjective="Written in the other record.")
    return kept, other


def test_codes_and_figures_are_said_in_words() -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by)
    page = page_of(case.patient)
    for text in ("Pain, load", "6 /10", "Knee to wall, right", "4.3 cm", "Radial shockwave · 2.3 bar", "IASTM"):
        assert text in page, text
    for code in ("NPRS@", "RSWT@", "KTW_CM", "VERBAL", "REG_ANKLE"):
        assert code not in page, code


def test_what_was_changed_and_what_was_in_error_is_told() -> None:
    by = a_physio()
    case = a_case(by)
    session = a_signed_session(case, by)
    change_patient(patient=case.patient, version=1, changes={"phone": "020 7946 0001"}, by=by)
    change_patient(patient=case.patient, version=2, changes={"phone": "020 7946 0002"}, by=by)
    mark_in_error(session=session, error="WRONG_PATIENT", reason="Somebody else.", by=by)
    page = page_of(Patient.objects.get(pk=case.patient_id))
    assert "Telephone: from “020 7946 0001” to “020 7946 0002”" in page
    assert "Entered in error: it does not count" in page


def test_a_look_does_not_change_what_was_read() -> None:
    by = a_physio()
    patient = a_case(by).patient
    assert digest_of(sections_of(patient)) == digest_of(sections_of(patient))
    before = digest_of(sections_of(patient))
    change_patient(patient=patient, version=1, changes={"sport": "Rowing"}, by=by)
    assert digest_of(sections_of(patient)) != before


def test_a_merged_record_is_in_the_file_from_either_side() -> None:
    by = a_physio()
    kept, other = two_records(by)
    a_merge(kept, other, staff(Role.CLINIC_ADMIN, site=site_of(by)))
    for record in (kept, other):
        page = page_of(Patient.objects.get(pk=record.pk))
        assert "Written in the other record." in page
        assert "2 New Street" in page
        assert "Merged into another record of the same person" in page


def test_after_a_merge_that_was_wrong_nobody_gets_the_other_persons_values() -> None:
    by = a_physio()
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    kept, other = two_records(by)
    a_merge(kept, other, admin)
    first, second = (Patient.objects.get(pk=record.pk) for record in (kept, other))
    take_apart(patient=second, versions=(first.version, second.version), by=admin)
    mine, theirs = (page_of(Patient.objects.get(pk=record.pk)) for record in (kept, other))
    assert "1 Old Street" in mine
    assert "2 New Street" not in mine
    assert "Written in the other record." not in mine
    assert "2 New Street" in theirs
    assert "1 Old Street" not in theirs
    data = [str(entry.data) for entry in walked(sections_of(Patient.objects.get(pk=kept.pk)))]
    assert not [text for text in data if "2 New Street" in text]
