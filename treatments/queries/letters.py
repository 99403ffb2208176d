"""A letter as the record alone would write it: headings with their text and tables, from what is signed.

What somebody has to decide (actions, safety net, follow-up) starts empty: the software recommends nothing.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, Consent, ConsentKind
from clinic.models import StaffMember
from treatments.models import LetterKind
from treatments.queries import letter_parts as parts
from treatments.queries import letter_tables as tables
from treatments.queries.letter_parts import day, section
from treatments.queries.progress import progress_of, story_of


def compose(case: Case) -> dict[str, Any]:
    """The content of a letter about a case as it stands; in as many statements for sixty sessions as for ten."""
    case = story_of(Case.objects.filter(pk=case.pk)).select_related("patient__merged_into").get()
    progress = progress_of(case)
    return {
        "head": head_of(case),
        "facts": facts_of(case),
        "sections": [
            parts.diagnosis(case),
            parts.course(progress),
            parts.state(case),
            section("actions_gp", _("Actions for the GP")),
            parts.history(case),
            parts.prior_treatment(case),
            parts.examination(progress),
            tables.imaging(case),
            tables.treatment(progress),
            tables.outcomes(progress),
            parts.adverse_events(case),
            parts.cautions(case),
            parts.medicines(case),
            parts.advice(case, progress),
            section("actions_patient", _("Actions for the patient")),
            parts.our_actions(progress),
            section("safety_net", _("When to seek help")),
            section("follow_up", _("Follow-up, and the way back to us")),
            parts.consent(consent_to_share(case)),
        ],
    }


def head_of(case: Case) -> dict[str, str]:
    """What stands on each sheet: who writes, and about whom."""
    patient = case.patient.survivor
    return {
        "clinic": case.site.name,
        "clinic_address": case.site.address,
        "patient": patient.full_name,
        "born": day(patient.born_on),
        "nhs_number": patient.nhs_spaced,
        "case_number": case.number,
    }


def facts_of(case: Case) -> list[list[str]]:
    """The lines above the letter; what is not known is left out, but for the NHS number."""
    patient = case.patient.survivor
    gp = ", ".join(filter(None, (patient.gp_name, patient.gp_practice)))
    told = [
        [_("Patient"), patient.full_name],
        [_("Date of birth"), day(patient.born_on)],
        [_("NHS number"), patient.nhs_spaced or _("not recorded")],
        [_("Address"), ", ".join(patient.address.split("\n"))],
        [_("GP"), gp],
        [_("Referred by"), case.referral],
        [_("Our reference"), case.number],
    ]
    return [line for line in told if line[1]]


def addressed_to(case: Case, kind: str) -> tuple[str, str]:
    """The name and the address of whom a letter is for, as far as the record knows them."""
    patient = case.patient.survivor
    if kind == LetterKind.GP:
        return patient.gp_name, patient.gp_practice
    if kind == LetterKind.REFERRER:
        return case.referral, ""
    if kind == LetterKind.PATIENT:
        return patient.full_name, patient.address
    return "", ""


def contact_of(staff: StaffMember) -> str:
    return staff.email


def consent_to_share(case: Case) -> Consent | None:
    """The latest consent in force to tell others about this case, given for it or for all of the patient's cases."""
    rows = Consent.objects.counting_for(case.patient).filter(kind=ConsentKind.INFORMATION_SHARING_GP)
    return rows.filter(Q(case=None) | Q(case=case)).first()
