"""A higher-risk treatment is planned with the patient's consent, or somebody authorises it and says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.actions.consents import NewConsent, give_consent
from cases.actions.faults import Faults
from cases.models import Case, ConsentForm, ConsentWithdrawal, GivenBy, Patient
from clinic import audit, clock
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from treatments.actions.overrides import agreed_to
from treatments.models import Modality, Plan, PlanAuthorisation
from treatments.rules.demands import HIGHER_RISK

CONSENT_MISSING = "consent_missing"
KIND = "HIGHER_RISK_MODALITY"


@dataclass(frozen=True)
class Agreement:
    """For one modality: the consent as it is taken while planning (`form` is how it was given), or who authorised it.

    `discussed` holds the risks that matter to this patient, and the alternatives, doing nothing among them.
    """

    modality: str
    form: str = ""
    given_by: str = "PATIENT"
    discussed: str = ""
    leaflet: str = ""
    authorised_by: str = ""
    because: str = ""


def lacking_consent(case: Case, codes: Iterable[str], plan: Plan | None = None) -> list[str]:
    """Those of higher risk to which no consent is in force, and that nobody authorised in this plan."""
    risky = [code for code in dict.fromkeys(codes) if code in HIGHER_RISK]
    if not risky:
        return []
    agreed = set(agreed_to(case, clock.today(case.site.time_zone)))
    if plan is not None:
        agreed |= authorised_in(plan)
    return [code for code in risky if code not in agreed]


def authorised_in(plan: Plan) -> set[str]:
    """What was authorised in a plan, and not taken back by a withdrawal of the patient's since."""
    withdrawn: dict[str, datetime] = {}
    rows = ConsentWithdrawal.objects.filter(
        consent__patient__in=Patient.objects.one_with(plan.case.patient).values("pk"), consent__kind=KIND
    )
    for code, at in rows.order_by("created_at").values_list("consent__modality_code", "created_at"):
        withdrawn[code] = at
    found = PlanAuthorisation.objects.filter(plan=plan).values_list("modality__code", "created_at")
    return {code for code, at in found if code not in withdrawn or at > withdrawn[code]}


def settle_agreements(plan: Plan, codes: Iterable[str], agreements: Sequence[Agreement], by: StaffMember) -> None:
    """Keeps the consents and authorisations that a plan needs. Raises RuleBroken with a fault for each one missing."""
    lacking = lacking_consent(plan.case, codes, plan)
    told = {agreement.modality: agreement for agreement in agreements}
    modalities = {m.code: m for m in Modality.objects.filter(retired_on=None, code__in=lacking)} if lacking else {}
    faults = Faults()
    for code in lacking:
        agreement = told.get(code, Agreement(code))
        check_agreement(faults, modalities[code], agreement)
        if faults.found:
            continue
        if agreement.form:
            take_consent(faults, plan.case, agreement, by)
        else:
            authorise(plan, modalities[code], agreement, by)
    if faults.found:
        raise RuleBroken(CONSENT_MISSING, _("A consent is missing."), faults=faults.found)


def check_agreement(faults: Faults, modality: Modality, agreement: Agreement) -> None:
    at, code = f"/agreements/{modality.code}", "missing"
    if agreement.form:
        if agreement.form not in (ConsentForm.VERBAL, ConsentForm.WRITTEN, ConsentForm.ELECTRONIC):
            faults.add(f"{at}/form", "not_a_choice", _("Choose whether it was said, written or electronic."))
        if not agreement.leaflet.strip():
            faults.add(f"{at}/leaflet", code, _("Say which leaflet was given, with its version."))
        if not agreement.discussed.strip():
            told = _("Say what was discussed: the risks that matter to this patient, alternatives, doing nothing.")
            faults.add(f"{at}/discussed", code, told)
    elif agreement.authorised_by.strip() or agreement.because.strip():
        if not agreement.authorised_by.strip():
            faults.add(f"{at}/authorised_by", code, _("Say who authorised it."))
        if not agreement.because.strip():
            faults.add(f"{at}/because", code, _("Say why it is planned without a consent."))
    else:
        told = _("%(what)s needs the patient’s consent. Take it here, or say who authorised the plan without it.")
        faults.add(f"{at}/choice", CONSENT_MISSING, told % {"what": modality.label})


def take_consent(faults: Faults, case: Case, agreement: Agreement, by: StaffMember) -> None:
    told = NewConsent(
        kind=KIND,
        form=agreement.form,
        given_by=agreement.given_by,
        has_capacity=agreement.given_by in (GivenBy.PATIENT, GivenBy.PARENT),
        discussed=agreement.discussed,
        leaflet=agreement.leaflet.strip()[:200],
        modality_code=agreement.modality,
    )
    try:
        give_consent(patient=case.patient, case=case, told=told, by=by)
    except RuleBroken as no:
        for fault in no.faults:
            faults.add(f"/agreements/{agreement.modality}{fault.pointer}", fault.code, fault.message)


def authorise(plan: Plan, modality: Modality, agreement: Agreement, by: StaffMember) -> PlanAuthorisation:
    row = PlanAuthorisation.objects.create(
        plan=plan,
        modality=modality,
        authorised_by=agreement.authorised_by.strip()[:200],
        because=agreement.because.strip()[:500],
        noted_on=clock.today(plan.case.site.time_zone),
        noted_by=by,
    )
    details: dict[str, Any] = {"modality": modality.code}
    audit.record("plan.authorised", by=by, about=row, patient_id=plan.case.patient_id, details=details)
    return row
