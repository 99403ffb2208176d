"""Patients for whom something is blocked, and what is asked and waived of it."""

from datetime import timedelta
from typing import Any

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_note, a_patient, site_of, staff
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.sessions import log_session, sign_session
from treatments.actions.waivers import answer_waiver, ask_waiver
from treatments.models import ContraindicationRule, Session, Waiver, WaiverRequest

DOSE = {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"}


def a_lead(by: StaffMember, **told: Any) -> StaffMember:
    return staff(Role.CLINICAL_LEAD, site=site_of(by), name="Lena Lead", hcpc_number="PH654321", **told)


def block_for_pregnancy(case: Case, by: StaffMember) -> None:
    """Radial shockwave is blocked by a rule that a lead of this clinic approved."""
    rules = ContraindicationRule.objects.filter(column="RS", retired_on=None)
    approve_rules(these=list(rules), by=a_lead(by))
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True)], by=by)


def a_pregnant_case(by: StaffMember) -> Case:
    case = a_case(by, a_patient(by, sex="FEMALE"))
    block_for_pregnancy(case, by)
    return case


def a_request_to_waive(case: Case, by: StaffMember, reason: str = "She asks for it") -> WaiverRequest:
    if not case.screenings.filter(answers__question_code="PREGNANT", answers__is_yes=True).exists():
        block_for_pregnancy(case, by)
    return ask_waiver(injury=case.injuries.first(), modality="RSWT", reason=reason, by=by)


def a_waiver(case: Case, by: StaffMember, lead: StaffMember | None = None, days: int = 30) -> Waiver:
    asked = a_request_to_waive(case, by)
    until = clock.today(case.site.time_zone) + timedelta(days=days)
    return answer_waiver(request=asked, is_granted=True, until=until, by=lead or a_lead(by))


def signed(case: Case, by: StaffMember, day: Any = None, **more: Any) -> Session:
    """A visit in which radial shockwave was given."""
    rows = [{"modality": "RSWT", "parameters": DOSE, **more}]
    draft = log_session(case=case, document=a_note(day, applications=rows), by=by)
    return sign_session(session=draft, draft_version=draft.draft_version, by=by)
