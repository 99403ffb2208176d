"""What the worked cases may be treated with, and why not, on the page of the screening; and how they ended."""

import re
from datetime import datetime

import pytest
from django.test import Client

from tests.factories.papers import pages_of
from tests.treatments.demo.pages import Story

pytestmark = pytest.mark.usefixtures("demo_clinic")

BLOCKED, AUTHORISED, ACKNOWLEDGED, CLEAR = "Blocked", "Needs authorisation", "To acknowledge", "Clear"
SHOCKWAVE = ("Radial shockwave", "Focused shockwave")
DIATHERMY = ("TECAR", "Shortwave diathermy")


def test_what_pregnancy_blocks_and_what_it_does_not(client: Client) -> None:
    """As at the first visit; the region is the shoulder, so what is about the womb alone does not count."""
    story = Story(client, "Haddad")
    story.answer_again(PREGNANT__answer="yes", PREGNANT__weeks="22")
    levels = story.levels()
    for treatment in (*SHOCKWAVE, *DIATHERMY, "Magnetotherapy"):
        assert levels[treatment][0] == BLOCKED
        assert levels[treatment][1].startswith("Pregnancy")
    for treatment in ("Dry needling", "Iontophoresis, acetic acid", "Iontophoresis, other medicine"):
        assert levels[treatment][0] == AUTHORISED
        assert levels[treatment][1].startswith("Pregnancy")
    assert levels["Joint mobilisation"][0] == levels["Heavy slow resistance"][0] == ACKNOWLEDGED
    assert {levels[treatment] for treatment in ("Therapeutic ultrasound", "TENS")} == {(CLEAR, "")}


def test_after_the_birth_nothing_is_blocked(client: Client) -> None:
    levels = Story(client, "Haddad").levels()
    assert {levels[treatment] for treatment in (*SHOCKWAVE, *DIATHERMY)} == {(CLEAR, "")}
    assert BLOCKED not in {level for level, _ in levels.values()}


@pytest.mark.parametrize("phase", ["MO_EARLY", "MO_INTERMEDIATE"])
def test_young_bone_blocks_tools_massage_and_shockwave(client: Client, phase: str) -> None:
    story = Story(client, "Marlow")
    story.answer_again()
    injury = story.case.injuries.get()
    assert client.post(f"/injuries/{injury.pk}/phase/", {"phase": phase}).status_code == 302
    levels = story.levels()
    for treatment in ("IASTM", "Diacutaneous fibrolysis", *SHOCKWAVE, "Soft-tissue massage"):
        assert levels[treatment][0] == BLOCKED
        assert "Myositis ossificans, early or intermediate" in levels[treatment][1]


def test_mature_bone_asks_somebody_for_tools_and_only_cautions_of_shockwave(client: Client) -> None:
    story = Story(client, "Marlow")
    story.answer_again()
    levels = story.levels()
    for treatment in ("IASTM", "Diacutaneous fibrolysis"):
        assert levels[treatment] == (AUTHORISED, "Myositis ossificans, mature Ours, our choice")
    assert {levels[treatment][0] for treatment in SHOCKWAVE} == {ACKNOWLEDGED}


def test_metal_in_the_knee_blocks_heat_from_within(client: Client) -> None:
    """The answer is old by now, and goes on counting."""
    levels = Story(client, "Brandt").levels()
    for treatment in DIATHERMY:
        assert levels[treatment][0] == BLOCKED
        assert levels[treatment][1].startswith("Metal in the field (plate, screw, anchor)")


def test_clopidogrel_is_acknowledged_before_shockwave(client: Client) -> None:
    story = Story(client, "Holloway")
    story.answer_again(ANTIPLATELET__answer="yes", ANTIPLATELET__detail="Clopidogrel 75 mg")
    level, why = story.levels()["Radial shockwave"]
    assert (level, why.startswith("Antiplatelet medicine")) == (ACKNOWLEDGED, True)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Ellery", "goals partly met"),
        ("Okafor", "goals met"),
        ("Marlow", "goals met"),
        ("Brandt", "goals met"),
        ("Holloway", "no benefit"),
        ("Haddad", "open since"),
    ],
)
def test_how_each_ended(client: Client, name: str, outcome: str) -> None:
    story = Story(client, name)
    (line,) = story.patient().region("Cases").lines()
    assert f"{story.case.title} {outcome}" in line
    assert ("· discharged ·" in story.page().text) is (name != "Haddad")


def test_focused_shockwave_was_agreed_to_in_writing_before_each_block(client: Client) -> None:
    story = Story(client, "Ellery")
    written = [line for line in story.patient().lines() if line.startswith("Higher-risk treatment: Focused shockwave")]
    assert all("written" in line for line in written)
    days = [datetime.strptime(" ".join(line.split()[-3:]), "%d %b %Y").date() for line in written]
    assert [(day - story.case.opened_on).days for day in days] == [44, 2]
    consents = story.read(f"/patients/{story.case.patient_id}/consents/").lines()
    assert len([line for line in consents if "leaflet: Focused shockwave: what to know" in line]) == 2
    assert "NICE IPG571" in story.read("/catalogue/modalities/FSWT/leaflet/").text


REPORTED = {
    "Okafor": (
        "QuickDASH 52.3/100 → 13.6/100",
        "−38.7, improved (≥ 17.1, shoulder, mixed)",
        "Constant 48/100 → 85/100",
        "98 mm², 17 × 8.5 mm −19 % partial reduction",
        "14 mm², 5.5 × 3.2 mm −88.4 % almost gone",
        "−100 % no longer seen",
        "6000 impulses; dose index 1460 mJ/mm²",
    ),
    "Marlow": (
        "LEFS 31/80 → 76/80",
        "1060 mm², 62 × 22 mm +8.2 % no change beyond the error",
        "840 mm², 60 × 19 mm −14.3 % partial reduction",
        "610 mm², 55 × 15 mm −37.8 % partial reduction",
        "Radial shockwave not given: Myositis ossificans, intermediate: blocked until it is mature.",
    ),
    "Brandt": (
        "21 visits, including 20 treatments.",
        "+30, improved (≥ 15.5, knee osteoarthritis, physiotherapy)",
        "+31, improved (≥ 15, knee osteoarthritis, physiotherapy)",
        "Knee, flexion, passive, left 88 ° → 124 °",
        "Block 2 10 of 10 sessions",
        "240 min",
    ),
    "Holloway": (
        "−1, no reliable change (< 2, musculoskeletal pain)",
        "+2.3, no reliable change (< 8 %, leg, ankle and foot)",
        "+0.7, no reliable change (< 2, mean of the activities)",
        "30.4 mm², 7.1 mm −1.9 % no change beyond the error",
        "10 000 impulses",
        "4400 J",
    ),
    "Haddad": (
        "14 visits, including 12 treatments.",
        "SPADI 68/100 → 19/100",
        "−49, improved (≥ 20, shoulder)",
        "Block 1 8 of 8 sessions",
        "Block 2 4 of 4 sessions",
        "Blocked in pregnancy, and no deposit; mobilisation and TENS offered instead.",
    ),
}


@pytest.mark.parametrize("name", list(REPORTED))
def test_what_the_report_says(client: Client, name: str) -> None:
    story = Story(client, name)
    answer = client.get(f"/cases/{story.case.pk}/report.pdf", {"for": "colleague"})
    text = re.sub(r"\s+", " ", " ".join(pages_of(answer.content)))
    assert [told for told in REPORTED[name] if told not in text] == []
