"""Case C 9.1 from registration to discharge, entered afterwards through the pages; its figures are those of the record."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.achilles_case import ASSESSED, DISCHARGE, FLARE, HANDS_ON, REVIEW_1, REVIEW_2, SESSIONS, measured
from tests.journeys.achilles_looks import look_at_the_case, look_at_the_plan, look_at_the_sessions
from tests.journeys.physiotherapist import Physiotherapist, Visit, first_day

pytestmark = pytest.mark.journey

PATIENT = {
    "Given names": "Marcus",
    "Family name": "Thornbury",
    "Date of birth": "12/05/1985",
    "Sex": "male",
    "NHS number": "999 300 1015",
    "Occupation": "Financial analyst",
    "Sport": "Recreational runner",
    "Stronger side": "right",
    "Allergies": "None",
}
XRAY = {
    "Picture": "X-ray (digital)",
    "View": "Lateral, weight-bearing",
    "Region": "Ankle",
    "Side": "right",
}


@pytest.fixture
def physio(page: Page) -> Physiotherapist:
    return Physiotherapist(page, first_day(107))


def test_the_whole_of_it(physio: Physiotherapist) -> None:
    physio.log_in()
    physio.register_patient(PATIENT)
    start(physio)
    assess(physio)
    consent(physio)
    physio.plan_blocks("Achilles calcification", blocks=2)
    first_block(physio)
    second_block(physio)
    finish(physio)
    look_at_the_case(physio)
    look_at_the_sessions(physio)
    look_at_the_plan(physio)
    physio.discharge("goals partly met", "Goals met in part: knee to wall and running; heel raises 18 of 20.")
    expect(physio.page.get_by_role("link", name="Reopen")).to_be_visible()


def start(physio: Physiotherapist) -> None:
    ankle = {"Region": "Ankle", "side": "right"}
    physio.start_case(
        injuries=[
            {
                "kind": "calcification",
                "Diagnosis": "Achilles calcification, mid-portion (after rupture)",
                **ankle,
                "Structure": "Achilles tendon",
                "How it came about": "Dystrophic calcification",
            },
            {"kind": "adhesion", "Diagnosis": "Peritendinous adhesion", **ankle},
            {"kind": "adhesion", "Diagnosis": "Scar tethering of the skin", **ankle},
        ],
        told={
            "Started on": physio.day(0),
            "Since": physio.day(-1520),
            "What happened": "Felt a pop at five-a-side; right Achilles, mid-portion.",
        },
        tried=[
            {"Treatment": "Tendon repair", "From": physio.day(-1512), "Benefit": "partial benefit"},
            {"Treatment": "Immobilisation (boot or cast)", "From": physio.day(-1512), "To": physio.day(-1456)},
            {
                "Treatment": "Physiotherapy elsewhere",
                "Sessions": "9",
                "From": physio.day(-1440),
                "To": physio.day(-1300),
                "Benefit": "short benefit",
            },
            {
                "Treatment": "Shockwave elsewhere",
                "Sessions": "10",
                "From": physio.day(-640),
                "To": physio.day(-560),
                "Benefit": "no benefit",
                "Pain": "no benefit",
                "Range": "no benefit",
                "Flexibility": "no benefit",
            },
            {"Treatment": "Excision of a calcification", "From": physio.day(-183), "Benefit": "short benefit"},
            {"Treatment": "Debridement", "From": physio.day(-183), "Benefit": "short benefit"},
        ],
        goals=[
            {"Goal": "Run 5 km", "Reached when": "pain 3/10 or less", "By": physio.day(107)},
            {"Goal": "Knee to wall", "Reached when": "8 cm or more", "By": physio.day(100)},
            {"Goal": "20 heel raises", "By": physio.day(107)},
        ],
        asked=["Pain, load", "Knee to wall, right", "Heel raises, right", "Morning stiffness"],
    )


def assess(physio: Physiotherapist) -> None:
    physio.screen(
        {
            "Have you had an operation here?": {"When": physio.day(-183), "Where": "Ankle", "Side": "right"},
            "Has a tendon here torn through": {"When": physio.day(-1520), "Where": "Ankle", "Side": "right"},
        }
    )
    physio.record_imaging(
        day=-12,
        picture=XRAY | {"From": "the patient’s copy", "Reported by": "Private centre"},
        sizes={
            "How the millimetres are known": "By the estimated magnification",
            "Length": "34.0",
            "Width": "9.0",
            "Area": "218.0",
            "Area in pixels": "11767",
            "What is seen": "Dense, uneven, sharp outline.",
        },
        grades={"Morris (Achilles ossification)": "up to 12 cm above, partial"},
        conclusion="Large deposit at the mid-portion.",
    )
    ultrasound(physio, 0, ("31.5", "8.2"), "Arc with shadow. Doppler 2. Tendon 14.8 mm. Sliding 6.5 mm, left 11.0 mm.")
    physio.log_visit(
        Visit(0, "Assessment", measures=ASSESSED, texts={"Found": "No palpable gap, calf squeeze negative."})
    )


def ultrasound(physio: Physiotherapist, day: int, size: tuple[str, str], seen: str) -> None:
    physio.record_imaging(
        day=day,
        picture={
            "From": "our own ultrasound",
            "Picture": "Ultrasound",
            "View": "Ultrasound, longitudinal",
            "Region": "Ankle",
            "Side": "right",
        },
        sizes={
            "How the millimetres are known": "By the ultrasound machine",
            "Length": size[0],
            "Width": size[1],
            "What is seen": seen,
        },
        grades={},
        conclusion=f"Length {size[0]} mm on ultrasound.",
    )


def consent(physio: Physiotherapist) -> None:
    told = {"what_was_discussed": "Uncertain efficacy; alternatives.", "leaflet_and_its_version": "NICE IPG571, 2016"}
    for treatment, day in (("Diacutaneous fibrolysis", 2), ("Radial shockwave", 2), ("Focused shockwave", 44)):
        physio.give_consent(treatment, day=day, **told)
    physio.give_consent("research and audit", day=2)


def sessions(physio: Physiotherapist, which: slice) -> None:
    for number, (day, values, after, agent, (sets, reps)) in list(enumerate(SESSIONS, start=1))[which]:
        skin = {3: "petechiae", 1: "erythema", 2: "erythema", 4: "erythema"}.get(number, "none")
        physio.log_visit(
            Visit(
                day,
                since=since_of(number),
                measures=measured(values) | {"Pain, load after in /10": after},
                treatments=HANDS_ON
                | agent
                | {
                    "Education and load management": {"What was explained": "Load and pain"},
                    "Home exercise programme": {"Exercises": "Reviewed"},
                    "Heavy slow resistance": {"Sets in sets": sets, "Repetitions in reps": reps, "Load in RM": reps},
                },
                for_all={"Skin after, all": skin, "Tolerated, all": "good"},
                exercise={
                    "Exercise": "Heavy slow calf raise",
                    "Sets": sets,
                    "Repetitions": reps,
                    "Load in RM": reps,
                    "Remark": "then hopping" if number == 10 else "load cut by a fifth" if number == 8 else "",
                },
                event=FLARE | {"Since": physio.day(58), "Over since": physio.day(60)} if number == 8 else {},
                texts={"Assessment": "Ran 5 km the day before."} if number == 8 else {},
            )
        )


def since_of(number: int) -> dict[str, Any]:
    if number == 1:
        return {}
    return {"response": "Worse", "Flare": "yes"} if number == 9 else {"response": "As usual"}


def first_block(physio: Physiotherapist) -> None:
    sessions(physio, slice(0, 5))
    physio.log_visit(
        Visit(
            37, "Review", measures=REVIEW_1, review=("Continue", "Knee to wall beyond its error, pain down by three.")
        )
    )


def second_block(physio: Physiotherapist) -> None:
    sessions(physio, slice(5, 10))
    physio.log_visit(
        Visit(79, "Review", measures=REVIEW_2, review=("Take a picture", "By how much has the deposit shrunk?"))
    )


def finish(physio: Physiotherapist) -> None:
    physio.record_imaging(
        day=100,
        picture=XRAY | {"From": "private imaging centre", "Reported by": "Private centre"},
        sizes={
            "How the millimetres are known": "By the estimated magnification",
            "Length": "29.5",
            "Width": "7.4",
            "Area": "158.0",
            "Area in pixels": "8529",
            "What is seen": "Dense, uneven, partly sharp.",
        },
        grades={"Morris (Achilles ossification)": "up to 12 cm above, partial"},
        conclusion="Smaller than before the treatment.",
    )
    ultrasound(
        physio, 107, ("28.9", "7.1"), "Fragmented at the proximal end. Doppler 1. Tendon 13.1 mm. Sliding 9.0 mm."
    )
    physio.log_visit(
        Visit(
            107,
            "Discharge",
            measures=DISCHARGE,
            texts={"Plan for next time": "Heavy slow resistance for twelve weeks; no more shockwave."},
            review=("Discharge", "Knee to wall reached; heel raises 18 of 20."),
        )
    )
