"""The figures of the six worked cases on the page of each case and of its progress, as they were agreed beforehand."""

import pytest
from django.test import Client

from tests.treatments.demo.pages import Story

pytestmark = pytest.mark.usefixtures("demo_clinic")

LOAD = "improved ≥ 2, musculoskeletal pain"
LITTLE = "no reliable change < 2, musculoskeletal pain"
DEGREES = "more than the error ≥ 5 °, goniometer, same measurer; what matters is not known"
FAAM = "leg, ankle and foot"
KOOS = "knee osteoarthritis, physiotherapy"
NO_THRESHOLD = "no agreed threshold"
ERROR = "error ±10 %"

# Start, last value, change, verdict with the population behind it.
NOW = {
    "Ellery": {
        "Pain, load": ("7 /10", "2 /10", "−5", LOAD),
        "Pain, first steps": ("6 /10", "1 /10", "−5", LOAD),
        "Pain, rest": ("2 /10", "0 /10", "−2", LOAD),
        "Morning stiffness": ("45 min", "5 min", "−40", NO_THRESHOLD),
        "Knee to wall, right": (
            *("4 cm", "8.2 cm 71 % of left", "+4.2"),
            "more than the error ≥ 1.9 cm, same measurer; what matters is not known",
        ),
        "Knee to wall, left": ("11.5 cm", "11.5 cm", "–", "measured once"),
        "Knee to wall angle, right": (
            *("25 °", "39 °", "+14"),
            "more than the error ≥ 4.7 °, same measurer; what matters is not known",
        ),
        "Heel raises, right": ("4 reps", "18 reps 67 % of left", "+14", NO_THRESHOLD),
        "Pressure pain, right": ("240 kPa", "420 kPa 81 % of left", "+180", NO_THRESHOLD),
        "VISA-A": ("38 /100", "71 /100", "+33", "improved ≥ 14, mid-portion, active, n=61; its error is not known"),
        "LEFS": ("44 /80", "66 /80", "+22", "improved ≥ 9, lower limb, n=107"),
        "FAAM daily": ("61.9 %", "88.1 %", "+26.2", f"improved ≥ 8 %, {FAAM}"),
        "FAAM sport": ("28.1 %", "65.6 %", "+37.5", f"improved ≥ 12.3 %, {FAAM}"),
        "PSFS": ("2 /10", "6.7 /10", "+4.7", "improved ≥ 2, mean of the activities"),
        "Change rated": ("3", "5", "–", "rated better ≥ 3, small change"),
        "Ankle, dorsiflexion, knee straight, passive, right": ("4 °", "12 °", "+8", DEGREES),
        "Ankle, dorsiflexion, knee bent, passive, right": ("8 °", "17 °", "+9", DEGREES),
        "Ankle, plantarflexion, passive, right": ("42 °", "48 °", "+6", DEGREES),
        "Girth, calf 10 cm below tuberosity, right": ("36.1 cm", "37 cm 96 % of left", "+0.9", NO_THRESHOLD),
        "Girth, calf 10 cm below tuberosity, left": ("38.4 cm", "38.5 cm", "+0.1", NO_THRESHOLD),
        "Deposit D1": ("218 mm²", "158 mm²", "−27.5 %", f"partial reduction {ERROR}; length −4.5 mm"),
    },
    "Okafor": {
        "Pain, activity": ("6 /10", "1 /10", "−5", LOAD),
        "Pain, night": ("5 /10", "0 /10", "−5", LOAD),
        "Shoulder, flexion, active, right": ("140 °", "172 °", "+32", DEGREES),
        "Shoulder, abduction, active, right": ("120 °", "170 °", "+50", DEGREES),
        "Shoulder, external rotation, arm at the side, active, right": ("50 °", "70 °", "+20", DEGREES),
        "QuickDASH": ("52.3 /100", "13.6 /100", "−38.7", "improved ≥ 17.1, shoulder, mixed"),
        "Constant": ("48 /100", "85 /100", "+37", "improved ≥ 10, subacromial pain; its error is not known"),
        "Deposit D1": ("121 mm²", "no longer seen", "−100 %", f"no longer seen {ERROR}"),
    },
    "Marlow": {
        "Pain, load": ("7 /10", "1 /10", "−6", LOAD),
        "Knee, flexion, active, left": ("62 °", "140 ° 97 % of right", "+78", DEGREES),
        "Knee, flexion, active, right": ("145 °", "145 °", "–", "measured once"),
        "LEFS": ("31 /80", "76 /80", "+45", "improved ≥ 9, lower limb, n=107"),
        "Deposit D1": ("980 mm²", "610 mm²", "−37.8 %", f"partial reduction {ERROR}; length −3 mm"),
    },
    "Brandt": {
        "Pain, activity": ("6 /10", "2 /10", "−4", LOAD),
        "Knee, extension, passive, left": ("−12 °", "−3 °", "+9", DEGREES),
        "Knee, extension, passive, right": ("3 °", "3 °", "–", "measured once"),
        "Knee, flexion, passive, left": ("88 °", "124 ° 87 % of right", "+36", DEGREES),
        "Strength, symmetry, knee extensors, left": ("41 %", "72 %", "+31", NO_THRESHOLD),
        "KOOS pain": ("47 /100", "78 /100", "+31", f"improved ≥ 15, {KOOS}"),
        "KOOS symptoms": ("43 /100", "75 /100", "+32", f"improved ≥ 12.5, {KOOS}"),
        "KOOS daily living": ("54 /100", "84 /100", "+30", f"improved ≥ 15.5, {KOOS}"),
        "KOOS sport": ("10 /100", "50 /100", "+40", f"improved ≥ 17.5, {KOOS}"),
        "KOOS quality of life": ("19 /100", "50 /100", "+31", f"improved ≥ 12.5, {KOOS}"),
    },
    "Holloway": {
        "Pain, first steps": ("7 /10", "6 /10", "−1", LITTLE),
        "Pain, standing": ("8 /10", "7 /10", "−1", LITTLE),
        "FAAM daily": ("66.7 %", "69 %", "+2.3", f"no reliable change < 8 %, {FAAM}"),
        "PSFS": ("3.3 /10", "4 /10", "+0.7", "no reliable change < 2, mean of the activities"),
        "Change rated": ("1", "1", "–", "rated little change < 3, small change"),
        "Deposit D1": ("31 mm²", "30.4 mm²", "−1.9 %", f"no change beyond the error {ERROR}; length −0.1 mm"),
    },
    "Haddad": {
        "Pain, night": ("7 /10", "1 /10", "−6", LOAD),
        "Pain, activity": ("6 /10", "2 /10", "−4", LOAD),
        "Shoulder, external rotation, arm at the side, passive, left": ("12 °", "48 °", "+36", DEGREES),
        "Shoulder, external rotation, arm at the side, passive, right": ("68 °", "68 °", "–", "measured once"),
        "Shoulder, flexion, active, left": ("95 °", "150 °", "+55", DEGREES),
        "Shoulder, abduction, active, left": ("70 °", "135 °", "+65", DEGREES),
        "Shoulder, hand behind back, active, left": ("buttock", "L3", "–", "better grade"),
        "SPADI": ("68 /100", "19 /100", "−49", "improved ≥ 20, shoulder"),
    },
}

# Each picture in which the deposit was measured: size, length × width, change, verdict.
BONE = "; bone does not shrink like chalk"
FIRST = ("–", "")
DEPOSITS = {
    "Ellery": [
        ("218 mm²", "34 × 9 mm", *FIRST),
        ("31.5 mm", "31.5 × 8.2 mm", "–", "not comparable another kind of picture"),
        ("158 mm²", "29.5 × 7.4 mm", "−27.5 %", f"partial reduction {ERROR}; length −4.5 mm{BONE}"),
        ("28.9 mm", "28.9 × 7.1 mm", "–", "not comparable another kind of picture"),
    ],
    "Okafor": [
        ("121 mm²", "18 × 9 mm", *FIRST),
        ("98 mm²", "17 × 8.5 mm", "−19 %", f"partial reduction {ERROR}; length −1 mm"),
        ("14 mm²", "5.5 × 3.2 mm", "−88.4 %", f"almost gone {ERROR}; length −12.5 mm"),
        ("no longer seen", "not measured", "−100 %", f"no longer seen {ERROR}"),
    ],
    "Marlow": [
        ("980 mm²", "58 × 20 mm", *FIRST),
        ("1060 mm²", "62 × 22 mm", "+8.2 %", f"no change beyond the error {ERROR}; length +4 mm"),
        ("840 mm²", "60 × 19 mm", "−14.3 %", f"partial reduction {ERROR}; length +2 mm{BONE}"),
        ("610 mm²", "55 × 15 mm", "−37.8 %", f"partial reduction {ERROR}; length −3 mm{BONE}"),
    ],
    "Holloway": [
        ("31 mm²", "7.2 mm", *FIRST),
        ("30.4 mm²", "7.1 mm", "−1.9 %", f"no change beyond the error {ERROR}; length −0.1 mm"),
    ],
}

# How often each treatment was given, and what that is in all.
DOSES = {
    "Ellery": {
        "Diacutaneous fibrolysis": ("10", "150 min"),
        "IASTM": ("10", "50 min"),
        "Radial shockwave": ("3", "6000 impulses"),
        "Focused shockwave": ("3", "6000 impulses · 1200 mJ/mm², energy × impulses"),
        "High-intensity laser": ("4", "4600 J"),
    },
    "Okafor": {
        "Focused shockwave": ("3", "6000 impulses · 1460 mJ/mm², energy × impulses"),
        "Cold therapy": ("1", "15 min"),
        "TENS": ("1", "30 min"),
    },
    "Marlow": {
        "Diacutaneous fibrolysis": ("1", "8 min"),
        "TENS": ("1", "30 min"),
        "Isometric loading": ("1", ""),
        "Heavy slow resistance": ("2", ""),
    },
    "Brandt": {
        "Diacutaneous fibrolysis": ("20", "240 min"),
        "Joint mobilisation": ("20", ""),
        "IASTM": ("20", "80 min"),
        "Muscle stimulation": ("20", ""),
        "Cold therapy": ("20", "300 min"),
    },
    "Holloway": {
        "Radial shockwave": ("5", "10000 impulses"),
        "High-intensity laser": ("4", "4400 J"),
        "Orthosis, insole, heel lift": ("1", ""),
    },
    "Haddad": {
        "Joint mobilisation": ("12", ""),
        "Range-of-motion exercise": ("12", ""),
        "TENS": ("12", "360 min"),
        "Education and load management": ("1", ""),
    },
}

# A measure over the days of the case, as it is taken away in the file.
COURSES = {
    ("Ellery", "Pain, load", "before treatment"): (
        *((0, "7"), (2, "7"), (9, "6"), (16, "6"), (23, "5"), (30, "4"), (37, "4"), (44, "4"), (51, "3"), (58, "4")),
        *((65, "3"), (72, "2"), (79, "2"), (107, "2")),
    ),
    ("Ellery", "Pain, load", "after treatment"): (
        *((2, "4"), (9, "4"), (16, "5"), (23, "3"), (30, "3"), (44, "3"), (51, "2"), (58, "6"), (65, "3"), (72, "2")),
    ),
    ("Ellery", "Knee to wall, right", "before treatment"): (
        *((0, "4"), (2, "4"), (9, "4.3"), (16, "4.8"), (23, "5.4"), (30, "5.9"), (37, "6.1"), (44, "6.4")),
        *((51, "6.8"), (58, "6.7"), (65, "7.2"), (72, "7.6"), (79, "7.8"), (107, "8.2")),
    ),
    ("Okafor", "Pain, activity", "before treatment"): (
        *((0, "6"), (7, "6"), (14, "5"), (21, "5"), (49, "9"), (112, "3"), (182, "1")),
    ),
    ("Okafor", "Pain, night", "before treatment"): (
        *((0, "5"), (7, "5"), (14, "5"), (21, "5"), (49, "9"), (112, "1"), (182, "0")),
    ),
    ("Marlow", "Knee, flexion, active, left", "before treatment"): ((0, "62"), (28, "85"), (84, "118"), (182, "140")),
    ("Brandt", "Knee, flexion, passive, left", "before treatment"): (
        *((0, "88"), (21, "101"), (35, "110"), (63, "118"), (84, "124")),
    ),
    ("Holloway", "Pain, first steps", "before treatment"): (
        *((0, "7"), (7, "7"), (14, "7"), (21, "6"), (28, "7"), (35, "6"), (42, "6"), (49, "6"), (56, "6"), (63, "6")),
        *((70, "6"), (120, "6")),
    ),
    ("Haddad", "Pain, night", "before treatment"): ((0, "7"), (28, "5"), (56, "3"), (98, "2"), (210, "1")),
}


@pytest.mark.parametrize("name", list(NOW))
def test_where_each_case_stands(client: Client, name: str) -> None:
    now = Story(client, name).page().region("Now")
    assert {measure: tuple(now.row(measure)) for measure in NOW[name]} == NOW[name]
    assert "worse" not in now.text


@pytest.mark.parametrize("name", list(DEPOSITS))
def test_how_each_deposit_changed(client: Client, name: str) -> None:
    table = Story(client, name).page().region("Pictures").table("D1, measured by us")
    assert [(size, extent, change, verdict) for _, size, extent, _, change, verdict in table.rows()] == DEPOSITS[name]
    assert [cells[0].endswith("reference") for cells in table.rows()] == [True, *[False] * (len(DEPOSITS[name]) - 1)]


@pytest.mark.parametrize("name", ["Brandt", "Haddad"])
def test_where_there_is_no_deposit_none_is_shown(client: Client, name: str) -> None:
    assert "Deposit" not in Story(client, name).page().text


@pytest.mark.parametrize("page", ["", "progress"])
@pytest.mark.parametrize("name", list(DOSES))
def test_what_was_given_in_all(client: Client, name: str, page: str) -> None:
    table = Story(client, name).page(page).table("Doses in all")
    assert {what: tuple(table.row(what)) for what in DOSES[name]} == DOSES[name]


@pytest.mark.parametrize(("name", "measure", "moment"), list(COURSES))
def test_what_is_taken_away_is_what_was_measured(client: Client, name: str, measure: str, moment: str) -> None:
    assert Story(client, name).course(measure, moment) == dict(COURSES[name, measure, moment])


def test_each_dose_with_the_sum_so_far(client: Client) -> None:
    doses = Story(client, "Ellery").page("progress").table("Doses").rows()
    given = {what: [(row[3], row[4]) for row in doses if row[0] == what] for what in {row[0] for row in doses}}
    assert given["Focused shockwave"] == [
        ("300 dose index, mJ/mm²", "300 mJ/mm²"),
        ("400 dose index, mJ/mm²", "700 mJ/mm²"),
        ("500 dose index, mJ/mm²", "1200 mJ/mm²"),
    ]
    assert given["Radial shockwave"] == [
        ("2 bar", "2000 impulses"),
        ("2.3 bar", "4000 impulses"),
        ("2.6 bar", "6000 impulses"),
    ]
    assert [amount for amount, _ in given["High-intensity laser"]] == ["1000 J", "1200 J", "1200 J", "1200 J"]
    shock = Story(client, "Holloway").page("progress").table("Doses").rows()
    assert [row[3] for row in shock if row[0] == "Radial shockwave"] == [
        "2.5 bar",
        "2.7 bar",
        "2.9 bar",
        "3 bar",
        "3 bar",
    ]


def test_bone_held_against_its_largest_picture(client: Client) -> None:
    """The picture with which the others are compared is chosen on the page, and named."""
    story = Story(client, "Marlow")
    rays = story.case.imaging_results.filter(modality__family="XRAY").order_by("taken_on")
    page = story.read(f"/imaging/results/{rays[3].pk}/?reference={rays[1].pk}")
    rows = page.table("D1, measured by us").rows()
    assert [row[0].endswith("reference") for row in rows] == [False, True, False, False]
    assert rows[3][4:] == ["−42.5 %", f"partial reduction {ERROR}; length −7 mm{BONE}"]
