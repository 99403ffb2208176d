"""Records to test with, made by the same actions as everything else: so each has its audit event."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from cases.actions.cases import AskedMeasure, NewInjury, start_case
from cases.actions.consents import NewConsent, give_consent
from cases.actions.patients import register_patient
from cases.actions.prior_treatments import NewPriorTreatment
from cases.models import Case, Consent, Patient
from clinic import clock
from clinic.actions.staff import add_site, add_staff_member
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Role
from treatments.actions.sessions import log_session, sign_session
from treatments.models import Session

numbers = count(1)
PASSWORD = "a-long-password-for-tests"


def manager() -> StaffMember:
    """The clinic's first person, who adds the others."""
    found = StaffMember.objects.filter(email="first@example.org").first()
    return found or add_staff_member(
        email="first@example.org", name="First Admin", roles=[Role.CLINIC_ADMIN], sites=[], by=None
    )


def a_site(name: str = "") -> Site:
    return add_site(name=name or f"Site {next(numbers)}", by=manager())


def staff(*roles: Role, site: Site | None = None, **told: Any) -> StaffMember:
    """Somebody with these roles, at a site of their own where none is named."""
    n = next(numbers)
    told = {"email": f"person{n}@example.org", "name": f"Person {n}", "password": PASSWORD, **told}
    return add_staff_member(roles=roles, sites=[site or a_site()], by=manager(), **told)


def a_physio(site: Site | None = None, **told: Any) -> StaffMember:
    return staff(Role.PHYSIOTHERAPIST, site=site, hcpc_number="PH123456", **told)


def site_of(person: StaffMember) -> Site:
    return Site.objects.get(pk=person.site_ids[0])


def a_patient(by: StaffMember, **told: Any) -> Patient:
    told = {
        "given_names": "Ann",
        "family_name": f"Example{next(numbers)}",
        "born_on": date(1985, 5, 12),
        "is_another": True,
        **told,
    }
    return register_patient(by=by, site=site_of(by), **told)


def a_case(by: StaffMember, patient: Patient | None = None, **told: Any) -> Case:
    told = {
        "title": "Right Achilles",
        "injuries": [NewInjury(kind="OTHER", diagnosis="Achilles tendinopathy", region="REG_ANKLE", side="RIGHT")],
        "prior_treatments": [NewPriorTreatment(kind="SHOCKWAVE_ELSEWHERE", sessions=10, benefit="NONE")],
        "key_measures": [AskedMeasure("NPRS", "LOAD"), AskedMeasure("KTW_CM", "", "RIGHT")],
        **told,
    }
    case = start_case(patient=patient or a_patient(by), by=by, site=site_of(by), **told)
    for code in ("RSWT", "DIAFIB"):
        a_consent(case, by, code)
    return case


def a_consent(case: Case, by: StaffMember, modality_code: str) -> Consent:
    """To a higher-risk treatment, given when the patient was born: long enough ago for every visit."""
    told = NewConsent(
        "HIGHER_RISK_MODALITY", "VERBAL", given_on=case.patient.born_on, discussed="-", modality_code=modality_code
    )
    return give_consent(patient=case.patient, case=case, told=told, by=by)


def a_note(day: date | None = None, **told: Any) -> dict[str, Any]:
    """The document of an ordinary visit, as it is typed."""
    return {
        "kind": "TREATMENT",
        "occurred_on": (day or clock.today()).isoformat(),
        "subjective": "Better on the stairs.",
        "applications": [
            {"modality": "RSWT", "parameters": {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"}},
            {"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}},
        ],
        "measurements": [
            {"measure": "NPRS", "context": "LOAD", "value": "6"},
            {"measure": "KTW_CM", "side": "RIGHT", "value": "4,3"},
        ],
        **told,
    }


def a_draft(case: Case, by: StaffMember, **told: Any) -> Session:
    return log_session(case=case, document=a_note(**told), by=by)


def a_signed_session(case: Case, by: StaffMember, day: date | None = None, **told: Any) -> Session:
    draft = log_session(case=case, document=a_note(day, **told), by=by)
    return sign_session(session=draft, draft_version=draft.draft_version, by=by)


def signed_sessions(case: Case, by: StaffMember, how_many: int) -> list[Session]:
    """One a day, the last of them today."""
    days = [clock.today() - timedelta(days=n) for n in reversed(range(how_many))]
    return [a_signed_session(case, by, day) for day in days]
