from datetime import timedelta

import pytest

from cases.actions.alerts import note_alert
from cases.actions.cases import NewInjury
from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.actions.goals import NewGoal
from cases.actions.imaging import request_imaging
from cases.models import Case
from clinic import clock
from tests.factories.pictures import LATERAL, LENGTHWISE, a_picture
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session
from treatments.actions.discharges import discharge_case
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.queries import compose, consent_to_share

pytestmark = pytest.mark.django_db


def texts(case: Case) -> dict[str, str]:
    return {s["code"]: s["text"] for s in compose(case)["sections"]}


def rows(case: Case, code: str) -> list[list[str]]:
    return next(s["rows"] for s in compose(case)["sections"] if s["code"] == code)


def test_what_somebody_decides_is_not_filled_in() -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by, plan="Repeat the X-ray")
    told = texts(case)
    assert [told[code] for code in ("actions_gp", "actions_patient", "safety_net", "follow_up")] == [""] * 4
    assert told["actions_us"].startswith("Plan in our note of ")
    assert told["actions_us"].endswith(": Repeat the X-ray")


def test_drafts_are_not_told() -> None:
    by = a_physio()
    case = a_case(by)
    a_draft(case, by, objective="Swollen")
    told = texts(case)
    assert told["course"] == "No visit is signed yet."
    assert told["examination"] == ""
    assert (told["treatment"], told["outcomes"]) == ("None recorded.", "Nothing was measured.")
    assert rows(case, "treatment") == rows(case, "outcomes") == []


def test_why_it_ended_with_the_goals() -> None:
    by = a_physio()
    case = a_case(by, goals=[NewGoal("Run 5 km", "usual the morning after")])
    assert texts(case)["state"] == "Treatment goes on.\nGoal: Run 5 km, usual the morning after – open"
    discharge_case(case=case, outcome="GOALS_PARTLY_MET", reason="Runs 3 km.", by=by)
    told = texts(case)["state"].split("\n")[0]
    assert told.startswith("Goals partly met, ")
    assert told.endswith(". Runs 3 km.")
    assert next(s["heading"] for s in compose(case)["sections"] if s["code"] == "state") == "Reason for discharge"


def test_allergies_alerts_contraindications_and_medicines_only_as_reported() -> None:
    by = a_physio()
    patient = a_patient(by, medicines="Apixaban", allergies="Latex")
    case = a_case(by, patient)
    note_alert(patient=patient, severity="STOP", text="Faints", by=by)
    assert "Contraindications: not asked" in texts(case)["cautions"]
    complete_screening(
        case=case, answers=[NewAnswer("PREGNANT", is_yes=False), NewAnswer("CANCER", is_yes=True, detail="2001")], by=by
    )
    told = texts(case)
    assert "Allergies: Latex\nAlerts: Faints\nContraindications: “yes” to: Have you now" in told["cautions"]
    assert "(2001)" in told["cautions"]
    assert "pregnant" not in told["cautions"]
    assert told["medicines"] == "As reported by the patient: Apixaban"


def test_pictures_that_wait_and_pictures_that_were_not_reviewed() -> None:
    by = a_physio()
    case = a_case(by, injuries=[NewInjury("OTHER", "REG_ANKLE", "RIGHT", diagnosis="Tendon")])
    assert texts(case)["imaging"] == ""
    a_picture(case, by, report_text="Nothing broken")
    request_imaging(case=case, picture=LENGTHWISE, why="Size", due_on=clock.today() + timedelta(days=9), by=by)
    told = texts(case)["imaging"]
    assert "Report: Nothing broken. Not reviewed by us yet." in told
    assert "Asked for, not here yet: Ultrasound" in told
    assert LATERAL.modality != LENGTHWISE.modality


def test_consent_to_share_is_of_the_case_or_of_all_and_not_withdrawn() -> None:
    by = a_physio()
    case, other = a_case(by), a_case(by)
    again = a_case(by, case.patient)
    assert consent_to_share(case) is None
    assert "No consent" in texts(case)["consent"]
    told = NewConsent("INFORMATION_SHARING_GP", "VERBAL")
    given = give_consent(patient=case.patient, case=case, told=told, by=by)
    assert consent_to_share(case) == given
    assert texts(case)["consent"].startswith("Given by the patient on ")
    assert consent_to_share(again) is None
    assert consent_to_share(other) is None
    withdraw_consent(consent=given, by=by)
    assert consent_to_share(case) is None
    give_consent(patient=case.patient, told=told, by=by)
    assert consent_to_share(case) is not None
    assert consent_to_share(again) is not None
