"""A patient whose texts all say a marker, with one row of each kind: what an attack on privacy looks for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cases.actions.alerts import note_alert
from cases.actions.appointments import book_appointment
from cases.actions.cases import NewInjury
from cases.actions.goals import NewGoal
from cases.actions.identifiers import add_identifier
from cases.actions.imaging import request_imaging
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.red_flags import NewRedFlag
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.histories import an_earlier_visit
from tests.factories.imaging_files import a_kept_file
from tests.factories.photographs import a_photograph
from tests.factories.pictures import LATERAL, LENGTHWISE, a_picture, measured
from tests.factories.records import a_case, a_draft, a_patient, a_signed_session, site_of, staff
from tests.factories.waivers import a_request_to_waive
from treatments.actions.agreements import Agreement
from treatments.actions.letters import start_letter
from treatments.actions.own_files import Asked, ask_own_file
from treatments.actions.pictures import plan_imaging
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import review_block, start_plan
from treatments.actions.screenings import NewAnswer, complete_screening

CLINICAL = ("medicines", "allergies", "past_history")
REGISTERED = (
    "given_names", "family_name", "known_as", "address", "gp_name", "gp_practice", "emergency_name",
    "emergency_relation", "occupation", "sport",
)  # fmt: skip


def plant(by: StaffMember, marker: str, *, registered: bool = False, days: int = 0) -> dict[str, UUID]:
    """The ids of what is there, by kind. With `registered`, names, address and all else of the registration say it too.

    `days` from now is the appointment, so that several patients have theirs.
    """
    details = dict.fromkeys(CLINICAL + (REGISTERED if registered else ()), marker)
    if registered:
        details |= {"former_names": [marker], "email": f"{marker.lower()}@example.org"}
    patient = a_patient(by, **details)
    case = a_case(
        by,
        patient,
        title=marker,
        history=marker,
        referral=marker,
        injuries=[NewInjury("CALCIFICATION", "REG_ANKLE", "RIGHT", "CALC_TENDON_ACHILLES_MID", marker)],
        prior_treatments=[NewPriorTreatment("INJ_STEROID", marker, dose=marker, provider=marker)],
        red_flags=[NewRedFlag("RF_FRACTURE", True, marker, marker)],
        goals=[NewGoal(marker, marker)],
    )
    texts: dict[str, Any] = dict.fromkeys(("subjective", "objective", "assessment", "plan"), marker)
    texts["exercises"] = [{"name": marker, "note": marker}]
    event = {"what": marker, "severity": "MILD", "onset_on": clock.today().isoformat(), "told": marker}
    texts["adverse_events"] = [event]
    held = dict.fromkeys(("because", "told", "happened"), marker)
    texts["applications"] = [{"modality": "EDU", "parameters": {"topic": marker}, "note": marker, **held}]
    agreed = Agreement("DRYNEEDLE", authorised_by=marker, because=marker)
    blocks = [PlannedBlock(1, (PlannedDose("DRYNEEDLE", (1,)),))]
    plan = start_plan(case=case, blocks=blocks, agreements=[agreed], by=by)
    plan_imaging(plan=plan, picture=LENGTHWISE, why=marker, due_on=clock.today(), by=by)
    draft, signed = a_draft(case, by, **texts), a_signed_session(case, by, **texts)
    result = a_picture(case, by, reporter=marker, report_text=marker)
    at = clock.now() + timedelta(days=days)
    rows = {
        "plan": plan,
        "block": plan.blocks.get(),
        "patient": patient,
        "case": case,
        "injury": case.injuries.get(),
        "goal": case.goals.get(),
        "red_flag": case.red_flag_notes.get(),
        "draft": draft,
        "session": signed,
        "event": signed.adverse_events.get(),
        "consent": case.consents.first(),
        "request": request_imaging(case=case, picture=LATERAL, why=marker, due_on=clock.today(), by=by),
        "result": result,
        "appointment": book_appointment(
            patient=patient, case=case, staff=by, site=case.site, starts_at=at, minutes=10, by=by
        ),
        "document": a_photograph(draft, by, marker, file_name=marker).document,
        "waiver": a_request_to_waive(case, by, marker),
        "earlier_visit": an_earlier_visit(case, by, marker),
    }
    rows["imaging_file"] = a_kept_file(result, by, marker)
    size = measured(result, by, note=marker).measurements.get()
    rows |= {
        "size": size,
        "deposit": size.deposit,
        "prior_treatment": case.prior_treatments.get(),
        "measurement": signed.measurements.first(),
        "screening": complete_screening(case=case, answers=[NewAnswer("FEEL_AND_TELL", True, detail=marker)], by=by),
        "review": review_block(block=plan.blocks.get(), decision="IMAGE", reason=marker, by=by),
    }
    rows["letter"] = start_letter(case=case, kind="REFERRER", by=by)
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    rows["own_file"] = ask_own_file(patient=patient, asked=Asked(clock.today(), "Known here in person."), by=admin)
    if registered:
        rows["alert"] = note_alert(patient=patient, severity="STOP", text=marker, by=by)
        rows["identifier"] = add_identifier(patient=patient, system=marker, value=f"{marker}-1", by=by)
    return {kind: row.pk for kind, row in rows.items()}
