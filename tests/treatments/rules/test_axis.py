import itertools
from datetime import date, timedelta

import pytest

from treatments.rules.axis import APART, LABELS, NAMES, STRIP_MOST, WIDTH, Axis, in_two_lines, names_at, short, width_of

START = date(2026, 9, 14)


@pytest.mark.parametrize("days", [0, 1, 7, 30, 78, 400, 3000])
def test_dates_on_the_axis_do_not_touch(days: int) -> None:
    axis = Axis(START, START + timedelta(days=days))
    places = sorted([*(t.x for t in axis.ticks()), *([axis.x(axis.today)] if days >= 7 else [])])
    assert all(b - a >= APART - 1 for a, b in itertools.pairwise(places))


def test_the_axis_runs_from_the_first_visit_to_today() -> None:
    axis = Axis(START, START + timedelta(days=70))
    assert axis.x(START) == axis.left
    assert axis.x(START + timedelta(days=70)) == axis.right == WIDTH - LABELS
    assert axis.x(START + timedelta(days=35)) == pytest.approx((axis.left + axis.right) / 2, abs=0.1)


@pytest.mark.parametrize("days", [-400, -1, 71, 4000])
def test_what_lies_outside_stands_at_the_nearer_end(days: int) -> None:
    axis = Axis(START, START + timedelta(days=70))
    assert axis.x(START + timedelta(days=days)) == (axis.left if days < 0 else axis.right)


def test_a_case_of_today_has_an_axis() -> None:
    axis = Axis(START, START)
    assert axis.x(START) == axis.left
    assert [t.label for t in axis.ticks()] == ["21 Sep"]


def test_the_year_is_said_once_and_when_it_changes() -> None:
    ticks = Axis(START, date(2027, 3, 1)).ticks()
    assert [t.year for t in ticks if t.year] == ["2026", "2027"]
    assert ticks[0].year == "2026"


@pytest.mark.parametrize("earlier", [1, 3, 6, 40])
def test_the_strip_holds_what_came_before_in_order(earlier: int) -> None:
    axis = Axis(START, START, earlier)
    places = [axis.before(n) for n in range(earlier)]
    assert places == sorted(places)
    assert NAMES < places[0] <= places[-1] < axis.left
    assert axis.strip <= STRIP_MOST
    assert axis.left > Axis(START, START).left


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("Open repair", 20, "Open repair"),
        ("Partial excision, debridement", 20, "Partial excision…"),
        ("Antidisestablishment", 10, "Antidises…"),
        ("A verylongwordindeed", 10, "A verylon…"),
    ],
)
def test_long_texts_are_cut_at_a_word(text: str, most: int, shown: str) -> None:
    assert short(text, most) == shown
    assert len(shown) <= most


def test_names_take_two_lines_and_stand_below_each_other() -> None:
    assert in_two_lines("Knee to wall") == ("Knee to wall",)
    assert in_two_lines("Education and load management") == ("Education and load", "management")
    assert in_two_lines("one two three four five six seven eight nine ten eleven twelve") == (
        "one two three four five",
        "six seven eight nine…",
    )
    assert names_at(10, ("Pain",), ("/10", "")) == (
        (10, "chart-label", "Pain"),
        (24, "chart-label chart-label-soft", "/10"),
    )
    assert width_of("1234") > width_of("123")
