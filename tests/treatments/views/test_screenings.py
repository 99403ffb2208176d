from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions.cases import NewInjury
from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff
from treatments.models import Screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def address(case: Case) -> str:
    return f"/cases/{case.pk}/screening/"


def test_a_case_says_whether_it_was_screened(client: Client, case: Case) -> None:
    assert "Not screened yet" in read(client, f"/cases/{case.pk}/")
    client.post(address(case), {"PREGNANT-answer": "no"})
    page = read(client, f"/cases/{case.pk}/")
    assert "screened " in page
    assert "answers good until" in page


def test_what_is_tapped_is_kept_and_what_follows_is_shown(client: Client, case: Case) -> None:
    page = read(client, address(case))
    assert "never asked" in page
    assert "Not asked yet" in page
    typed = {
        "METAL-answer": "yes",
        "METAL-region": "REG_ANKLE",
        "METAL-side": "RIGHT",
        "METAL-since": "2020",
        "PREGNANT-answer": "no",
    }
    page = client.post(address(case), {**typed, "PREGNANT-weeks": "7"}, follow=True).content.decode()
    assert "The screening is kept." in page
    assert "Metal in the field (plate, screw, anchor)" in page
    assert "not approved" in page
    assert "no, " in page
    assert Screening.objects.get().answers.count() == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Nothing is answered yet"),
        ({"METAL-answer": "maybe"}, "Nothing is answered yet"),
        ({"METAL-answer": "yes", "METAL-since": "long ago"}, "Write 2026, 2026-03 or 2026-03-14."),
        ({"METAL-answer": "yes", "METAL-since": "2199"}, "This is in the future."),
        ({"PREGNANT-answer": "yes", "PREGNANT-weeks": "many"}, "Write the weeks as a number."),
        ({"PREGNANT-answer": "yes", "PREGNANT-weeks": "99999"}, "Between 0 and 45 weeks."),
        ({"METAL-answer": "yes", "METAL-region": "REG_X"}, "Choose a region"),
    ],
)
def test_what_is_refused_loses_nothing(client: Client, case: Case, typed: dict[str, str], told: str) -> None:
    response = client.post(
        address(case), {**typed, "CANCER-answer": "yes", "CANCER-detail": "Kept text"} if typed else {}
    )
    page = response.content.decode()
    if "METAL-answer" in typed and typed["METAL-answer"] == "maybe":
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert told in page
    if typed:
        assert 'value="Kept text"' in page
    assert not Screening.objects.exists()


def test_only_what_some_treatments_need(client: Client, case: Case) -> None:
    page = read(client, f"{address(case)}?for=CRYO")
    assert "CLOT_NOW-answer" in page
    assert "TRYING_TO_CONCEIVE-answer" not in page
    assert "Show all questions" in page


def test_one_tap_where_nothing_changed(client: Client, case: Case) -> None:
    assert "Nothing has changed" not in read(client, address(case))
    client.post(address(case), {"PREGNANT-answer": "no"})
    page = client.post(f"{address(case)}unchanged/", follow=True).content.decode()
    assert "Kept: nothing has changed." in page
    assert Screening.objects.filter(kind="UNCHANGED").count() == 1


def test_a_phase_is_noted(client: Client, by: StaffMember) -> None:
    injury = NewInjury(kind="CALCIFICATION", pathology="OSS_MYOSITIS_TRAUMATIC", region="REG_THIGH", side="LEFT")
    case = a_case(by, injuries=[injury])
    path = f"/injuries/{case.injuries.get().pk}/phase/"
    assert path in read(client, address(case))
    assert client.post(path, {"phase": "CT_PRE"}).status_code == 422
    page = client.post(path, {"phase": "MO_EARLY"}, follow=True).content.decode()
    assert "The phase is noted." in page
    assert "Early" in read(client, path)
    page = read(client, address(case))
    assert "Myositis ossificans, early or intermediate" in page


def test_an_injury_without_phases_says_so(client: Client, case: Case) -> None:
    assert "No phases are known" in read(client, f"/injuries/{case.injuries.get().pk}/phase/")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR])
def test_others_find_no_screening(client: Client, case: Case, role: Role) -> None:
    client.force_login(staff(role, site=case.site))
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case), {"PREGNANT-answer": "no"}).status_code == 404


def test_the_lead_reads_and_does_not_ask(client: Client, case: Case) -> None:
    client.force_login(staff(Role.CLINICAL_LEAD, site=case.site))
    page = read(client, address(case))
    assert "Keep these answers" not in page
    assert client.post(address(case), {"PREGNANT-answer": "no"}).status_code == 403


def test_a_physio_of_another_site_finds_nothing(client: Client, case: Case) -> None:
    client.force_login(a_physio())
    for path in (address(case), f"/injuries/{case.injuries.get().pk}/phase/"):
        assert client.get(path).status_code == 404


def test_the_page_costs_the_same_however_often_it_was_asked(client: Client, case: Case) -> None:
    def cost() -> int:
        client.get(address(case))  # shows and forgets what the last answer said
        with CaptureQueriesContext(connection) as queries:
            client.get(address(case))
        return len(queries)

    client.post(address(case), {"PREGNANT-answer": "no"})
    before = cost()
    for _ in range(5):
        typed: dict[str, Any] = {"PREGNANT-answer": "no", "METAL-answer": "yes"}
        client.post(address(case), typed)
    assert cost() == before <= 25


def test_a_yes_may_be_true_in_several_places(client: Client, case: Case) -> None:
    told = {
        "METAL-answer": "yes",
        "METAL-region": "REG_KNEE",
        "METAL-side": "LEFT",
        "METAL-region2": "REG_ANKLE",
        "METAL-side2": "RIGHT",
        "METAL-side3": "LEFT",
    }
    assert client.post(address(case), told).status_code == 302
    answer = Screening.objects.get().answers.get()
    assert answer.places == [{"region": "REG_KNEE", "side": "LEFT"}, {"region": "REG_ANKLE", "side": "RIGHT"}]
    refused = client.post(address(case), {**told, "METAL-region2": "REG_MOON"})
    assert refused.status_code == 422
    assert "More places" in refused.content.decode()
