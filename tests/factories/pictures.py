"""Pictures and what is read on them, made by the actions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from cases.actions.cases import NewInjury
from cases.actions.imaging import Picture, record_imaging
from cases.actions.readings import NewMeasurement, sign_reading
from cases.models import Case, ImagingReading, ImagingResult
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case

DEPOSIT = NewInjury(
    kind="CALCIFICATION",
    pathology="CALC_TENDON_ACHILLES_MID",
    region="REG_ANKLE",
    side="RIGHT",
    structure="STR_ACHILLES_TENDON",
)
LATERAL = Picture("IMG_XRAY_DX", "REG_ANKLE", "RIGHT", "XR_LATERAL_WB")
LENGTHWISE = Picture("IMG_US", "REG_ANKLE", "RIGHT", "US_LONGITUDINAL")


def a_calcified_case(by: StaffMember, **told: Any) -> Case:
    return a_case(by, **{"injuries": [DEPOSIT], **told})


def days_ago(days: int) -> ImpreciseDate:
    return ImpreciseDate(clock.today() - timedelta(days=days), Precision.DAY)


def a_picture(case: Case, by: StaffMember, ago: int = 0, picture: Picture = LATERAL, **told: Any) -> ImagingResult:
    told = {"source": "NHS", **told}
    return record_imaging(case=case, picture=picture, taken=days_ago(ago), by=by, **told)


def measured(
    result: ImagingResult, by: StaffMember, area: str = "218", deposit: str = "", **told: Any
) -> ImagingReading:
    told = {
        "origin": "MEASURED",
        "calibration": "ERMF",
        "measurements": [
            NewMeasurement(deposit=deposit, length_mm=Decimal(34), width_mm=Decimal(9), area_mm2=Decimal(area))
        ],
        **told,
    }
    return sign_reading(result=result, by=by, **told)
