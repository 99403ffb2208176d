import pytest

from cases.actions.alerts import note_alert
from cases.actions.consents import NewConsent, give_consent
from cases.actions.identifiers import add_identifier
from cases.actions.patients import archive_patient, change_patient
from cases.models import Patient
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_patient, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, hcpc_number="PH123456")


@pytest.fixture
def merged(by: StaffMember) -> Patient:
    other = a_patient(by)
    a_merge(a_patient(by), other, by)
    return Patient.objects.get(pk=other.pk)


def test_nothing_new_begins_on_a_merged_record(by: StaffMember, merged: Patient) -> None:
    for attempt in (
        lambda: a_case(by, merged),
        lambda: note_alert(patient=merged, severity="STOP", text="Latex", by=by),
        lambda: add_identifier(patient=merged, system="PAS", value="1", by=by),
        lambda: give_consent(patient=merged, told=NewConsent("PHOTO", "VERBAL"), by=by),
        lambda: change_patient(patient=merged, version=merged.version, changes={"phone": "020 1"}, by=by),
        lambda: archive_patient(patient=merged, by=by),
    ):
        with pytest.raises(RuleBroken, match="Use that one"):
            attempt()


def test_nor_on_an_archived_one(by: StaffMember) -> None:
    patient = archive_patient(patient=a_patient(by), by=by)
    with pytest.raises(RuleBroken, match="restore it first"):
        a_case(by, patient)
