from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.imaging import cancel_imaging
from cases.models import ImagingRequest
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import a_calcified_case, a_picture
from tests.factories.records import a_physio, site_of, staff
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def plan(by: StaffMember) -> Plan:
    return start_plan(case=a_calcified_case(by), blocks=[PlannedBlock(5)] * 2, protocol="T_ACHILLES_CALC", by=by)


def told(**other: Any) -> dict[str, Any]:
    return {
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "view": "XR_LATERAL_WB",
        "why": "Has it shrunk",
        "due_on": (clock.today() + timedelta(days=70)).isoformat(),
        "after": "2",
        **other,
    }


def test_a_picture_is_planned_and_listed_with_its_state(client: Client, plan: Plan, by: StaffMember) -> None:
    path, page_of_plan = f"/plans/{plan.pk}/imaging/", f"/cases/{plan.case_id}/plan/"
    page = client.get(path).content.decode()
    assert f'value="{(clock.today() + timedelta(days=28)).isoformat()}"' in page
    assert "28 days or more after the last block" in page
    assert "No picture is planned." in client.get(page_of_plan).content.decode()
    assert client.post(path, told()).status_code == 302
    page = client.get(page_of_plan).content.decode()
    for text in ("Has it shrunk · after block 2 · planned", "due ", "Plan a picture"):
        assert text in page
    wanted = ImagingRequest.objects.get()
    a_picture(plan.case, by, request=wanted)
    page = client.get(page_of_plan).content.decode()
    assert "after block 2 · received" in page
    assert f"/imaging/results/{wanted.result.pk}/" in page
    client.post(path, told(why="Again"))
    second = ImagingRequest.objects.get(why="Again")
    cancel_imaging(request=second, version=1, reason="Moved away", by=by)
    assert "cancelled: Moved away" in client.get(page_of_plan).content.decode()


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"after": "9"}, "Select a valid choice"),
        ({"after": "x"}, "Select a valid choice"),
        ({"why": ""}, "This field is required"),
        ({"due_on": "soon"}, "Enter a valid date"),
        ({"due_on": "2020-01-01"}, "This day is over already."),
        ({"view": "US_LONGITUDINAL"}, "Choose a view that belongs"),
    ],
)
def test_what_is_wrong_is_told(client: Client, plan: Plan, other: dict[str, str], says: str) -> None:
    answer = client.post(f"/plans/{plan.pk}/imaging/", told(**other))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ImagingRequest.objects.exists()


def test_strangers_find_nothing_and_reception_may_not(client: Client, plan: Plan, by: StaffMember) -> None:
    path = f"/plans/{plan.pk}/imaging/"
    client.force_login(a_physio())
    assert {client.get(path).status_code, client.post(path, told()).status_code} == {404}
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert {client.get(path).status_code, client.post(path, told()).status_code} <= {403, 404}
