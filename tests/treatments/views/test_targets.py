from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_signed_session, site_of, staff
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import end_plan, start_plan
from treatments.actions.targets import NewTarget, set_targets
from treatments.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


@pytest.fixture
def plan(case: Case, by: StaffMember) -> Plan:
    return start_plan(case=case, blocks=[PlannedBlock(1)], by=by)


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


OWN = ["NPRS|LOAD|", "KTW_CM||RIGHT"]


def test_the_cases_own_measures_come_first(client: Client, plan: Plan, case: Case, by: StaffMember) -> None:
    path = f"/plans/{plan.pk}/targets/"
    page = read(client, path)
    assert page.index("Pain, load") < page.index("Knee to wall, right") < page.index("Other measures")
    due = (clock.today() + timedelta(days=40)).isoformat()
    told = {
        "version": "1",
        "targets-own": OWN,
        "targets-1-aim": "on",
        "targets-1-value": "8,0",
        "targets-1-due_on": due,
        "targets-2-slot": "VISA_A||",
        "targets-2-value": "80",
    }
    assert client.post(path, told).status_code == 302
    plan.refresh_from_db()
    assert [(t["measure"], t["value"], t["due_on"]) for t in plan.targets] == [
        ("KTW_CM", "8.0", due),
        ("VISA_A", "80", ""),
    ]
    page = read(client, f"/cases/{case.pk}/plan/")
    for text in ("target 8 cm by ", "target 80/100", "not measured"):
        assert text in page
    a_signed_session(case, by)
    page = read(client, f"/blocks/{plan.blocks.get().pk}/review/")
    assert page.index("Knee to wall, right") < page.index("Pain, load")
    assert ": not reached" in page
    page = read(client, path)
    assert 'value="8"' in page
    assert page.count('name="targets-own"') == 3


def test_what_is_wrong_is_told_beside_its_field(client: Client, plan: Plan) -> None:
    told = {
        "version": "1",
        "targets-own": OWN,
        "targets-0-value": "11",
        "targets-2-value": "4",
        "targets-3-due_on": "x",
    }
    path = f"/plans/{plan.pk}/targets/"
    answer = client.post(path, told)
    assert answer.status_code == 422
    assert "Enter a valid date" in answer.content.decode()
    answer = client.post(path, told | {"targets-3-due_on": ""})
    page = answer.content.decode()
    assert "Pain, load: At most 10" in page
    assert "Another measure: Choose a measure of the list." in page
    assert 'value="11"' in page


@pytest.mark.parametrize("own", [["x"], ["||"], ["NPRS|LOAD|", "NPRS|LOAD|"], ["NPRS|NOWHERE|"], ["NPRS"] * 50])
def test_nonsense_is_never_our_fault(client: Client, plan: Plan, own: list[str]) -> None:
    told: dict[str, Any] = {"version": "x", "targets-own": own, "targets-0-aim": "on", "targets-0-value": "NaN"}
    assert client.post(f"/plans/{plan.pk}/targets/", told).status_code in (302, 422)


def test_the_second_is_told_and_nothing_is_lost(client: Client, plan: Plan, by: StaffMember) -> None:
    set_targets(plan=plan, version=1, targets=[NewTarget("VISA_A", value="70")], by=by)
    told = {"version": "1", "targets-own": OWN, "targets-0-aim": "on", "targets-0-value": "3"}
    answer = client.post(f"/plans/{plan.pk}/targets/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("Changed elsewhere", "VISA-A: target 70/100", 'value="3"', 'name="version" value="2"'):
        assert text in page
    assert client.post(f"/plans/{plan.pk}/targets/", told | {"version": "2"}).status_code == 302


def test_an_ended_plan_says_so(client: Client, plan: Plan, by: StaffMember) -> None:
    end_plan(plan=plan, reason="Done", by=by)
    answer = client.post(f"/plans/{plan.pk}/targets/", {"version": "2"})
    assert "This plan has ended already." in answer.content.decode()


def test_strangers_find_nothing_and_reception_may_not(client: Client, plan: Plan, by: StaffMember) -> None:
    path = f"/plans/{plan.pk}/targets/"
    client.force_login(a_physio())
    assert {client.get(path).status_code, client.post(path).status_code} == {404}
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert {client.get(path).status_code, client.post(path).status_code} <= {403, 404}
