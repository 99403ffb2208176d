from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from cases.actions.cases import NewInjury
from cases.actions.consents import withdraw_consent
from cases.models import Case, Consent
from clinic import clock
from clinic.actions.staff import deactivate_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, manager, site_of, staff
from tests.factories.waivers import a_lead, a_pregnant_case, a_request_to_waive, a_waiver, block_for_pregnancy, signed
from treatments.actions.overrides import held_back
from treatments.actions.plans import PlannedBlock, PlannedDose, start_plan
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.waivers import answer_waiver, ask_waiver, see_answer, withdraw_waiver
from treatments.models import ContraindicationRule, GivenAgainst, Waiver, WaiverSeen
from treatments.queries import plan_of, proposed_end, story_of
from treatments.rules.demands import Demand

pytestmark = pytest.mark.django_db
BLOCK = [PlannedBlock(3, (PlannedDose("RSWT", (1, 2, 3)),))]
TODAY = clock.today()
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_pregnant_case(by)


def run(statement: str) -> None:
    """A statement, and what a commit would look at after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def held(case: Case, injury: str | None = None) -> Any:
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    return held_back(story, clock.today(case.site.time_zone))["RSWT", injury]


def approve(by: StaffMember, *conditions: str) -> None:
    rules = ContraindicationRule.objects.filter(column="RS", condition_code__in=conditions, retired_on=None)
    approve_rules(these=list(rules), by=a_lead(by))


def test_what_is_asked_is_frozen_with_its_rules_and_persons(case: Case, by: StaffMember) -> None:
    asked = a_request_to_waive(case, by)
    assert (asked.asked_name, asked.asked_hcpc) == (by.name, "PH123456")
    assert asked.blocking
    assert any("regnan" in m["says"] and m["outcome"] == "BLOCKED" and m["certainty"] for m in asked.matches)
    assert AuditEvent.objects.filter(row_id=asked.pk, action="waiver.asked").exists()
    assert held(case).is_blocked, "asking alone changes nothing"


def test_what_cannot_be_asked(case: Case, by: StaffMember) -> None:
    injury = case.injuries.get()
    for modality in ("EDU", "MAGIC"):
        with pytest.raises(RuleBroken, match="not blocked"):
            ask_waiver(injury=injury, modality=modality, reason="x", by=by)
    for reason, told in ((" ", "Say why"), ("x" * 1001, "At most 1000")):
        with pytest.raises(RuleBroken, match=told):
            ask_waiver(injury=injury, modality="RSWT", reason=reason, by=by)
    a_request_to_waive(case, by)
    with pytest.raises(RuleBroken, match="asked already"):
        a_request_to_waive(case, by)
    with pytest.raises(NotAllowed):
        a_request_to_waive(case, a_lead(by))


def test_a_waiver_lets_it_be_planned_and_logged_and_is_named_in_the_record(case: Case, by: StaffMember) -> None:
    with pytest.raises(RuleBroken, match="is blocked"):
        start_plan(case=case, blocks=BLOCK, by=by, repeats_accepted=True)
    with pytest.raises(RuleBroken, match="held back"):
        signed(case, by)
    waiver = a_waiver(case, by)
    assert (waiver.answered_name, waiver.answered_hcpc, waiver.is_alone) == ("Lena Lead", "PH654321", False)
    assert (held(case).demand, held(case).is_blocked) == (Demand.WAIVED, False)
    start_plan(case=case, blocks=BLOCK, by=by, repeats_accepted=True)
    session = signed(case, by)
    row = GivenAgainst.objects.get()
    assert (row.session, row.demand, row.waiver, row.because) == (session, "WAIVED", waiver, "She asks for it")
    assert any("regnan" in m["says"] for m in row.matches)
    with pytest.raises(RuleBroken, match="waived already"):
        a_request_to_waive(case, by)


def test_what_was_given_before_it_was_waived_is_not_covered(case: Case, by: StaffMember) -> None:
    a_waiver(case, by)
    with pytest.raises(RuleBroken, match="held back"):
        signed(case, by, TODAY - timedelta(days=1))


def test_what_comes_later_is_not_covered(case: Case, by: StaffMember) -> None:
    a_waiver(case, by)
    complete_screening(case=case, answers=[NewAnswer("CLOT_NOW", is_yes=True)], by=by)
    assert held(case).is_blocked
    with pytest.raises(RuleBroken, match="is blocked"):
        start_plan(case=case, blocks=BLOCK, by=by, repeats_accepted=True)


def test_what_came_while_the_lead_read_is_not_waived_unseen(case: Case, by: StaffMember) -> None:
    asked = a_request_to_waive(case, by)
    complete_screening(case=case, answers=[NewAnswer("CLOT_NOW", is_yes=True)], by=by)
    with pytest.raises(RuleBroken, match="Something else blocks it"):
        answer_waiver(request=asked, is_granted=True, until=LATER, by=a_lead(by))


def test_a_waiver_is_for_one_injury(by: StaffMember) -> None:
    both = [NewInjury("OTHER", region, "RIGHT", diagnosis="x") for region in ("REG_ANKLE", "REG_KNEE")]
    case = a_case(by, a_patient(by, sex="FEMALE"), injuries=both)
    block_for_pregnancy(case, by)
    a_waiver(case, by)
    ankle, knee = (str(injury.pk) for injury in case.injuries.all())
    assert held(case, ankle).demand is Demand.WAIVED
    assert held(case, knee).is_blocked
    assert held(case).is_blocked, "where it is not said for which, the strictest counts"


def test_what_else_is_demanded_is_demanded_still(by: StaffMember) -> None:
    case = a_pregnant_case(by)
    withdraw_consent(consent=Consent.objects.get(modality_code="RSWT"), by=by)
    waiver = a_waiver(case, by)
    with pytest.raises(RuleBroken) as no:
        signed(case, by)
    assert [f.pointer for f in no.value.faults] == ["/applications/0/because", "/applications/0/told"]
    signed(case, by, because="Form at home", told="Lead")
    row = GivenAgainst.objects.get()
    assert (row.demand, row.waiver, row.because) == ("AUTHORISATION", waiver, "Form at home")


def test_only_another_lead_waives(case: Case, by: StaffMember) -> None:
    asked = a_request_to_waive(case, by)
    for person in (by, a_physio(site_of(by)), staff(Role.CLINIC_ADMIN, site=site_of(by))):
        with pytest.raises(NotAllowed):
            answer_waiver(request=asked, is_granted=True, until=LATER, by=person)
    both = staff(Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST, site=site_of(by))
    answer_waiver(request=asked, is_granted=False, words="No", by=both)
    own = a_request_to_waive(case, both)
    with pytest.raises(RuleBroken, match="another clinical lead"):
        answer_waiver(request=own, is_granted=True, until=LATER, by=both)
    assert answer_waiver(request=own, is_granted=False, words="Taken back", by=both).is_alone is False


def test_who_is_alone_waives_alone_and_it_says_so(case: Case, by: StaffMember) -> None:
    me = staff(Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST, site=site_of(by))
    asked = a_request_to_waive(case, me)
    others = StaffMember.objects.exclude(pk__in=[me.pk, manager().pk]).filter(is_active=True)
    for other in others:
        with pytest.raises(RuleBroken, match="another clinical lead"):
            answer_waiver(request=asked, is_granted=True, until=LATER, by=me)
        other.refresh_from_db()
        deactivate_staff_member(person=other, version=other.version, by=manager())
    waiver = answer_waiver(request=asked, is_granted=True, until=LATER, by=me)
    assert waiver.is_alone
    assert AuditEvent.objects.get(row_id=waiver.pk).details == {"alone": True}


@pytest.mark.parametrize(
    ("is_granted", "told", "message"),
    [
        (True, {}, "until when"),
        (True, {"until": TODAY - timedelta(days=1)}, "90 days"),
        (True, {"until": TODAY + timedelta(days=92)}, "90 days"),
        (False, {}, "Say why"),
        (False, {"words": "x" * 1001}, "At most 1000"),
    ],
)
def test_an_answer_must_be_whole(case: Case, by: StaffMember, is_granted: bool, told: Any, message: str) -> None:
    asked = a_request_to_waive(case, by)
    with pytest.raises(RuleBroken, match=message):
        answer_waiver(request=asked, is_granted=is_granted, by=a_lead(by), **told)
    assert not Waiver.objects.exists()


def test_a_refusal_changes_nothing_and_it_may_be_asked_again(case: Case, by: StaffMember) -> None:
    asked, lead = a_request_to_waive(case, by), a_lead(by)
    answer = answer_waiver(request=asked, is_granted=False, words="Wait for the birth", by=lead)
    assert held(case).is_blocked
    with pytest.raises(RuleBroken, match="answered already"):
        answer_waiver(request=asked, is_granted=True, until=LATER, by=lead)
    with pytest.raises(RuleBroken, match="declined"):
        withdraw_waiver(waiver=answer, reason="x", by=lead)
    assert a_request_to_waive(case, by).answered is None


def test_a_waiver_is_taken_back_from_today_on(case: Case, by: StaffMember) -> None:
    lead = a_lead(by)
    waiver = a_waiver(case, by, lead)
    session = signed(case, by)
    run("SELECT 1")
    with pytest.raises(RuleBroken, match="Say why"):
        withdraw_waiver(waiver=waiver, reason="", by=lead)
    with pytest.raises(NotAllowed):
        withdraw_waiver(waiver=waiver, reason="x", by=by)
    withdraw_waiver(waiver=waiver, reason="Bleeding", by=lead)
    with pytest.raises(RuleBroken, match="already"):
        withdraw_waiver(waiver=waiver, reason="x", by=lead)
    assert held(case).is_blocked
    with pytest.raises(RuleBroken, match="held back"):
        signed(case, by)
    assert GivenAgainst.objects.get(session=session).demand == "WAIVED", "what was given under it stays as it was"


def test_an_answer_is_seen_once_by_who_asked(case: Case, by: StaffMember) -> None:
    waiver = a_waiver(case, by)
    see_answer(waiver=waiver, by=a_physio(site_of(by)))
    assert not WaiverSeen.objects.exists()
    see_answer(waiver=waiver, by=by)
    see_answer(waiver=waiver, by=by)
    assert WaiverSeen.objects.get().seen_by == by


def test_until_when_it_is_proposed(by: StaffMember) -> None:
    case = a_case(by)
    assert proposed_end(plan_of(case), TODAY) == TODAY + timedelta(days=42)
    start_plan(case=case, blocks=[PlannedBlock(5)], protocol="T_RC_CALC", by=by)
    assert proposed_end(plan_of(case), TODAY) == TODAY + timedelta(days=35)
