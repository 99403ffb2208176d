import pytest
from django.test import Client

from cases.models import Consent, Patient, PatientIdentifier
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def patient(by: StaffMember) -> Patient:
    return a_patient(by)


def test_a_consent_is_kept_and_withdrawn(client: Client, patient: Patient) -> None:
    address = f"/patients/{patient.pk}/consents/"
    assert "No consent is recorded" in client.get(address).content.decode()
    told = {"kind": "HIGHER_RISK_MODALITY", "form": "WRITTEN", "given_by": "PATIENT", "leaflet": "Shockwave v3"}
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert "Shockwave v3" in refused.content.decode()
    assert client.post(address, {**told, "modality_code": "RSWT"}).status_code == 302
    assert "Higher-risk treatment: Radial shockwave" in client.get(address).content.decode()
    consent = Consent.objects.get()
    page = client.post(f"/consents/{consent.pk}/withdraw/", {"reason": "Too painful"}, follow=True).content.decode()
    assert "Too painful" in page
    again = client.post(f"/consents/{consent.pk}/withdraw/", follow=True).content.decode()
    assert "withdrawn already" in again


def test_reception_and_strangers_see_no_consents(client: Client, by: StaffMember, patient: Patient) -> None:
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(f"/patients/{patient.pk}/consents/").status_code == 403
    client.force_login(a_physio())
    assert client.get(f"/patients/{patient.pk}/consents/").status_code == 404


def test_numbers_of_other_systems(client: Client, patient: Patient) -> None:
    address = f"/patients/{patient.pk}/identifiers/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"system": "", "value": ""}).status_code == 422
    client.post(address, {"system": "Cliniko", "value": "4711"})
    assert "4711" in client.get(f"/patients/{patient.pk}/").content.decode()
    assert client.post(address, {"system": "Cliniko", "value": "4711"}).status_code == 422
    row = PatientIdentifier.objects.get()
    client.post(f"/identifiers/{row.pk}/end/")
    assert "4711" not in client.get(f"/patients/{patient.pk}/").content.decode()
    assert "ended already" in client.post(f"/identifiers/{row.pk}/end/", follow=True).content.decode()
