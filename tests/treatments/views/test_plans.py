from typing import Any

import pytest
from django.test import Client

from cases.models import Case, Consent
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LENGTHWISE, a_calcified_case, a_picture, measured
from tests.factories.records import a_case, a_physio, a_signed_session, signed_sessions, site_of, staff
from treatments.actions.pictures import plan_imaging
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
    assert "Session 1 of 5, block 1" in read(client, f"/cases/{case.pk}/")
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
    assert "Session 1 of 5, block 2" in read(client, f"/cases/{case.pk}/")


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
    assert "The review of block 1 is not due yet" in read(client, f"/blocks/{Block.objects.get().pk}/review/")


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


def test_the_plan_asks_for_consents_and_names_its_targets(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    address = f"/cases/{case.pk}/plan/"
    page = read(client, address)
    assert page.count('name="targets-own"') == 2
    assert "Leaflet to read or print" not in page
    told = {
        **FREE,
        "modalities": ["FSWT", "IASTM"],
        "targets-own": ["NPRS|LOAD|", "KTW_CM||RIGHT"],
        "targets-0-aim": "on",
        "targets-0-value": "2",
    }
    asked = client.post(address, told)
    page = asked.content.decode()
    assert asked.status_code == 422
    for text in ("repeats 10 × Shockwave elsewhere", "Focused shockwave: consent", "/FSWT/leaflet/"):
        assert text in page
    told |= {"repeats_accepted": "on", "agreement-FSWT-shown": "yes"}
    page = client.post(address, told).content.decode()
    assert "Focused shockwave needs the patient’s consent. Take it here, or say who authorised" in page
    told |= {
        "agreement-FSWT-choice": "consent",
        "agreement-FSWT-form": "ELECTRONIC",
        "agreement-FSWT-given_by": "PATIENT",
        "agreement-FSWT-leaflet": "Focused shockwave: what to know, version 1",
        "agreement-FSWT-discussed": "That NICE finds its effect uncertain; exercise alone; waiting",
    }
    assert client.post(address, told | {"targets-0-value": "12"}).status_code == 422
    assert not Consent.objects.filter(modality_code="FSWT").exists()
    assert client.post(address, told)["Location"] == address
    consent = Consent.objects.get(modality_code="FSWT")
    assert (consent.form, consent.leaflet) == ("ELECTRONIC", "Focused shockwave: what to know, version 1")
    page = read(client, address)
    for text in ("Change block 1", "Target measures", "target 2/10", "Focused shockwave repeats 10 ×"):
        assert text in page


def test_the_page_of_a_plan_costs_the_same_for_two_blocks_and_for_ten(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for blocks in (2, 10):
        case = a_calcified_case(by)
        address = f"/cases/{case.pk}/plan/"
        told = {
            "protocol": "T_ACHILLES_CALC",
            "number_of_blocks": str(blocks),
            "planned": "5",
            "repeats_accepted": "on",
        }
        aims = {"targets-own": ["NPRS|LOAD|", "KTW_CM||RIGHT"], "targets-0-aim": "on", "targets-1-aim": "on"}
        assert client.post(address, told | aims).status_code == 302
        signed_sessions(case, by, blocks // 2)
        for n in range(blocks // 2):
            plan_imaging(
                plan=case.plans.get(), picture=LENGTHWISE, why=f"Look {n}", due_on=clock.today(), after=n + 1, by=by
            )
        with django_assert_num_queries(23):
            assert "Block 2" in read(client, address)
