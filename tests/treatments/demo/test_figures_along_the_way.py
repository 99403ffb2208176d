"""The figures of the six worked cases on the pages of sessions, plans, reviews, screenings, patients and in reports."""

import re

import pytest
from django.test import Client

from tests.treatments.demo.pages import Story

pytestmark = pytest.mark.usefixtures("demo_clinic")

# The Achilles case by day: pain at rest, first steps, on load, stiffness, knee to wall in cm and degrees, heel raises,
# pressure pain; pain after treatment.
ACHILLES = {
    0: ("2", "6", "7", "45", "4", "25", "4", "240", None),
    2: ("2", "6", "7", "45", "4", "25", "4", "245", "4"),
    9: ("2", "6", "6", "40", "4.3", "26", "5", "260", "4"),
    16: ("2", "5", "6", "35", "4.8", "28", "6", "280", "5"),
    23: ("1", "4", "5", "25", "5.4", "30", "8", "305", "3"),
    30: ("1", "4", "4", "20", "5.9", "31", "9", "325", "3"),
    37: ("1", "3", "4", "18", "6.1", "32", "10", "335", None),
    44: ("1", "3", "4", "15", "6.4", "33", "11", "345", "3"),
    51: ("1", "3", "3", "12", "6.8", "34", "13", "360", "2"),
    58: ("1", "3", "4", "15", "6.7", "34", "13", "350", "6"),
    65: ("0", "2", "3", "10", "7.2", "36", "15", "385", "3"),
    72: ("0", "2", "2", "8", "7.6", "37", "16", "400", "2"),
    79: ("0", "2", "2", "7", "7.8", "38", "17", "410", None),
    107: ("0", "1", "2", "5", "8.2", "39", "18", "420", None),
}
MEASURED = (
    *("Pain, rest", "Pain, first steps", "Pain, load", "Morning stiffness", "Knee to wall, right"),
    *("Knee to wall angle, right", "Heel raises, right", "Pressure pain, right", "Pain, load, after"),
)
UNITS = ("/10", "/10", "/10", "min", "cm", "°", "reps", "kPa", "/10")
SHOULDER = "Shoulder, external rotation, arm at the side, passive, left"
BEHIND_BACK = "Shoulder, hand behind back, active, left"


def test_each_visit_of_the_achilles_case(client: Client) -> None:
    pages = Story(client, "Ellery").sessions()
    told = [
        {name: f"{value} {unit}" for name, value, unit in zip(MEASURED, row, UNITS, strict=True) if value}
        for row in ACHILLES.values()
    ]
    for page, expected in zip(pages, told, strict=True):
        facts = page.region("Measured").facts()
        assert {name: facts.get(name) for name in MEASURED if name in expected or name in facts} == expected


def test_what_each_treatment_of_the_achilles_case_held(client: Client) -> None:
    pages = [page for page in Story(client, "Ellery").sessions() if ", block " in page.text]
    added = (
        *("Radial shockwave · 2 bar · 2000 impulses · 8 Hz · 15 mm", "High-intensity laser · 8 W · 1000 J · 125 s"),
        *("Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz · 15 mm", "High-intensity laser · 8 W · 1200 J · 150 s"),
        *(
            "Radial shockwave · 2.6 bar · 2000 impulses · 8 Hz · 15 mm",
            "Focused shockwave · 0.15 mJ/mm² · 2000 impulses",
        ),
        *("High-intensity laser · 8 W · 1200 J · 150 s", "Focused shockwave · 0.2 mJ/mm² · 2000 impulses · 4 Hz"),
        *("High-intensity laser · 8 W · 1200 J · 150 s", "Focused shockwave · 0.25 mJ/mm² · 2000 impulses · 4 Hz"),
    )
    sets = ("3 sets · 15 reps", "3 sets · 12 reps", "3 sets · 12 reps", "4 sets · 10 reps", "4 sets · 10 reps")
    sets += ("4 sets · 8 reps", "4 sets · 8 reps", "4 sets · 8 reps", "4 sets · 8 reps", "4 sets · 6 reps")
    for number, page in enumerate(pages):
        given = page.region("Given").text
        assert f"session {number % 5 + 1} of 5, block {number // 5 + 1}" in page.text
        for words in ("Diacutaneous fibrolysis · 15 min · large, medium · 4/10", "IASTM · 5 min · curved · 3/10"):
            assert words in given
        assert added[number] in given
        assert f"Heavy slow resistance · {sets[number]}" in given
    skin = [set(re.findall(r"skin: (\w+)", page.region("Given").text)) for page in pages]
    assert skin == [{"erythema"}, {"erythema"}, {"petechiae"}, {"erythema"}, *[{"none"}] * 6]


def test_before_us_and_what_was_wanted(client: Client) -> None:
    page = Story(client, "Ellery").page()
    before = page.region("Before us").text
    assert re.search(r"9 × Exercise, stopped early [\d-]+ · short benefit", before)
    assert re.search(r"10 × Radial shockwave [\d-]+ · no benefit", before)
    assert re.search(r"Open repair [\d-]+ · partial benefit", before)
    wanted = page.region("How it began").text
    assert re.search(r"Run 5 km · pain 3/10 or less · by [\w ]+ · partly met", wanted)
    assert re.search(r"Knee to wall 8 cm · by [\w ]+ · met", wanted)
    assert re.search(r"20 heel raises on one leg · by [\w ]+ · not met", wanted)


# Blocks as they are told in the plan, with what was decided.
BLOCKS = {
    "Ellery": ["Block 1 5 of 5 continue", "Block 2 5 of 5 take a picture discharge"],
    "Okafor": ["Block 1 3 of 3 take a picture take a picture discharge"],
    "Brandt": ["Block 1 10 of 10 continue", "Block 2 10 of 10 discharge"],
    "Holloway": ["Block 1 5 of 5 change the treatment", "Block 2 4 of 4 discharge"],
}


@pytest.mark.parametrize("name", list(BLOCKS))
def test_positions_in_a_plan_that_is_over(client: Client, name: str) -> None:
    lines = [line for line in Story(client, name).page("plan").lines() if line.startswith("Block ")]
    heads = [re.match(r"Block \d+ \d+ of \d+", line) for line in lines]
    decided = [re.findall(r"Review \w{3} \d+ \w+ \d{4}: ([a-z ]+)", line) for line in lines]
    told = [
        " ".join([h.group() if h else "", *(d.strip() for d in each)]) for h, each in zip(heads, decided, strict=True)
    ]
    assert told == BLOCKS[name]


def test_positions_in_plans_that_run(client: Client) -> None:
    for name, blocks, following in (
        ("Haddad", ["8 of 8", "4 of 4", "0 of 4"], "Session 1 of 4, block 3"),
        ("Osei", ["5 of 5", "4 of 5"], "Session 5 of 5, block 2"),
    ):
        story = Story(client, name)
        heads = [h.text for h in story.page("plan").all("h2") if h.text.startswith("Block ")]
        assert [" ".join(h.split()[2:5]) for h in heads] == blocks
        assert following in story.page().region("Next").text


def test_where_the_achilles_case_stood_at_its_reviews(client: Client) -> None:
    story = Story(client, "Ellery")
    (first,), (second, last) = story.reviews(1), story.reviews(2)
    for section, measure, start, now, change, verdict in (
        (first, "VISA-A", "38 /100", "52 /100", "+14", "improved ≥ 14"),
        (first, "LEFS", "44 /80", "54 /80", "+10", "improved ≥ 9"),
        (first, "FAAM daily", "61.9 %", "72.6 %", "+10.7", "improved ≥ 8 %"),
        (first, "FAAM sport", "28.1 %", "40.6 %", "+12.5", "improved ≥ 12.3 %"),
        (first, "PSFS", "2 /10", "4 /10", "+2", "improved ≥ 2"),
        (first, "Change rated", "3", "3", "–", "rated better ≥ 3"),
        (first, "Knee to wall, right", "4 cm", "6.1 cm", "+2.1", "more than the error ≥ 1.9 cm"),
        (first, "Pain, load", "7 /10", "4 /10", "−3", "improved ≥ 2"),
        (second, "VISA-A", "52 /100", "66 /100", "+14", "improved ≥ 14"),
        (second, "LEFS", "54 /80", "63 /80", "+9", "improved ≥ 9"),
        (second, "FAAM daily", "72.6 %", "83.3 %", "+10.7", "improved ≥ 8 %"),
        (second, "FAAM sport", "40.6 %", "59.4 %", "+18.8", "improved ≥ 12.3 %"),
        (second, "PSFS", "4 /10", "6 /10", "+2", "improved ≥ 2"),
        (second, "Change rated", "3", "5", "–", "rated better ≥ 3"),
        (last, "Knee to wall, right", "6.4 cm", "8.2 cm", "+1.8", "no reliable change < 1.9 cm"),
    ):
        row = section.table("As it stood").row(measure)
        assert [re.sub(r" \d+ [A-Z][a-z]{2}$", "", cell) for cell in row[:3]] == [start, now, change], measure
        assert row[3].startswith(verdict), measure


def test_the_review_of_the_spur(client: Client) -> None:
    (review,) = Story(client, "Holloway").reviews(1)
    table = review.table("As it stood")
    for measure, change, verdict in (
        ("Pain, first steps", "−1", "no reliable change < 2"),
        ("FAAM daily", "+1.2", "no reliable change < 8 %"),
        ("PSFS", "+0.4", "no reliable change < 2"),
    ):
        row = table.row(measure)
        assert (row[2], row[3].startswith(verdict)) == (change, True), measure
    assert "improved" not in table.text
    assert review.facts()["Exercises done"].startswith("40% on average")


def test_the_review_of_the_knee(client: Client) -> None:
    (review,) = Story(client, "Brandt").reviews(1)
    table = review.table("As it stood")
    for measure, now in (
        *(("KOOS pain", "61"), ("KOOS symptoms", "57"), ("KOOS daily living", "69"), ("KOOS sport", "25")),
        *(("KOOS quality of life", "31"), ("Knee, flexion, passive, left", "110"), ("Pain, activity", "4")),
        *(("Knee, extension, passive, left", "−6"), ("Strength, symmetry, knee extensors, left", "55")),
    ):
        assert table.row(measure)[1].split()[0] == now, measure


@pytest.mark.parametrize(
    ("name", "visit", "measured"),
    [
        ("Okafor", 4, {"QuickDASH": "61.4 /100", "Constant": "36 /100", "Pain, activity": "9 /10"}),
        ("Okafor", 4, {"Shoulder, flexion, active, right": "80 °", "Shoulder, abduction, active, right": "70 °"}),
        ("Okafor", 5, {"QuickDASH": "31.8 /100", "Constant": "70 /100", "Pain, night": "1 /10"}),
        ("Marlow", 1, {"LEFS": "42 /80", "Knee, flexion, active, left": "85 °", "Pain, load": "5 /10"}),
        ("Marlow", 3, {"LEFS": "58 /80", "Knee, flexion, active, left": "118 °", "Pain, load": "3 /10"}),
        ("Brandt", 8, {"Knee, extension, passive, left": "−8 °", "Knee, flexion, passive, left": "101 °"}),
        ("Brandt", 18, {"Knee, extension, passive, left": "−4 °", "Knee, flexion, passive, left": "118 °"}),
        ("Holloway", 3, {"Pain, first steps": "6 /10", "Pain, standing": "7 /10"}),
        ("Haddad", 0, {SHOULDER: "12 °", "SPADI": "68 /100", BEHIND_BACK: "buttock", "Pain, activity": "6 /10"}),
        ("Haddad", 4, {SHOULDER: "15 °", "SPADI": "58.5 /100", BEHIND_BACK: "buttock", "Pain, activity": "5 /10"}),
        ("Haddad", 8, {SHOULDER: "22 °", "SPADI": "47.8 /100", BEHIND_BACK: "sacrum", "Pain, activity": "4 /10"}),
        ("Haddad", 11, {SHOULDER: "30 °", "SPADI": "36.8 /100", BEHIND_BACK: "L5", "Pain, activity": "3 /10"}),
        ("Haddad", 13, {SHOULDER: "48 °", "SPADI": "19 /100", BEHIND_BACK: "L3", "Pain, activity": "2 /10"}),
    ],
)
def test_what_was_measured_on_the_way(client: Client, name: str, visit: int, measured: dict[str, str]) -> None:
    facts = Story(client, name).sessions()[visit].region("Measured").facts()
    assert {measure: facts[measure] for measure in measured} == measured


@pytest.mark.parametrize(
    ("name", "visit", "withheld"),
    [
        ("Okafor", 4, {"Focused shockwave": "Acute resorptive flare"}),
        ("Marlow", 2, {"Radial shockwave": "blocked until it is mature"}),
        ("Haddad", 0, {"Radial shockwave": "Blocked in pregnancy, and no deposit", "Focused shockwave": "Blocked"}),
    ],
)
def test_what_was_withheld_and_why(client: Client, name: str, visit: int, withheld: dict[str, str]) -> None:
    lines = Story(client, name).sessions()[visit].region("Given").lines()
    told = dict(found.groups() for line in lines if (found := re.match(r"(.+?): not given \((.+)\)", line)))
    assert set(told) == set(withheld)
    assert all(why in told[treatment] for treatment, why in withheld.items())
