"""A laboratory sends values without a session."""

from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.models import StaffMember
from tests.factories.records import a_case, a_physio, a_site, site_of
from treatments.models import Session

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/measurements/"


@pytest.fixture
def case() -> Case:
    return a_case(a_physio())


@pytest.fixture
def laboratory(case: Case) -> StaffMember:
    return a_physio(site_of(case.lead), name="Gait Laboratory")


@pytest.fixture
def client(laboratory: StaffMember) -> Client:
    return a_client(laboratory)


def a_client(owner: StaffMember) -> Client:
    scopes = ["measurements:read", "measurements:write", "sessions:read"]
    _, text = create_api_key(owner=owner, name="Lab", scopes=scopes, by=owner)
    return Client(headers={"Authorization": f"Bearer {text}"})


def told(case: Case, **more: Any) -> dict[str, Any]:
    values = [{"measure": "KTW_CM", "side": "RIGHT", "value": 8.5}]
    return {"case": str(case.pk), "taken_on": clock.today().isoformat(), "measurements": values, **more}


def test_values_wait_for_the_lead(client: Client, case: Case) -> None:
    answers = [
        client.post(ROOT, told(case), "application/json", headers={"Idempotency-Key": "gait-1"}) for _turn in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    session = Session.objects.get()
    assert answers[0].json() == {
        "session": str(session.pk),
        "case": str(case.pk),
        "author": str(case.lead_id),
        "taken_on": clock.today().isoformat(),
        "status": "DRAFT",
    }
    assert client.get(ROOT).json()["results"] == []
    assert client.get(answers[0]["Location"]).status_code == 404
    lead = a_client(case.lead).get(answers[0]["Location"]).json()
    assert lead["measurements"][0]["value"] == 8.5


@pytest.mark.parametrize(
    ("more", "status", "pointer"),
    [
        ({"measurements": []}, 400, "/measurements"),
        ({"measurements": [{"measure": "KTW_CM", "side": "RIGHT", "value": "8"}]}, 400, "/measurements/0/value"),
        (
            {"measurements": [{"measure": "KTW_CM", "side": "RIGHT", "value": 8, "colour": 1}]},
            400,
            "/measurements/0/colour",
        ),
        ({"measurements": [{"measure": "NOTHING", "value": 8}]}, 422, "/measurements/0/measure"),
        ({"taken_on": "2190-01-01"}, 422, "/taken_on"),
        ({"session": "x"}, 400, "/session"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    client: Client, case: Case, more: dict[str, Any], status: int, pointer: str
) -> None:
    answer = client.post(ROOT, told(case, **more), "application/json")
    assert answer.status_code == status, answer.content
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert not Session.objects.exists()


def test_a_case_elsewhere_is_not_there(case: Case) -> None:
    stranger = a_client(a_physio(a_site()))
    answer = stranger.post(ROOT, told(case), "application/json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/case")


def test_a_key_that_only_reads_sends_nothing(case: Case) -> None:
    _, text = create_api_key(owner=case.lead, name="Reader", scopes=["measurements:read"], by=case.lead)
    reader = Client(headers={"Authorization": f"Bearer {text}"})
    assert reader.post(ROOT, told(case), "application/json").status_code == 403
