from typing import Any

import pytest
from django.test import Client

from cases.models import Case, Consent
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_signed_session, site_of, staff
from treatments.actions.blocks import change_block
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import end_plan, start_plan
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import Block, ContraindicationRule, Plan

pytestmark = pytest.mark.django_db
TOOLS = PlannedDose("IASTM", (1, 2, 3), {"total_time_min": "5"})


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Ada Blocks")
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


@pytest.fixture
def plan(case: Case, by: StaffMember) -> Plan:
    return start_plan(case=case, blocks=[PlannedBlock(3, (TOOLS,)), PlannedBlock(3)], by=by)


def line(place: int, code: str, numbers: list[int], **parameters: Any) -> dict[str, Any]:
    typed = {f"doses-{place}-parameters-{name}": value for name, value in parameters.items()}
    return {f"doses-{place}-modality": code, f"doses-{place}-numbers": [str(n) for n in numbers], **typed}


def address(plan: Plan, number: int = 1) -> str:
    return f"/blocks/{plan.blocks.get(number=number).pk}/change/"


def sent(client: Client, plan: Plan, *lines: dict[str, Any], **told: Any) -> Any:
    data: dict[str, Any] = {"version": "1", "planned": "3", "do": "save"}
    for each in lines:
        data |= each
    return client.post(address(plan), data | told)


def test_doses_rise_from_session_to_session(client: Client, plan: Plan, case: Case) -> None:
    page = client.get(address(plan)).content.decode()
    for text in ("IASTM · 5 min", "Session 3", 'value="5"', "usual 3–10 min", "Add the line"):
        assert text in page
    told = client.post(f"/cases/{case.pk}/plan/")
    lines = [
        line(0, "RSWT", [1], pressure_bar="2,0", impulses="2000", frequency_hz="8"),
        line(1, "RSWT", [3], pressure_bar="2,6", impulses="2000", frequency_hz="8"),
        line(2, "DIAFIB", [1, 2, 3], total_time_min="15", **{"hook_sizes[]": ["LARGE", "SMALL"]}),
    ]
    warned = sent(client, plan, *lines)
    assert warned.status_code == 422
    assert "Radial shockwave repeats 10 × Shockwave elsewhere" in warned.content.decode()
    assert 'value="2,6"' in warned.content.decode()
    assert sent(client, plan, *lines, repeats_accepted="yes").status_code == 302
    told = client.get(f"/cases/{case.pk}/plan/").content.decode()
    for text in ("Radial shockwave · 2 bar", "Radial shockwave · 2.6 bar", "15 min · large, small", "Change block 1"):
        assert text in told
    assert "IASTM" not in told


def test_lines_come_and_go_before_anything_is_kept(client: Client, plan: Plan) -> None:
    tools = line(0, "IASTM", [1, 2], total_time_min="6")
    page = sent(client, plan, tools, do="add", add="RSWT").content.decode()
    assert 'name="doses-1-parameters-pressure_bar"' in page
    assert page.count('name="doses-1-numbers"') == 3
    assert 'value="6"' in page
    both = [tools, line(1, "RSWT", [3], pressure_bar="2")]
    page = sent(client, plan, *both, do="show", planned="5").content.decode()
    assert page.count('name="doses-1-numbers"') == 5
    assert "Radial shockwave · 2 bar" in page
    data = {k: v for each in both for k, v in each.items()}
    page = client.post(address(plan), data | {"version": "1", "planned": "3", "remove": "0"}).content.decode()
    assert 'name="doses-0-parameters-pressure_bar"' in page
    assert "doses-1-" not in page
    assert Block.objects.filter(version__gt=1).count() == 0


def test_what_is_wrong_is_told_beside_its_field(client: Client, plan: Plan) -> None:
    answer = sent(client, plan, line(0, "IASTM", [1], total_time_min="99", tool_type="HOOK"), line(1, "EDU", []))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id-doses-0-parameters-total_time_min">IASTM, time: At most 30 min' in page
    assert 'id="id-doses-0-parameters-total_time_min_error"' in page
    assert '<a href="#id-doses-1-numbers">' in page
    assert 'value="99"' in page
    assert '<option value="HOOK" selected>' in page
    for planned in ("99", "0", "x", "", "-1", "٣"):
        assert sent(client, plan, planned=planned).status_code == 422


@pytest.mark.parametrize(
    "told",
    [
        {"doses-x-modality": "RSWT"},
        {"doses-²-modality": "RSWT"},
        {"doses-999999999999-modality": "RSWT"},
        {"doses-0-modality": "MAGIC", "doses-0-numbers": ["1", "x", "-3"]},
        {"doses-0-modality": "IASTM", "doses-0-numbers": ["99999"]},
        {"doses-0-modality": "IASTM", "doses-0-numbers": "1", "doses-0-parameters-total_time_min[]": ["1", "2"]},
        {"doses-0-modality": "IASTM", "doses-0-numbers": "1", "doses-0-parameters-nothing": "1"},
        {"doses-0-numbers": "1"},
        {"remove": "77"},
        {"do": "add", "add": "MAGIC"},
        {"version": "x"},
    ],
)
def test_nonsense_is_never_our_fault(client: Client, plan: Plan, told: dict[str, Any]) -> None:
    assert sent(client, plan, **told).status_code in (200, 302, 422)


def test_what_was_held_is_shown_and_stays(client: Client, plan: Plan, case: Case, by: StaffMember) -> None:
    a_signed_session(case, by)
    page = client.get(address(plan)).content.decode()
    assert "Held already" in page
    assert page.count('name="doses-0-numbers"') == 2
    assert sent(client, plan, line(0, "EDU", [2, 3])).status_code == 302
    block = plan.blocks.get(number=1)
    assert [(d["modality"], d["numbers"]) for d in block.content] == [("IASTM", [1]), ("EDU", [2, 3])]
    page = client.post(address(plan), {"version": "2", "planned": "0", "do": "save"}).content.decode()
    assert "Between 1 and 30 sessions" in page


def test_the_second_is_told_and_nothing_is_lost(client: Client, plan: Plan, by: StaffMember) -> None:
    block = plan.blocks.get(number=1)
    change_block(block=block, version=1, planned=3, doses=[PlannedDose("MAN_STM", (1,))], by=by)
    answer = sent(client, plan, line(0, "EDU", [2]), planned="4")
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("Changed elsewhere", "Session 1: Soft-tissue massage", 'name="version" value="2"', 'value="EDU"'):
        assert text in page
    assert sent(client, plan, line(0, "EDU", [2]), planned="4", version="2").status_code == 302


def test_a_later_block_is_as_the_one_before(client: Client, plan: Plan) -> None:
    assert "Nothing is planned yet" in client.get(address(plan, 2)).content.decode()
    page = client.get(f"{address(plan, 2)}?like=before").content.decode()
    assert 'name="doses-0-parameters-total_time_min"' in page
    assert "As block 1" in page
    answer = client.post(f"/plans/{plan.pk}/blocks/add/", {"after": "2", "like": "before"})
    assert answer["Location"] == f"{address(plan, 3)}?like=before"
    told = client.post(f"/plans/{plan.pk}/blocks/add/", {"after": "2"}, follow=True).content.decode()
    assert "was added in the meantime" in told
    assert client.get(f"{address(plan, 1)}?like=before").status_code == 200


def test_what_is_blocked_is_not_offered_and_refused(client: Client, plan: Plan, case: Case, by: StaffMember) -> None:
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None)), by=lead)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True, weeks=22)], by=by)
    assert '<option value="TECAR" disabled>TECAR (blocked today)' in client.get(address(plan)).content.decode()
    page = sent(client, plan, line(0, "TECAR", [1])).content.decode()
    assert "TECAR is blocked for this body today. See the screening." in page


def test_a_consent_is_taken_on_the_page(client: Client, plan: Plan, case: Case) -> None:
    needles = line(0, "DRYNEEDLE", [1], technique="DEEP")
    asked = sent(client, plan, needles)
    page = asked.content.decode()
    assert asked.status_code == 422
    for text in (
        "Dry needling: consent",
        "Dry needling: what to know, version 1",
        "/DRYNEEDLE/leaflet/",
        'value="DEEP"',
    ):
        assert text in page
    given = {
        "agreement-DRYNEEDLE-shown": "yes",
        "agreement-DRYNEEDLE-choice": "consent",
        "agreement-DRYNEEDLE-form": "WRITTEN",
        "agreement-DRYNEEDLE-given_by": "PATIENT",
        "agreement-DRYNEEDLE-leaflet": "Dry needling: what to know, version 1",
        "agreement-DRYNEEDLE-discussed": "",
    }
    page = sent(client, plan, needles, **given).content.decode()
    assert "Dry needling, what was discussed: Say what was discussed" in page
    assert not Consent.objects.filter(modality_code="DRYNEEDLE").exists()
    given["agreement-DRYNEEDLE-discussed"] = "Bruises; massage, or nothing"
    assert sent(client, plan, needles, **given).status_code == 302
    assert Consent.objects.get(modality_code="DRYNEEDLE").leaflet == "Dry needling: what to know, version 1"


def test_or_somebody_authorises_it(client: Client, plan: Plan, case: Case) -> None:
    needles = line(0, "DRYNEEDLE", [1])
    told = {"agreement-DRYNEEDLE-shown": "yes", "agreement-DRYNEEDLE-choice": "authorised"}
    assert sent(client, plan, needles, **told).status_code == 422
    told |= {"agreement-DRYNEEDLE-authorised_by": "Tom Lead", "agreement-DRYNEEDLE-because": "Asked at the visit"}
    assert sent(client, plan, needles, **told).status_code == 302
    page = client.get(f"/cases/{case.pk}/plan/").content.decode()
    assert "is planned without the patient’s consent, authorised by Tom Lead: Asked at the visit" in page


def test_a_closed_block_sends_back_to_the_plan(client: Client, plan: Plan, by: StaffMember) -> None:
    path = address(plan)
    end_plan(plan=plan, reason="Done", by=by)
    answer = client.get(path, follow=True)
    assert "This plan has ended already." in answer.content.decode()
    assert "ended already" in client.post(f"/plans/{plan.pk}/blocks/add/", {"after": "2"}, follow=True).content.decode()


def test_strangers_find_nothing_and_reception_may_not(client: Client, plan: Plan, by: StaffMember) -> None:
    paths = [address(plan), f"/plans/{plan.pk}/blocks/add/"]
    client.force_login(a_physio())
    assert {client.post(path).status_code for path in paths} == {404}
    assert client.get(paths[0]).status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert {client.post(path).status_code for path in paths} <= {403, 404}


def test_the_page_costs_the_same_for_one_line_and_for_many(
    client: Client, plan: Plan, by: StaffMember, django_assert_num_queries: Any
) -> None:
    doses = [PlannedDose(code, (1, 2, 3)) for code in ("IASTM", "EDU", "MAN_STM", "EX_HSR", "CRYO", "TENS")]
    for version, few in ((1, doses[:1]), (2, doses)):
        change_block(block=plan.blocks.get(number=1), version=version, planned=3, doses=few, by=by)
        path = address(plan)
        with django_assert_num_queries(20):
            client.get(path)
