"""Case C 9.2 through the pages: a flare at a visit outside the block is no failure, and the deposit goes in the end."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fields import says
from tests.journeys.physiotherapist import Physiotherapist, Visit, first_day

pytestmark = pytest.mark.journey

PATIENT = {
    "Given names": "Helen",
    "Family name": "Winterbourne",
    "Date of birth": "14/02/1979",
    "Sex": "female",
    "NHS number": "999 300 2100",
    "Occupation": "Office worker",
    "Stronger side": "right",
}
CLOUDY = "cloudy, translucent, no clear outline"
XRAY = {
    "Picture": "X-ray (digital)",
    "View": "Shoulder AP, internal rotation",
    "Region": "Shoulder",
    "Side": "right",
    "From": "private imaging centre",
    "Reported by": "Private centre",
}


@pytest.fixture
def physio(page: Page) -> Physiotherapist:
    return Physiotherapist(page, first_day(182))


def test_the_whole_of_it(physio: Physiotherapist) -> None:
    physio.log_in()
    physio.register_patient(PATIENT)
    start(physio)
    xray(physio, 0, "dense, even, sharp outline", ("18.0", "9.0", "121.0"), "Dense, even, sharp outline.")
    physio.log_visit(Visit(0, "Assessment", measures=measured(6, 5, (140, 120, 50)) | scored("52.3", 48)))
    physio.give_consent("Focused shockwave", day=7, leaflet_and_its_version="NICE IPG742")
    physio.plan_blocks("none: a plan of its own", blocks=1, sessions=5, treatments=["Focused shockwave"])
    for day, energy, activity in ((7, "0.20", 6), (14, "0.25", 5), (21, "0.28", 5)):
        physio.log_visit(Visit(day, measures=pain(activity), treatments=shockwave(energy)))
    flare(physio)
    look_at_the_flare(physio)
    better(physio)
    look_at_the_end(physio)
    physio.discharge("goals met")


def start(physio: Physiotherapist) -> None:
    physio.start_case(
        injuries=[
            {
                "kind": "calcification",
                "Diagnosis": "Calcific tendinopathy, rotator cuff",
                "Region": "Shoulder",
                "side": "right",
                "Structure": "Supraspinatus tendon",
            }
        ],
        told={"Started on": physio.day(0), "Since": physio.day(-425)[:7]},
        tried=[
            {"Treatment": "Steroid injection", "Sessions": "1", "From": physio.day(-75), "Benefit": "short benefit"},
            {
                "Treatment": "Anti-inflammatory medicine",
                "From": physio.day(-90),
                "To": physio.day(-7),
                "Benefit": "partial benefit",
            },
        ],
        asked=["Pain, activity", "Pain, night", "Shoulder, flexion, active, right"],
    )
    physio.screen(
        {"Have you had a steroid injection?": {"When": physio.day(-75), "Where": "Shoulder", "Side": "right"}}
    )


def pain(activity: int) -> dict[str, Any]:
    return {"Pain, activity in /10": activity}


def measured(activity: int, night: int, active: tuple[int, int, int]) -> dict[str, Any]:
    names = ("flexion", "abduction", "external rotation, arm at the side")
    range_ = {f"Shoulder, {n}, active, right in °": v for n, v in zip(names, active, strict=True)}
    return pain(activity) | {"Pain, night in /10": night} | range_


def scored(quick_dash: str, constant: int) -> dict[str, Any]:
    return {"QuickDASH in /100": quick_dash, "Constant in /100": constant}


def shockwave(energy: str) -> dict[str, Any]:
    dose = {"Impulses in impulses": "2000", "Frequency in Hz": "4"}
    return {
        "Focused shockwave": {"Energy flux density in mJ/mm²": energy, **dose},
        "Heavy slow resistance": {"Sets in sets": "3", "Repetitions in reps": "15"},
    }


def xray(physio: Physiotherapist, day: int, gaertner: str, size: tuple[str, ...], seen: str) -> None:
    sizes = dict(zip(("Length", "Width", "Area"), size, strict=False)) if size else {"No longer seen": True}
    physio.record_imaging(
        day=day,
        picture=XRAY,
        sizes=sizes | {"How the millimetres are known": "By the estimated magnification", "What is seen": seen},
        grades={"Gärtner and Heyer": gaertner} if gaertner else {},
        conclusion=seen,
    )


def flare(physio: Physiotherapist) -> None:
    """D49: shockwave withheld, cold and TENS instead; the general practitioner for the pain."""
    xray(physio, 49, CLOUDY, ("17.0", "8.5", "98.0"), "Cloudy: a resorptive phase.")
    physio.log_visit(
        Visit(
            49,
            "Unplanned visit",
            measures=measured(9, 9, (80, 70, 30)) | scored("61.4", 36),
            treatments={
                "Cold therapy": {"Time in min": "15"},
                "TENS": {"Mode": "conventional", "Frequency in Hz": "100", "Time in min": "30"},
                "Education and load management": {"What was explained": "A flare while the deposit is resorbed"},
            },
            texts={
                "Assessment": "Acute resorptive flare. Shockwave withheld.",
                "Plan for next time": "GP for the pain.",
            },
        )
    )


def better(physio: Physiotherapist) -> None:
    """D112 and D182: the block ends early because of the flare; its review waits for the last picture."""
    physio.end_block_early(1, "Resorptive flare: no more shockwave.")
    xray(physio, 112, CLOUDY, ("5.5", "3.2", "14.0"), "Almost nothing is left.")
    review = ("Take a picture", "Wait for the rest of the deposit.")
    physio.log_visit(Visit(112, "Review", measures=measured(3, 1, (160, 150, 60)) | scored("31.8", 70), review=review))
    xray(physio, 182, "", (), "No deposit is seen any more.")
    physio.log_visit(
        Visit(
            182,
            "Discharge",
            measures=measured(1, 0, (172, 170, 70)) | scored("13.6", 85),
            review=("Discharge", "Full use of the arm."),
        )
    )


def look_at_the_flare(physio: Physiotherapist) -> None:
    """More pain and a smaller deposit stand beside each other; the block goes on where it was, and no review is due."""
    page = physio.page
    expect(page.get_by_text("Unplanned visit").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"[Ss]ession \d of 5"))).to_have_count(0)
    expect(page.get_by_role("region", name="Given")).not_to_contain_text("shockwave")
    page.goto(physio.case)
    says(page.get_by_role("region", name="Next", exact=True), "Session 4 of 5, block 1")
    expect(page.get_by_role("link", name=re.compile("^Review block"))).to_have_count(0)
    says(physio.row("Pain, activity"), "6 /10", "9 /10", "+3", "worse")
    says(physio.row("QuickDASH"), "52.3", "61.4", "+9.1", "no reliable change", "< 17.1")
    says(physio.row("Constant"), "48 /100", "36 /100", "−12")
    says(
        page.get_by_role("row", name=re.compile("^Deposit D1")),
        "121 mm²",
        "98 mm²",
        "−19 %",
        "partial reduction",
        "error ±10 %",
    )
    page.goto(f"{physio.case}plan/")
    expect(page.get_by_role("heading", name=re.compile("^Block 1 3 of 5"))).to_be_visible()


def look_at_the_end(physio: Physiotherapist) -> None:
    """QuickDASH −38.7 and Constant +37 from the start: the flare between is one of the values, and no verdict."""
    page = physio.page
    page.goto(physio.case)
    for name, *figures in (
        ("Pain, activity", "6 /10", "1 /10", "−5", "improved"),
        ("Pain, night", "5 /10", "0 /10", "−5", "improved"),
        ("Shoulder, flexion, active, right", "140 °", "172 °", "+32"),
        ("Shoulder, abduction, active, right", "120 °", "170 °", "+50"),
        ("Shoulder, external rotation, arm at the side, active, right", "50 °", "70 °", "+20"),
        ("QuickDASH", "52.3 /100", "13.6 /100", "−38.7", "improved", "≥ 17.1"),
        ("Constant", "48 /100", "85 /100", "+37", "improved", "≥ 10"),
    ):
        says(physio.row(name), *figures)
    says(page.get_by_role("row", name=re.compile("^Deposit D1")), "121 mm²", "−100 %", "no longer seen")
    page.get_by_text("Deposits over time").click()
    pictures = page.get_by_role("table", name="D1, measured by us")
    for day, size, change, word in (
        (49, "98 mm²", "−19 %", "partial reduction"),
        (112, "14 mm²", "−88.4 %", "almost gone"),
        (182, "no longer seen", "−100 %", "no longer seen"),
    ):
        says(pictures.get_by_role("row", name=re.compile(physio.day(day))), size, change, word)
    page.get_by_text("The same as a table").click()
    in_all = page.get_by_role("table", name="Doses in all")
    says(in_all.get_by_role("row", name=re.compile("^Focused")), "3", "6000 impulses", "1460 mJ/mm²")
    page.get_by_role("link", name="Start a plan").click()
    plan = page.get_by_role("region", name="Plan").get_by_role("listitem")
    says(plan, "3 of 5", physio.shown(112), "take a picture", physio.shown(182), "discharge")
