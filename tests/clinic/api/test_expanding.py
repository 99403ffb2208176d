"""Rows that others point to are sent beside them: to who may read them, each once, in one statement."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session

pytestmark = pytest.mark.django_db
CASES, SESSIONS = "/api/v1/cases/", "/api/v1/sessions/"


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def test_patients_of_cases_stand_beside_them(client: Client, by: StaffMember) -> None:
    patient = a_patient(by)
    for _turn in range(2):
        a_case(by, patient)
    found = client.get(CASES, {"expand": "patient"}).json()
    assert found["expanded"] == {"patient": {str(patient.pk): client.get(f"/api/v1/patients/{patient.pk}/").json()}}
    assert all(row["patient"] == str(patient.pk) for row in found["results"])
    assert AuditEvent.objects.filter(action="patients.seen", patient_id=patient.pk).count() == 1
    assert "expanded" not in client.get(CASES).json()


def test_several_at_once_and_what_is_empty(client: Client, by: StaffMember) -> None:
    session = a_signed_session(a_case(by), by, clock.today())
    found = client.get(SESSIONS, {"expand": "case,patient"}).json()["expanded"]
    assert set(found["case"]) == {str(session.case_id)}
    assert set(found["patient"]) == {str(session.case.patient_id)}
    assert client.get(CASES, {"expand": "continues"}).json()["expanded"] == {"continues": {}}


def test_many_cost_what_one_does(client: Client, by: StaffMember) -> None:
    costs = []
    for how_many in (1, 9):
        for _turn in range(how_many):
            a_case(by)
        with CaptureQueriesContext(connection) as asked:
            rows = client.get(CASES, {"expand": "patient"}).json()
        costs.append(len(asked))
    assert len(rows["expanded"]["patient"]) == 10
    assert costs[0] == costs[1]


@pytest.mark.parametrize("told", ["", "colour", "patient,colour", "patient,"])
def test_what_is_not_offered_is_refused(client: Client, by: StaffMember, told: str) -> None:
    assert client.get(CASES, {"expand": told}).status_code == 400
    assert client.get("/api/v1/goals/", {"expand": "case"}).status_code == 400


def test_a_key_expands_what_it_may_read(by: StaffMember) -> None:
    a_case(by)
    for scopes, status in ((["cases:read"], 403), (["cases:read", "patients:read"], 200)):
        _, text = create_api_key(owner=by, name="Reader", scopes=scopes, by=by)
        answer = Client(headers={"Authorization": f"Bearer {text}"}).get(CASES, {"expand": "patient"})
        assert answer.status_code == status
