"""The pictures of a story: wanted, not wanted, received with what was read on them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from cases.actions.imaging import (
    Picture,
    decline_imaging,
    mark_requested,
    record_imaging,
    request_imaging,
    review_imaging,
)
from cases.actions.imaging_files import Sent, keep_files
from cases.actions.outlines import NewOutline, NewScale, sign_outlines
from cases.actions.readings import NewMeasurement, sign_reading
from cases.models import Case, ImagingRequest, ImagingResult
from cases.rules.imprecise_dates import ImpreciseDate
from cases.rules.scales import candidates, header_of
from clinic.models import StaffMember
from treatments.demo.phantoms import Person, Phantom, achilles

OF_RESULT = ("report_text", "reporter", "reporter_role", "repeat_reason")


def want(told: Mapping[str, Any], case: Case, due_on: date, by: StaffMember) -> None:
    request_imaging(
        case=case,
        picture=Picture(**told["picture"]),
        why=told["why"],
        due_on=due_on,
        is_requested=told.get("is_requested", False),
        by=by,
    )


def ask_for(case: Case, by: StaffMember) -> None:
    """The one that is planned is asked for today."""
    waits = ImagingRequest.objects.get(case=case, status="PLANNED")
    mark_requested(request=waits, version=waits.version, by=by)


def decline(reason: str, case: Case, by: StaffMember) -> None:
    decline_imaging(case=case, reason=reason, by=by)


def receive(told: Mapping[str, Any], case: Case, taken: ImpreciseDate, by: StaffMember) -> None:
    """A study: as far as it is told it is measured, and then reviewed. `answers`: it is the one that was wanted."""
    waits = ImagingRequest.objects.filter(case=case).awaited().order_by("due_on")
    result = record_imaging(
        case=case,
        picture=Picture(**told["picture"]),
        taken=taken,
        source=told["source"],
        request=waits.get() if told.get("answers") else None,
        by=by,
        **{name: told[name] for name in OF_RESULT if name in told},
    )
    made = phantom_of(told["phantom"], result) if "phantom" in told else None
    if made:
        keep_files(result=result, sent=[Sent(BytesIO(made.data), f"{told['phantom']}.dcm")], by=by)
    if made and told.get("is_outlined"):
        outline(told, made, result, by)
    elif "note" in told:
        measure(told, result, by)
    if "conclusion" in told:
        review_imaging(result=result, version=result.version, conclusion=told["conclusion"], by=by)


def phantom_of(name: str, result: ImagingResult) -> Phantom:
    """A picture of nobody that says it is of this patient, taken on the day of the study."""
    patient = result.case.patient
    person = Person(
        name=f"{patient.family_name}^{patient.given_names}",
        number=patient.nhs_number or "",
        born_on=patient.born_on,
        sex=patient.sex[:1],
    )
    return achilles(name, result.taken_on, person)


def outline(told: Mapping[str, Any], made: Phantom, result: ImagingResult, by: StaffMember) -> None:
    """Its sizes are measured along the edge of what is on it, by the scale that the file itself offers."""
    (shown,) = result.files.all()
    scale = candidates(header_of(shown.facts))[0]
    known = result.case.deposits.first()
    sign_outlines(
        result=result,
        file=shown.pk,
        scale=NewScale(str(scale.kind), scale.row_mm, scale.column_mm),
        drawn=[NewOutline(known.label if known else "D1", tuple(made.outline))],
        grades=[(scheme, grade) for scheme, grade in told.get("grades", ())],
        note=told["note"],
        by=by,
    )


def measure(told: Mapping[str, Any], result: ImagingResult, by: StaffMember) -> None:
    """The one deposit of the case, or that it is gone; grades; a note. A picture may show none of them."""
    known = result.case.deposits.first()
    size = {name: Decimal(value) for name, value in told.get("size", {}).items()}
    is_gone = told.get("gone", False)
    seen = NewMeasurement(deposit=known.label if known else "", is_visible=not is_gone, **size)
    sign_reading(
        result=result,
        origin="MEASURED",
        calibration=told.get("calibration", "NONE"),
        measurements=[seen] if size or is_gone else [],
        grades=[(scheme, grade) for scheme, grade in told.get("grades", ())],
        note=told["note"],
        by=by,
    )
