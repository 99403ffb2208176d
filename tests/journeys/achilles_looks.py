"""What the pages say of the whole Achilles case once it is discharged."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.achilles_case import SESSIONS
from tests.journeys.fields import says
from tests.journeys.physiotherapist import Physiotherapist


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
