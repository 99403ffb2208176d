from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import a_calcified_case, a_picture, measured
from tests.factories.records import a_case, a_physio, a_signed_session, signed_sessions, site_of, staff
from treatments.models import Block, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Ada Plans")
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_calcified_case(by)


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


FREE = {"protocol": "", "number_of_blocks": "1", "planned": "2", "modalities": ["IASTM"]}


def test_from_the_template_to_the_second_block(client: Client, by: StaffMember, case: Case) -> None:
    address = f"/cases/{case.pk}/plan/"
    measured(a_picture(case, by), by)
    assert 'value="T_ACHILLES_CALC" selected' in read(client, address)
    told = {"protocol": "T_ACHILLES_CALC", "number_of_blocks": "2", "planned": "5"}
    warned = client.post(address, told)
    assert warned.status_code == 422
    assert "Radial shockwave repeats 10 × Shockwave elsewhere" in warned.content.decode()
    assert client.post(address, {**told, "repeats_accepted": "on"}).status_code == 302
    page = read(client, address)
    for text in ("Achilles calcification", "Session 3", "2.3 bar", "Block 2"):
        assert text in page
    assert "session 1 of 5, block 1" in read(client, f"/cases/{case.pk}/")
    assert "Session 1 of 5, block 1" in read(client, f"/cases/{case.pk}/sessions/log/")
    signed_sessions(case, by, 5)
    for path in ("/", "/reviews/", f"/cases/{case.pk}/"):
        assert f"/blocks/{Block.objects.get(number=1).pk}/review/" in read(client, path)
    assert "The review of block 1 is due" in read(client, f"/cases/{case.pk}/sessions/log/")
    block = Block.objects.get(number=1)
    review = f"/blocks/{block.pk}/review/"
    page = read(client, review)
    for text in ("Start of the block, and now", "Pain, load", "opens block 2 with the same plan", "218"):
        assert text in page
    assert client.post(review, {"decision": "CONTINUE", "reason": ""}).status_code == 422
    assert client.post(review, {"decision": "", "reason": "x"}).status_code == 422
    assert client.post(review, {"decision": "CONTINUE", "reason": "Going well"}).status_code == 302
    page = read(client, review)
    assert "As it stood" in page
    assert "Ada Plans" in page
    assert "No review is due" in read(client, "/reviews/")
    assert "session 1 of 5, block 2" in read(client, f"/cases/{case.pk}/")


def test_a_plan_of_its_own_is_ended_early_and_given_up(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    address = f"/cases/{case.pk}/plan/"
    assert client.post(address, {**FREE, "planned": "0"}).status_code == 422
    assert client.post(address, {**FREE, "modalities": ["MAGIC"]}).status_code == 422
    client.post(address, FREE)
    session = a_signed_session(case, by)
    assert "session 1 of 2, block 1" in read(client, f"/sessions/{session.pk}/")
    plan = Plan.objects.get()
    told = client.post(f"/plans/{plan.pk}/end/", {"block": "1", "reason": ""}, follow=True).content.decode()
    assert "Say why." in told
    assert client.post(f"/plans/{plan.pk}/end/", {"block": "x", "reason": "y"}).status_code == 404
    client.post(f"/plans/{plan.pk}/end/", {"block": "1", "reason": "Away"})
    assert "Ended early" in read(client, address)
    block = Block.objects.get()
    answer = client.post(f"/blocks/{block.pk}/review/", {"decision": "DISCHARGE", "reason": "Well"})
    assert answer["Location"] == f"/cases/{case.pk}/state/"
    page = read(client, address)
    for text in ("Start the plan", "1 of 2", "Discharge decided at the review.", f"/blocks/{block.pk}/review/", "Well"):
        assert text in page, "the plan that ended stays in sight"
    client.post(address, FREE)
    running = Plan.objects.get(ended_on=None)
    client.post(f"/plans/{running.pk}/end/", {"reason": "Changed our minds"})
    assert not Plan.objects.filter(ended_on=None).exists()
    client.post(f"/cases/{case.pk}/state/", {"do": "discharge", "outcome": "GOALS_MET"})
    page = read(client, address)
    assert "Changed our minds" in page
    assert "Start the plan" not in page


def test_a_review_that_is_not_due_says_so(client: Client, by: StaffMember, case: Case) -> None:
    client.post(f"/cases/{case.pk}/plan/", FREE)
    assert "is not due yet" in read(client, f"/blocks/{Block.objects.get().pk}/review/")


def test_strangers_and_reception_find_nothing(client: Client, by: StaffMember, case: Case) -> None:
    client.post(f"/cases/{case.pk}/plan/", FREE)
    paths = [f"/cases/{case.pk}/plan/", f"/blocks/{Block.objects.get().pk}/review/"]
    client.force_login(a_physio())
    assert {client.get(path).status_code for path in paths} == {404}
    assert client.post(f"/plans/{Plan.objects.get().pk}/end/").status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert {client.get(path).status_code for path in paths} <= {403, 404}
    assert "No review is due" in read(client, "/reviews/")


def test_the_worklist_costs_the_same_for_one_and_for_many(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for more in (1, 5):
        for _ in range(more):
            case = a_case(by)
            client.post(f"/cases/{case.pk}/plan/", {**FREE, "planned": "1"})
            a_signed_session(case, by)
        with django_assert_num_queries(7):
            read(client, "/reviews/")
