"""What a patient agrees to, and takes back. Both are kept for good."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.actions.used import require_unmerged
from cases.models import Case, Consent, ConsentForm, ConsentKind, ConsentWithdrawal, GivenBy, Patient
from cases.models.sealed import CONSENT, WITHDRAWAL
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.seals import seal_row
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

GILLICK_AGE = 16  # 16 and 17 are presumed competent; below, competence is judged and noted (general knowledge)


@dataclass(frozen=True)
class NewConsent:
    """For what, in which form, given by whom; what was discussed, with which leaflet."""

    kind: str
    form: str
    given_by: str = "PATIENT"
    given_on: date | None = None
    has_capacity: bool = True
    discussed: str = ""
    leaflet: str = ""
    modality_code: str = ""


@transaction.atomic
def give_consent(*, patient: Patient, told: NewConsent, by: StaffMember, case: Case | None = None) -> Consent:
    """Keeps a consent as it was given, today or earlier."""
    require(by, Permission.CASE_START)
    if case is None:
        require_unmerged(patient)
    today = clock.today(patient.site.time_zone)
    given_on = told.given_on or today
    faults = Faults()
    for name, choices in (("kind", ConsentKind), ("form", ConsentForm), ("given_by", GivenBy)):
        if getattr(told, name) not in choices.values:
            faults.add(f"/{name}", "not_a_choice", _("Choose one of the list."))
    if (told.kind == ConsentKind.HIGHER_RISK_MODALITY) != bool(told.modality_code):
        faults.add("/modality_code", "missing", _("A consent to a higher-risk treatment names it, and no other does."))
    if given_on > today:
        faults.add("/given_on", "in_the_future", _("This is in the future."))
    if given_on < patient.survivor.born_on:
        faults.add("/given_on", "before_the_birth", _("This is before the date of birth."))
    if not told.has_capacity and told.given_by == GivenBy.PATIENT:
        faults.add("/given_by", "no_capacity", _("Without capacity somebody else decides: say who."))
    is_young = patient.survivor.age_on(given_on) < GILLICK_AGE and told.given_by == GivenBy.PATIENT
    if is_young and not told.discussed.strip():
        faults.add("/discussed", "missing", _("Under 16: note why the patient is competent to decide (Gillick)."))
    faults.stop()
    consent = Consent.objects.create(
        patient=patient,
        case=case,
        kind=told.kind,
        modality_code=told.modality_code,
        form=told.form,
        given_by=told.given_by,
        given_on=given_on,
        has_capacity=told.has_capacity,
        discussed=told.discussed.strip(),
        leaflet=told.leaflet.strip(),
        taken_by=by,
    )
    sealed = seal_row(CONSENT, consent.pk, patient_id=patient.pk, words={"taken_by": by.name})
    audit.record("consent.given", by=by, about=consent, patient_id=patient.pk, details={"kind": told.kind} | sealed)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: StaffMember, reason: str = "") -> ConsentWithdrawal:
    """Notes that a patient takes a consent back today; a reason is not owed."""
    require(by, Permission.CASE_START)
    Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=consent.patient_id)  # once, not twice
    if ConsentWithdrawal.objects.filter(consent=consent).exists():
        raise RuleBroken("withdrawn", _("This consent was withdrawn already."), conflict=True)
    row = ConsentWithdrawal.objects.create(
        consent=consent, withdrawn_on=clock.today(), reason=reason.strip()[:500], noted_by=by
    )
    sealed = seal_row(WITHDRAWAL, row.pk, patient_id=consent.patient_id, words={"noted_by": by.name})
    audit.record("consent.withdrawn", by=by, about=row, patient_id=consent.patient_id, details=sealed)
    return row
