"""Case C 9.5 through the pages: five sessions, no reliable change, and a discharge that says so."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fields import says
from tests.journeys.physiotherapist import Physiotherapist, Visit, first_day

pytestmark = pytest.mark.journey

PATIENT = {
    "Given names": "Derek",
    "Family name": "Casterbridge",
    "Date of birth": "21/09/1971",
    "Sex": "male",
    "NHS number": "999 300 2119",
    "Occupation": "Warehouse worker",
    "Medicines": "Clopidogrel, metformin",
    "Past history": "Type 2 diabetes",
}
XRAY = {
    "Picture": "X-ray (digital)",
    "View": "Lateral, weight-bearing",
    "Region": "Heel",
    "Side": "right",
    "From": "private imaging centre",
    "Reported by": "Private centre",
}
SESSIONS = ((7, 7, 8, "2.5"), (14, 7, 7, "2.7"), (21, 6, 7, "2.9"), (28, 7, 7, "3.0"), (35, 6, 7, "3.0"))


@pytest.fixture
def physio(page: Page) -> Physiotherapist:
    return Physiotherapist(page, first_day(120))


def test_the_whole_of_it(physio: Physiotherapist) -> None:
    physio.log_in()
    physio.register_patient(PATIENT)
    start(physio)
    xray(physio, 0, ("7.2", "31.0"))
    physio.log_visit(Visit(0, "Assessment", measures=pain(7, 8) | scored("66.7", "3.3")))
    physio.give_consent("Radial shockwave", day=7, leaflet_and_its_version="NICE IPG311")
    physio.plan_blocks("Plantar heel", blocks=1)
    for day, first_steps, standing, bar in SESSIONS:
        physio.log_visit(Visit(day, measures=pain(first_steps, standing), treatments=treatments(bar, day == 7)))
    review = ("Change the treatment", "No reliable change after five sessions: taping and laser.")
    physio.log_visit(Visit(42, "Review", measures=pain(6, 7) | scored("67.9", "3.7"), review=review))
    look_at_the_review(physio)
    xray(physio, 120, ("7.1", "30.4"))
    physio.log_visit(
        Visit(
            120,
            "Discharge",
            measures=pain(6, 7) | scored("69", "4.0") | {"Change rated": 1},
            texts={"Plan for next time": "Podiatry, orthopaedics, weight management."},
        )
    )
    look_at_the_end(physio)
    physio.discharge("no benefit", "Refer to podiatry and orthopaedics; weight management.")
    says(physio.page.get_by_role("main"), "discharged")
    physio.page.get_by_role("link", name="Reopen").click()
    says(physio.page.get_by_role("region", name="What happened to it"), "Discharged: no benefit", "podiatry")


def start(physio: Physiotherapist) -> None:
    physio.start_case(
        injuries=[
            {
                "kind": "calcification",
                "Diagnosis": "Plantar calcaneal spur with plantar heel pain",
                "Region": "Heel",
                "side": "right",
            }
        ],
        told={"Started on": physio.day(0)},
        asked=["Pain, first steps", "Pain, standing"],
    )
    physio.screen({"Do you take aspirin, clopidogrel": {"What": "Clopidogrel"}})


def pain(first_steps: int, standing: int) -> dict[str, Any]:
    return {"Pain, first steps in /10": first_steps, "Pain, standing in /10": standing}


def scored(faam: str, psfs: str) -> dict[str, str]:
    return {"FAAM daily in %": faam, "PSFS in /10": psfs}


def treatments(bar: str, is_first: bool) -> dict[str, Any]:
    shock = {"Pressure in bar": bar, "Impulses in impulses": "2000", "Frequency in Hz": "8", "Applicator in mm": "15"}
    insole = {"Orthosis, insole, heel lift": {"Type": "insole"}} if is_first else {}
    raises = {"Sets in sets": "3", "Repetitions in reps": "12", "Load in RM": "12"}
    return {"Radial shockwave": shock, "Heavy slow resistance": raises} | insole


def xray(physio: Physiotherapist, day: int, size: tuple[str, str]) -> None:
    physio.record_imaging(
        day=day,
        picture=XRAY,
        sizes={"How the millimetres are known": "By the estimated magnification", "Length": size[0], "Area": size[1]},
        grades={},
        conclusion="A plantar spur; by itself a weak explanation of pain.",
    )


def look_at_the_review(physio: Physiotherapist) -> None:
    """After the block nothing has changed by more than its error."""
    page = physio.page
    page.goto(f"{physio.case}plan/")
    block = page.get_by_role("region", name=re.compile("^Block 1"))
    says(block, "5 of 5", physio.shown(42), "change the treatment")
    block.get_by_role("link", name=re.compile("^Review")).click()
    frozen = page.get_by_role("table", name="As it stood")
    for name, *figures in (
        ("Pain, first steps", "7 /10", "6 /10", "−1", "no reliable change", "< 2"),
        ("FAAM daily", "66.7", "67.9", "+1.2", "no reliable change", "< 8 %"),
        ("PSFS", "3.3", "3.7", "+0.4", "no reliable change", "< 2"),
    ):
        says(frozen.get_by_role("row", name=re.compile(f"^{name}")), *figures)


def look_at_the_end(physio: Physiotherapist) -> None:
    """FAAM +2.3, pain −1 and PSFS +0.7: below what is asked of each; the area −1.9 %, within its error."""
    page = physio.page
    page.goto(physio.case)
    for name, *figures in (
        ("Pain, first steps", "7 /10", "6 /10", "−1", "no reliable change", "< 2"),
        ("Pain, standing", "8 /10", "7 /10", "−1", "no reliable change", "< 2"),
        ("FAAM daily", "66.7 %", "69 %", "+2.3", "no reliable change", "< 8 %"),
        ("PSFS", "3.3 /10", "4 /10", "+0.7", "no reliable change", "< 2"),
        ("Change rated", "1", "rated little change"),
    ):
        says(physio.row(name), *figures)
    expect(page.get_by_role("table", name="Now")).not_to_contain_text("improved")
    deposit = page.get_by_role("row", name=re.compile("^Deposit D1"))
    says(deposit, "31 mm²", "30.4 mm²", "−1.9 %", "no change beyond the error", "error ±10 %", "length −0.1 mm")
    page.get_by_text("The same as a table").click()
    in_all = page.get_by_role("table", name="Doses in all").get_by_role("row", name=re.compile("^Radial"))
    says(in_all, "5", "10000 impulses")
