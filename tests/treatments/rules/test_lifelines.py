from datetime import date, timedelta

import pytest

from treatments.rules.axis import NAMES, WIDTH
from treatments.rules.lanes import Happened, Stretch
from treatments.rules.lifelines import MANY, CaseRow, Lifelines, Stay, draw, in_the_strip, stays

DAY = date(2026, 3, 2)
TODAY = DAY + timedelta(days=280)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def a_bar(first: int, last: int) -> Stretch:
    return Stretch("case", on(first), on(last), "", "", f"open from {first} to {last}")


def thing(days: int, label: str = "", **told: object) -> Happened:
    return Happened("picture", "square", on(days), label, f"picture of {days}", "/x/", **told)  # type: ignore[arg-type]


def visit(days: int) -> Happened:
    return Happened("visit", "stroke", on(days), "", f"visit of {days}", "/v/")


def row(*things: Happened, name: str = "Right Achilles", visits: int = 2) -> CaseRow:
    bars = (a_bar(0, 60),)
    return CaseRow(name, "2026-0042", "open", "/c/", bars, (), tuple(visit(n) for n in range(visits)), things)


def drawn(*rows: CaseRow, earlier: int = 0) -> Lifelines:
    return draw(rows, first=DAY, today=TODAY, earlier=earlier)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], [Stay(DAY, None)]),
        ([("DISCHARGED", on(30))], [Stay(DAY, on(30))]),
        ([("HELD", on(10))], [Stay(DAY, on(10)), Stay(on(10), None, is_on_hold=True)]),
        (
            [("HELD", on(10)), ("RESUMED", on(20)), ("DISCHARGED", on(30))],
            [Stay(DAY, on(10)), Stay(on(10), on(20), is_on_hold=True), Stay(on(20), on(30))],
        ),
        ([("DISCHARGED", on(30)), ("REOPENED", on(90))], [Stay(DAY, on(30)), Stay(on(90), None)]),
        ([("HANDED_OVER", on(5))], [Stay(DAY, None)]),
        ([("DISCHARGED", on(-5))], [Stay(DAY, DAY)]),
    ],
)
def test_when_a_case_was_open_and_when_on_hold(steps: list[tuple[str, date]], expected: list[Stay]) -> None:
    assert list(stays(DAY, steps)) == expected


def test_a_lane_for_each_case_and_none_covers_another() -> None:
    made = drawn(row(), row(thing(5, "X-ray"), thing(6, "Ultrasound")), row(name="A name that needs two lines of it"))
    assert len(made.lanes) == 3
    for above, below in zip(made.lanes, made.lanes[1:], strict=False):
        assert above.bottom < below.y
    assert made.lanes[-1].bottom < made.bottom < made.height


def test_one_short_case_stays_small() -> None:
    assert drawn(row()).height < 120


def test_a_lane_is_as_high_as_what_happened_needs() -> None:
    near = [thing(n, "X-ray (digital), lateral, weight-bearing") for n in range(4)]
    low, high = drawn(row()).lanes[0], drawn(row(*near)).lanes[0]
    assert high.things is not None
    assert low.things is None
    assert high.bottom - high.y >= 18 + high.things.height > low.bottom - low.y


def test_visits_stand_on_the_bar() -> None:
    lane = drawn(row(visits=3)).lanes[0]
    assert len(lane.visits.marks) == 3
    for _kind, (path, _says, _link) in lane.visits.marks:
        assert lane.y < float(path.split(" ")[1].split("h")[0]) < lane.y + 18


def test_the_name_is_said_once_beside_the_lane() -> None:
    lane = drawn(row(thing(3))).lanes[0]
    assert [text for _y, _kind, text in lane.names] == ["Right Achilles", "2026-0042"]
    assert lane.visits.names == ()
    assert lane.things is not None
    assert lane.things.names == ()


@pytest.mark.parametrize(("cases", "above"), [(1, False), (MANY - 1, False), (MANY, True)])
def test_dates_stand_above_too_where_there_are_many_lanes(cases: int, above: bool) -> None:
    assert drawn(*[row() for _ in range(cases)]).dates_above is above


def test_what_came_before_stands_in_the_strip_in_its_order() -> None:
    before = in_the_strip([thing(-10), thing(4), Happened("x", "circle", date.min, "", "no day"), thing(-400)], DAY)
    assert [(t.says, t.place, t.number) for t in before] == [
        ("no day", 0, "1"),
        ("picture of -400", 1, "2"),
        ("picture of -10", 2, "3"),
    ]
    made = drawn(row(*before), earlier=3)
    things = made.lanes[0].things
    assert things is not None
    places = [float(path[1:].split(" ")[0]) for _kind, (path, _says, _link) in things.marks]
    assert NAMES < places[0] < places[1] < places[2] < made.left
    assert [w.text for w in things.words] == ["1", "2", "3"]


def test_where_numbers_have_no_room_there_are_none() -> None:
    assert {t.number for t in in_the_strip([thing(-n) for n in range(1, 13)], DAY)} == {""}


def test_in_the_strip_nothing_lasts_and_nothing_is_vague() -> None:
    (made,) = in_the_strip([thing(-10, "X-ray", until=on(20), is_vague=True)], DAY)
    assert (made.until, made.is_vague, made.label) == (None, False, "")


@pytest.mark.parametrize("days", [0, 1, 60, 4000])
def test_all_of_it_lies_within_the_drawing(days: int) -> None:
    last = on(days)
    made = draw([row(thing(days, "A picture with a long name"))], first=DAY, today=last, earlier=0)
    lane = made.lanes[0]
    assert made.left <= made.today_x <= made.right < WIDTH
    assert all(made.left - 3 <= bar.x and bar.x + bar.width <= made.right + 3 for bar in lane.bars)
