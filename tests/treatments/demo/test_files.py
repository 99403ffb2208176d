"""The files of the demo: fictional people only, and dates that hold on whatever day it is built."""

from datetime import date, timedelta

import pytest

from cases.rules.nhs_numbers import digits_of, is_nhs_number
from treatments import demo
from treatments.demo import days, files

STORIES = list(demo.stories())
PATIENTS = [s["patient"] for s in STORIES] + files.read(demo.FILES / "today.toml")["newcomers"]
WEEK = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]


def test_everybody_is_somebody_else() -> None:
    for name in ("family_name", "nhs_number", "phone"):
        told = [p[name] for p in PATIENTS]
        assert len(set(told)) == len(told) == 38


def test_nobody_is_real() -> None:
    for patient in PATIENTS:
        digits = digits_of(patient["nhs_number"])
        assert is_nhs_number(digits)
        assert digits.startswith("999")  # issued to nobody
        assert patient["phone"].startswith("020 7946 0")  # Ofcom's range for drama


@pytest.mark.parametrize("today", WEEK)
def test_nothing_happened_after_today_or_at_a_weekend(today: date) -> None:
    for story in STORIES:
        holds(story, today)


def holds(story: files.Story, today: date) -> None:
    first = days.first_day(story["dated"], today)
    on = [first + timedelta(days=told["day"]) for told in story["days"]]
    assert on == sorted(on)
    assert on[-1] <= today
    if "weeks_ago" in story["dated"]:
        assert all(day.weekday() < 5 for day in on)
        assert on[-1].isocalendar()[:2] == (today - timedelta(weeks=story["dated"]["weeks_ago"])).isocalendar()[:2]


def test_the_twin_ends_before_the_last_session() -> None:
    twin = next(s for s in STORIES if s["patient"]["family_name"] == "Osei")
    assert twin["days"][-1]["day"] == 65
    assert "discharge" not in twin["days"][-1]


def test_a_row_unfolds_into_a_story() -> None:
    row = {
        "by": "physio@example.org",
        "who": ["Ann", "Bee", date(1980, 1, 1), "FEMALE", "", "", ""],
        "title": "Low back pain",
        "history": "",
        "onset_day": -1,
        "injuries": [],
        "key_measures": [],
        "columns": [{"measure": "NPRS", "context": "ACTIVITY"}],
        "usual": [{"modality": "EDU"}],
        "first": {"objective": "Stiff."},
        "days": [0, {"day": 7, "unsigned": True}],
        "values": [[6], [4]],
        "said": ["Hurts."],
    }
    first, second = files.unfolded(row)["days"]
    assert (first["kind"], first["objective"], first["measured"], first["subjective"]) == (
        "ASSESSMENT",
        "Stiff.",
        [6],
        "Hurts.",
    )
    assert second == {"kind": "TREATMENT", "exercises": [], "measured": [4], "day": 7, "unsigned": True}
    assert files.unfolded(row)["dated"] == {"day": 7}
