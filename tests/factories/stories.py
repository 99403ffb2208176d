"""A case with something of everything that its progress shows, made by the actions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.actions.prior_treatments import NewPriorTreatment, add_prior_treatment
from cases.models import Case
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from clinic.models import StaffMember
from tests.factories.pictures import LENGTHWISE, a_calcified_case, a_picture, measured
from tests.factories.records import a_consent, a_draft, a_signed_session
from treatments.actions.addenda import correct_session
from treatments.actions.plans import PlannedBlock, review_block, start_plan
from treatments.models import Session

DAYS = (70, 63, 56, 20, 13)  # days ago of the signed visits: more than three weeks between the third and the fourth
PAIN = (7, 6, 5, 4, 3)
KNEE = ("4", "4.5", "5", "7", "8")
ENERGY = (None, "0.15", "0.20", "0.25", None)


@dataclass(frozen=True)
class Story:
    """The case, its signed visits in order, and the note that is not signed."""

    case: Case
    visits: list[Session]
    draft: Session


def a_story(by: StaffMember) -> Story:
    """Five visits over ten weeks: two of a reviewed block, two of a second with a flare, then an injection."""
    today = clock.today()
    case = a_calcified_case(
        by,
        opened_on=today - timedelta(days=80),
        prior_treatments=[
            NewPriorTreatment("SURG_TENDON_REPAIR", started=year(today, 4), benefit="PARTIAL"),
            NewPriorTreatment("SHOCKWAVE_ELSEWHERE", sessions=10, started=year(today, 2), benefit="NONE"),
        ],
    )
    a_consent(case, by, "FSWT")
    plan = start_plan(case=case, blocks=[PlannedBlock(2), PlannedBlock(3)], repeats_accepted=True, by=by)
    first = a_picture(case, by, 75)
    measured(first, by, "218")
    visits = []
    for n, ago in enumerate(DAYS):
        day = today - timedelta(days=ago)
        with clock.set_to(datetime.combine(day, time(17), ZoneInfo("Europe/London"))):
            visits.append(a_signed_session(case, by, day, **visit(n, day)))
            if n == 2:
                review_block(block=plan.blocks.get(number=1), decision="CONTINUE", reason="Better.", by=by)
    measured(a_picture(case, by, 12), by, "158", "D1")
    measured(a_picture(case, by, 60, LENGTHWISE), by, "150", "D1", calibration="US_REGION")
    injection = NewPriorTreatment("INJ_STEROID", started=on(today - timedelta(days=11)), benefit="SHORT")
    add_prior_treatment(case=case, prior=injection, by=by)
    knee = visits[0].measurements.get(measure_code="KTW_CM", side="RIGHT", moment="BEFORE")
    told = {"measurements": [{"id": str(knee.pk), "value": "4.2"}]}
    correct_session(session=visits[0], told=told, reason="Read from the wrong line.", by=by)
    return Story(case, visits, a_draft(case, by))


def visit(n: int, day: date) -> dict[str, Any]:
    """The note of the n-th visit."""
    told: dict[str, Any] = {
        "kind": "ASSESSMENT" if n == 0 else "TREATMENT",
        "applications": [{"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}}],
        "measurements": [
            {"measure": "NPRS", "context": "LOAD", "value": PAIN[n]},
            {"measure": "NPRS", "context": "LOAD", "value": PAIN[n] - 1, "moment": "AFTER"},
            {"measure": "KTW_CM", "side": "RIGHT", "value": KNEE[n]},
            {"measure": "KTW_CM", "side": "LEFT", "value": "10"},
            {"measure": "MORNING_STIFF_MIN", "value": 45 - 5 * n},
        ],
    }
    if ENERGY[n]:
        parameters = {"energy_mj_mm2": ENERGY[n], "impulses": "2000", "frequency_hz": "4"}
        told["applications"].append({"modality": "FSWT", "parameters": parameters})
    if n == 4:
        told["since"] = {"response": "WORSE", "pain": 6, "was_flare": True, "note": "Ran 5 km."}
        onset = (day - timedelta(days=5)).isoformat()
        told["adverse_events"] = [{"what": "=Blister", "severity": "MILD", "onset_on": onset}]
    return told


def on(day: date) -> ImpreciseDate:
    return ImpreciseDate(day, Precision.DAY)


def year(today: date, ago: int) -> ImpreciseDate:
    return ImpreciseDate(date(today.year - ago, 1, 1), Precision.YEAR)
