"""Case C 9.1 from registration to discharge, entered afterwards through the pages; its figures are those of the record."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.achilles_case import ASSESSED, DISCHARGE, FLARE, HANDS_ON, REVIEW_1, REVIEW_2, SESSIONS, measured
from tests.journeys.fields import says
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


def look_at_the_case(physio: Physiotherapist) -> None:
    """9.1: knee to wall +4.2 cm, 71 % of left; heel raises 18, 67 % of left; 9.1.4 and 9.1.3."""
    page = physio.page
    page.goto(physio.case)
    for name, *figures in (
        ("Pain, load", "7 /10", "2 /10", "−5", "improved"),
        ("Pain, first steps", "6 /10", "1 /10", "−5", "improved"),
        ("Pain, rest", "2 /10", "0 /10", "−2", "improved"),
        ("Morning stiffness", "45 min", "5 min", "−40", "no agreed threshold"),
        ("Knee to wall, right", "4 cm", "8.2 cm", "71 % of left", "+4.2", "more than the error", "≥ 1.9 cm"),
        ("Knee to wall angle, right", "25 °", "39 °", "+14", "more than the error"),
        ("Heel raises, right", "4 reps", "18 reps", "67 % of left", "+14", "no agreed threshold"),
        ("Pressure pain, right", "240 kPa", "420 kPa", "81 % of left", "+180"),
        ("VISA-A", "38 /100", "71 /100", "+33", "improved", "≥ 14"),
        ("LEFS", "44 /80", "66 /80", "+22", "improved", "≥ 9"),
        ("FAAM daily", "61.9 %", "88.1 %", "+26.2", "improved", "≥ 8 %"),
        ("FAAM sport", "28.1 %", "65.6 %", "+37.5", "improved", "≥ 12.3 %"),
        ("PSFS", "2 /10", "6.7 /10", "+4.7", "improved"),
        ("Change rated", "3", "5", "rated better", "≥ 3, small change"),
        ("Ankle, dorsiflexion, knee straight, passive, right", "4 °", "12 °", "+8"),
        ("Ankle, dorsiflexion, knee bent, passive, right", "8 °", "17 °", "+9"),
        ("Ankle, plantarflexion, passive, right", "42 °", "48 °", "+6"),
        ("Girth, calf 10 cm below tuberosity, right", "36.1 cm", "37 cm", "+0.9"),
    ):
        says(physio.row(name), *figures)
    deposit = page.get_by_role("row", name=re.compile("^Deposit D1"))
    says(deposit, "218 mm²", "158 mm²", "−27.5 %", "partial reduction", "error ±10 %; length −4.5 mm")
    page.get_by_text("Deposits over time").click()
    pictures = page.get_by_role("table", name="D1, measured by us")
    expect(pictures.get_by_role("row").filter(has_text="not comparable")).to_have_count(2)
    says(pictures.get_by_role("row").filter(has_text="158"), "29.5 × 7.4", "−27.5 %", "bone does not shrink like chalk")
    expect(page.get_by_text("10 × Shockwave elsewhere").first).to_be_visible()
    look_at_the_doses(page)


def look_at_the_doses(page: Page) -> None:
    """9.1.2: the index of the focused shockwave is 300 + 400 + 500."""
    page.get_by_text("The same as a table").click()
    in_all = page.get_by_role("table", name="Doses in all")
    for name, *figures in (
        ("Diacutaneous fibrolysis", "10", "150 min"),
        ("IASTM", "10", "50 min"),
        ("Radial shockwave", "3", "6000 impulses"),
        ("Focused shockwave", "3", "6000 impulses · 1200 mJ/mm², energy × impulses"),
        ("High-intensity laser", "4", "4600 J"),
    ):
        says(in_all.get_by_role("row", name=re.compile(f"^{name}")), *figures)
    doses = page.get_by_role("table", name="Doses", exact=True)
    for dose in (
        "Radial shockwave · 2 bar · 2000 impulses · 8 Hz · 15 mm",
        "Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz · 15 mm",
        "Radial shockwave · 2.6 bar · 2000 impulses · 8 Hz · 15 mm",
        "Focused shockwave · 0.15 mJ/mm² · 2000 impulses · 4 Hz",
        "Focused shockwave · 0.2 mJ/mm² · 2000 impulses · 4 Hz",
        "Focused shockwave · 0.25 mJ/mm² · 2000 impulses · 4 Hz",
        "High-intensity laser · 8 W · 1000 J · 125 s · 1064 nm",
        "Heavy slow resistance · 3 sets · 15 reps · 15 RM",
        "Heavy slow resistance · 4 sets · 6 reps · 6 RM",
    ):
        expect(given(doses, dose)).to_have_count(1)
    expect(given(doses, "High-intensity laser · 8 W · 1200 J · 150 s · 1064 nm")).to_have_count(3)


def given(doses: Locator, sentence: str) -> Locator:
    """The rows of a treatment with this dose."""
    treatment, _, dose = sentence.partition(" · ")
    return doses.get_by_role("row", name=re.compile(f"^{treatment} ")).filter(
        has=doses.page.get_by_role("cell", name=dose, exact=True)
    )


def look_at_the_sessions(physio: Physiotherapist) -> None:
    """Every one is a late entry; the third left petechiae, the eighth a flare of which the ninth tells."""
    page = physio.page
    for number, (day, values, after, _, _) in enumerate(SESSIONS, start=1):
        page.goto(physio.signed[day])
        block, place = divmod(number - 1, 5)
        expect(page.get_by_text(f"session {place + 1} of 5, block {block + 1}")).to_be_visible()
        expect(page.get_by_text(re.compile("Late entry")).first).to_be_visible()
        facts = page.get_by_role("region", name="Measured")
        expect(facts.get_by_text(f"{values[2]} /10").first).to_be_visible()
        says(facts, "Pain, load, after", f"{after} /10")
        if number == 3:
            expect(page.get_by_text("skin: petechiae").first).to_be_visible()
        if number == 8:
            says(page.get_by_role("region", name="Adverse events"), "Pain flare after running 5 km", "mild")
            says(page.get_by_role("region", name="Adverse events"), "after focused shockwave", "over ")
            expect(page.get_by_role("main")).to_contain_text(re.compile(r"Told on .*: worse, flare"))
        if number == 9:
            expect(page.get_by_text(re.compile("worse · flare"))).to_be_visible()


def look_at_the_plan(physio: Physiotherapist) -> None:
    """Two blocks of five, all held; each review of the day on which it was decided."""
    page = physio.page
    page.goto(physio.case)
    page.get_by_role("link", name="Start a plan").click()
    plan = page.get_by_role("region", name="Achilles calcification")
    for block, day, decision in ((1, 37, "continue"), (2, 79, "take a picture"), (2, 107, "discharge")):
        row = plan.get_by_role("listitem").filter(has_text=f"Block {block}")
        says(row, "5 of 5", physio.shown(day), decision)
    plan.get_by_role("link", name=re.compile(physio.shown(37))).click()
    says(page.get_by_role("main"), physio.shown(37), "entered late")
    frozen = page.get_by_role("table", name="As it stood")
    says(
        frozen.get_by_role("row", name=re.compile("^Knee to wall, right")),
        "4 cm",
        "6.1 cm",
        "+2.1",
        "more than the error",
    )
    says(frozen.get_by_role("row", name=re.compile("^VISA-A")), "38", "52", "+14", "improved")
    says(frozen.get_by_role("row", name=re.compile("^FAAM sport")), "28.1", "40.6", "+12.5", "improved")
