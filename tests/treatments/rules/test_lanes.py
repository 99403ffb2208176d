from datetime import date, timedelta
from decimal import Decimal

import pytest

from treatments.rules.axis import NAMES, WIDTH, Axis, width_of
from treatments.rules.lanes import (
    ROW,
    DoseLane,
    DoseRow,
    EventLane,
    Happened,
    HappenedRow,
    Stretch,
    bands,
    dose_lane,
    event_lane,
)
from treatments.rules.panels import Value

START = date(2026, 9, 14)
AXIS = Axis(START, START + timedelta(days=70), earlier=3)


def row(*numbers: str, every: int = 7, unit: str = "bar") -> DoseRow:
    values = tuple(
        Value(START + timedelta(days=every * n), Decimal(v), f"dose {v}", "/x/") for n, v in enumerate(numbers)
    )
    return DoseRow("Radial shockwave", unit, values, numbers, "6000 impulses", "last 2 bar")


def lane(*numbers: str, every: int = 7) -> DoseLane:
    return dose_lane(row(*numbers, every=every), AXIS, 100, 38)


def heights(made: DoseLane) -> list[float]:
    return [float(path.split("v-")[1].split("h")[0]) for path, _says, _link in made.bars]


def thing(day: int, label: str = "", **told: object) -> Happened:
    return Happened("flare", "up", START + timedelta(days=day), label, f"says {label}", **told)  # type: ignore[arg-type]


def happened(*things: Happened, notes: tuple[str, ...] = (), flat: bool = False) -> EventLane:
    return event_lane(HappenedRow("Flares", notes, things, flat), AXIS, 100)


def test_bars_are_as_high_as_their_share_and_never_vanish() -> None:
    first, second, third = heights(lane("2", "4", "0"))
    assert second == 2 * first == 24
    assert third == 3
    assert all(f" {138.0}v" in path for path, _says, _link in lane("2", "4").bars)


def test_a_lane_of_nothing_but_zero_is_drawn() -> None:
    assert heights(lane("0", "0")) == [3, 3]


@pytest.mark.parametrize(("every", "shown"), [(7, True), (1, False)])
def test_figures_stand_above_the_bars_or_nowhere(every: int, shown: bool) -> None:
    made = lane("1000", "1200", "1200", every=every)
    assert [text for _x, _y, text in made.figures] == (["1000", "1200", "1200"] if shown else [])


@pytest.mark.parametrize("every", [0, 1, 2, 7])
def test_bars_leave_air_between_them(every: int) -> None:
    made = lane("1", "1", every=every)
    widths = {float(path.split("h")[1].split("v")[0]) for path, _says, _link in made.bars}
    (width,) = widths
    apart = AXIS.x(START + timedelta(days=every)) - AXIS.x(START)
    assert 1.4 <= width <= 8
    assert width <= max(1.4, apart) or every == 0


def test_the_name_of_a_lane_ends_on_its_ground() -> None:
    assert [(y, text) for y, _kind, text in lane("2").names] == [(124, "Radial shockwave"), (138, "bar")]
    without = dose_lane(DoseRow("Education and load management", "", row("1").values, ("",), "", ""), AXIS, 100, 38)
    assert [(y, text) for y, _kind, text in without.names] == [(124, "Education and load"), (138, "management")]
    assert without.figures == ()


def test_words_stand_right_of_their_mark_and_left_of_it_near_the_end() -> None:
    early, late = happened(thing(3, "flare"), thing(68, "flare, 6/10 the next morning")).words
    assert (early.anchor, late.anchor) == ("start", "end")
    assert early.x > AXIS.x(START + timedelta(days=3))
    assert late.x < AXIS.x(START + timedelta(days=68))


@pytest.mark.parametrize("day", [0, 20, 35, 50, 70])
def test_words_are_cut_where_the_drawing_ends(day: int) -> None:
    (word,) = happened(thing(day, "a very long story of what went wrong " * 10)).words
    width = width_of(word.text)
    left, right = (word.x, word.x + width) if word.anchor == "start" else (word.x - width, word.x)
    assert left >= NAMES
    assert right <= WIDTH
    assert word.text.endswith("…")


def test_what_would_cover_another_takes_a_row_of_its_own() -> None:
    made = happened(thing(10, "a flare that settled"), thing(12, "another flare"), thing(60, "late"))
    ys = [word.y for word in made.words]
    assert ys[1] == ys[0] + ROW
    assert ys[2] == ys[0]
    assert made.height == 2 * ROW


def test_marks_without_words_may_stand_as_near_as_they_happened_in_a_flat_lane() -> None:
    near = [thing(10), thing(10), thing(11)]
    assert happened(*near, flat=True).height == ROW
    assert happened(*near).height > ROW


def test_days_of_something_are_a_line_to_its_end() -> None:
    until = START + timedelta(days=20)
    made = happened(thing(10, "flare", until=until))
    assert made.spans == f"M{AXIS.x(START + timedelta(days=10))} {100 + ROW / 2}H{AXIS.x(until)}"
    assert happened(thing(10, "flare", until=START + timedelta(days=10))).spans == ""


def test_what_came_before_stands_in_the_strip_with_its_number_and_at_no_day() -> None:
    made = happened(*(thing(0, "repair", place=n, number=str(n + 1)) for n in range(3)), notes=("in order",))
    assert [word.text for word in made.words] == ["1", "2", "3"]
    assert all(NAMES < word.x < AXIS.left for word in made.words)
    assert made.height >= 2 * ROW - 3


def test_however_much_came_before_stands_in_one_row() -> None:
    axis = Axis(START, START + timedelta(days=70), earlier=20)
    things = tuple(thing(0, place=n, number=str(n + 1)) for n in range(20))
    made = event_lane(HappenedRow("Treated elsewhere", (), (*things, thing(0, "injection"))), axis, 100)
    assert made.height == 2 * ROW
    assert len({word.y for word in made.words if word.text.isdigit()}) == 1
    assert next(word for word in made.words if word.text == "injection").x > axis.left


def test_bands_say_as_much_as_fits_and_end_with_the_axis() -> None:
    def block(first: int, last: int) -> Stretch:
        days = START + timedelta(days=first), START + timedelta(days=last)
        return Stretch("block", *days, "block 1: 5 of 5", "1", "block 1", is_open=last == 70)

    long, short, least = bands([block(2, 40), block(41, 43), block(70, 70)], AXIS, 50)
    assert (long.label, short.label) == ("block 1: 5 of 5", "1")
    assert least.label == ""
    assert least.width == 6
    (open_one,) = bands([block(50, 70)], AXIS, 50)
    assert open_one.x + open_one.width == pytest.approx(AXIS.right, abs=0.1)
    assert open_one.is_open
    assert open_one.x < open_one.middle < AXIS.right


def test_of_what_is_known_by_its_month_the_mark_stands_amid_its_days() -> None:
    until = START + timedelta(days=30)
    made, exact = happened(thing(0, "X", until=until, is_vague=True)), happened(thing(0, "X", until=until))
    (x, to) = AXIS.x(START), AXIS.x(until)
    assert (made.spans, exact.vague) == ("", "")
    assert made.vague == exact.spans == f"M{x} {100 + ROW / 2}H{to}"
    assert made.marks[0][1][0].startswith(f"M{(x + to) / 2:.1f} ")
    assert exact.marks[0][1][0].startswith(f"M{x:.1f} ")
