from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of
from tests.factories.stories import Story, a_story
from treatments.actions.plans import PlannedBlock, start_plan
from treatments.actions.targets import NewTarget, set_targets

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Giulia Renna")
    client.force_login(person)
    return person


@pytest.fixture
def story(by: StaffMember) -> Story:
    return a_story(by)


def read(client: Client, case: Case) -> str:
    return " ".join(client.get(f"/cases/{case.pk}/").content.decode().split())


def row(page: str, name: str) -> str:
    return page.split(f'<th scope="row">{name}')[1].split("</tr>")[0]


def test_where_it_stands_at_a_glance(client: Client, story: Story) -> None:
    page = read(client, story.case)
    deposit = row(page, "Deposit D1")
    for figure in (">218</a>", ">158</a>", "<strong>−27.5 %</strong>", "partial reduction", "error ±10 %"):
        assert figure in deposit
    pain = row(page, "Pain, load")
    for figure in (">7</a>", ">3</a>", "<strong>−4</strong>", "improved", "musculoskeletal pain"):
        assert figure in pain
    assert "10 × " in page
    assert "Your note is not signed" in page
    assert "Session 3 of 3, block 2" in page


def test_case_and_progress_take_at_most_twenty_statements_with_all_there_is(
    client: Client, story: Story, django_assert_max_num_queries: Any
) -> None:
    for path in ("", "progress/"):
        client.get(f"/cases/{story.case.pk}/{path}")
        with django_assert_max_num_queries(20):
            assert client.get(f"/cases/{story.case.pk}/{path}").status_code == 200


def test_what_the_plan_is_to_reach_stands_under_its_measure(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    plan = start_plan(case=case, blocks=[PlannedBlock(5)], by=by)
    set_targets(plan=plan, version=plan.version, targets=[NewTarget("KTW_CM", "", "RIGHT", "8")], by=by)
    a_signed_session(case, by)
    assert "to reach 8 cm" in row(read(client, case), "Knee to wall, right")


def test_without_key_measures_the_first_few_are_open(client: Client, by: StaffMember) -> None:
    case = a_case(by, key_measures=[])
    taken = [{"measure": "NPRS", "context": c, "value": "5"} for c in ("LOAD", "REST", "NIGHT")]
    taken += [{"measure": "KTW_CM", "side": s, "value": "5"} for s in ("LEFT", "RIGHT")]
    a_signed_session(case, by, measurements=taken)
    page = read(client, case)
    assert "1 more measure<" in page
    assert page.count('data-label="start"') == 5


def test_what_is_next_goes_from_the_pressing_to_the_rest(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    page = read(client, case)
    assert page.index("Not screened yet") < page.index("Start a plan")
    plan = start_plan(case=case, blocks=[PlannedBlock(1), PlannedBlock(1)], by=by)
    assert "Session 1 of 1, block 1" in read(client, case)
    a_signed_session(case, by, clock.today() - timedelta(days=1))
    page = read(client, case)
    assert page.index("The review of block 1 is due") < page.index("Plan: block 1, 1 of 1 held")
    assert f"/blocks/{plan.blocks.get(number=1).pk}/review/" in page


def test_a_discharged_case_says_how_it_ended_and_asks_for_nothing(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(case, by)
    client.post(f"/cases/{case.pk}/state/", {"do": "discharge", "outcome": "GOALS_PARTLY_MET"})
    page = read(client, case)
    assert "goals partly met</a>" in page
    for nothing in ("Not screened yet", "Start a plan", "Log session", "0 weeks"):
        assert nothing not in page


def test_a_colleagues_note_is_said_to_be_theirs(client: Client, by: StaffMember) -> None:
    colleague = a_physio(site_of(by), name="Tom Adeyemi")
    case = a_case(colleague)
    a_draft(case, colleague)
    assert "A note of Tom Adeyemi is not signed" in read(client, case)


def test_a_session_opens_in_place_with_its_doses_and_measures(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(case, by)
    page = read(client, case)
    assert "Radial shockwave 2.3 bar, IASTM 5 min" in page
    assert "Pain, load 6/10" in page
    assert "Knee to wall, right 4.3 cm" in page
