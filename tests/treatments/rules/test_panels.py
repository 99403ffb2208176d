import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest

from treatments.rules.axis import Axis
from treatments.rules.panels import LABEL, Curve, Panel, Value, grouped, panel

START = date(2026, 9, 14)
AXIS = Axis(START, START + timedelta(days=70))
HEIGHT = 76.0


def value(number: str, day: int, before: str | None = None) -> Value:
    return Value(START + timedelta(days=day), Decimal(number), f"value {number}", "/x/", before and Decimal(before))


def curve(*numbers: str, name: str = "Pain", tail: str = "load", unit: str = "/10", **told: object) -> Curve:
    days = told.pop("days", None) or [7 * n for n in range(len(numbers))]
    values = tuple(value(n, d) for n, d in zip(numbers, days, strict=True))  # type: ignore[call-overload]
    start = told.pop("start", None) or values[0]
    return Curve((name, tail), unit, told.pop("direction", -1), start, values, last=f"{numbers[-1]}{unit}", **told)  # type: ignore[arg-type]


def band(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


def drawn(*curves: Curve, y: float = 20) -> Panel:
    return panel(curves, AXIS, y, HEIGHT)


def places(made: Panel, line: int = 0) -> list[tuple[float, float]]:
    """Where the line goes through."""
    numbers = made.lines[line].path.replace("M", " ").replace("L", " ").split()
    return [(float(x), float(y)) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


@pytest.mark.parametrize("numbers", [("7", "6", "4"), ("5",), ("0", "0", "0"), ("3", "3"), ("10", "0"), ("-2", "3")])
def test_every_point_lies_in_its_panel(numbers: tuple[str, ...]) -> None:
    made = drawn(curve(*numbers, band=band("-3", "9")))
    for x, y in places(made):
        assert made.y <= y <= made.bottom
        assert AXIS.left <= x <= AXIS.right
    assert made.band is not None
    _x, top, _width, height = made.band
    assert made.y <= top <= top + height <= made.bottom + 0.2


def test_higher_values_stand_higher_and_later_ones_further_right() -> None:
    (x1, y1), (x2, y2) = places(drawn(curve("4", "7")))
    assert y2 < y1
    assert x2 > x1


def test_the_band_is_the_start_with_its_error_and_begins_with_it() -> None:
    made = drawn(curve("9", "5", "6", band=band("3", "7"), start=value("5", 7)))
    assert made.band is not None
    x, top, width, height = made.band
    assert made.baseline == (x, pytest.approx(top + height / 2, abs=0.2))
    assert x == AXIS.x(START + timedelta(days=7))
    assert x + width == pytest.approx(AXIS.right)
    assert drawn(curve("5", "9")).band is None


def test_panels_are_one_for_each_unit_and_good_direction() -> None:
    pain, rest = curve("4"), curve("3", tail="rest")
    function = curve("6", name="Function", tail="", direction=1)
    grade, other = curve("1", name="Grade", unit="", grades=("a", "b")), curve("1", name="Other", unit="")
    faint = curve("2", is_other=True)
    knee = curve("4", name="Knee", unit="cm", direction=1)
    assert grouped([faint, knee, pain, function, rest, grade, other]) == [
        [pain, rest, faint],
        [knee],
        [function],
        [grade],
        [other],
    ]


def test_what_shares_a_panel_shares_its_scale() -> None:
    made = drawn(curve("4", "4"), curve("4", "4", tail="rest"), curve("8", "8", tail="night"))
    assert places(made, 0) == places(made, 1)
    assert places(made, 2)[0][1] < places(made, 0)[0][1]


@pytest.mark.parametrize(("days", "joined"), [(21, True), (22, False), (100, False)])
def test_more_than_three_weeks_are_not_joined_and_say_so(days: int, joined: bool) -> None:
    made = panel([curve("4", "7", days=[0, days])], Axis(START, START + timedelta(days=days)), 0, HEIGHT)
    (line,) = made.lines
    assert line.path.count("L") == (1 if joined else 0)
    assert [gap.says for gap in line.gaps] == ([] if joined else [f"{days // 7} weeks apart"])


def test_a_gap_is_labelled_where_there_is_room_only() -> None:
    wide, narrow = curve("4", "7", days=[0, 60]), Axis(START, START + timedelta(days=3000))
    assert drawn(wide).lines[0].gaps[0].label == "8 weeks apart"
    assert panel([wide], narrow, 0, HEIGHT).lines[0].gaps[0].label == ""
    assert drawn(wide, curve("5", tail="rest")).lines[0].gaps[0].label == ""


def test_values_after_treatment_are_marks_of_their_own_on_a_stem() -> None:
    made = drawn(curve("6", "5", after=(value("3", 0, before="6"),)))
    (line,) = made.lines
    assert [says for _path, says, _link in line.marks] == ["value 6", "value 5"]
    assert [says for _path, says, _link in line.marks_after] == ["value 3"]
    assert line.path.count("L") == 1
    assert line.stems.startswith(f"M{AXIS.left}")


def test_lines_of_a_panel_are_told_apart_without_colour() -> None:
    made = drawn(*(curve("4", "3", tail=str(n)) for n in range(4)))
    assert len({line.kind for line in made.lines}) == 4
    shapes = {str(len(line.marks[0][0])) for line in made.lines}
    assert len(shapes) == 4


def test_only_the_first_has_a_band_the_others_a_whisker() -> None:
    first, second = drawn(curve("4", band=band("2", "6")), curve("5", tail="rest", band=band("3", "7"))).lines
    assert first.whisker == ""
    assert second.whisker.startswith("M")
    assert drawn(curve("4"), curve("5", is_other=True, band=band("3", "7"))).lines[1].whisker == ""


@pytest.mark.parametrize("ends", [("3", "3", "3"), ("9", "1", "5"), ("0", "0", "1", "1", "10", "10")])
def test_labels_never_cover_one_another_nor_leave_the_panel(ends: tuple[str, ...]) -> None:
    made = drawn(*(curve("4", end, tail=str(n)) for n, end in enumerate(ends)))
    ys = [label.y for label in made.labels]
    assert all(b - a >= LABEL - 0.1 for a, b in itertools.pairwise(ys))
    assert made.y <= ys[0]
    assert ys[-1] <= made.bottom


def test_a_label_says_value_and_what_tells_it_from_others() -> None:
    assert drawn(curve("4", change="−3 · improved")).labels[0].name == "4/10 load"
    assert drawn(curve("4", change="−3 · improved")).labels[0].change == "−3 · improved"
    visa, ases = curve("40", name="VISA-A", tail="", unit="/100"), curve("50", name="ASES", tail="", unit="/100")
    assert [label.name for label in drawn(visa, ases).labels] == ["50/100 ASES", "40/100 VISA-A"]
    assert drawn(visa).labels[0].name == "40/100"


def test_the_direction_is_said_in_words() -> None:
    def said(direction: int) -> list[str]:
        return [text for _y, _kind, text in drawn(curve("4", direction=direction)).names]

    assert said(-1) == ["Pain", "/10", "lower is better"]
    assert said(1) == ["Pain", "/10", "higher is better"]
    assert said(0) == ["Pain", "/10"]


def test_the_scale_says_both_ends_and_the_start_where_it_has_room() -> None:
    assert [text for _y, text in drawn(curve("5", "10", "0")).scale] == ["10", "0", "5"]
    assert [text for _y, text in drawn(curve("9.9", "10", "0")).scale] == ["10", "0"]
    grades = ("normal", "somewhat limited")
    assert [text for _y, text in drawn(curve("0", "1", unit="", grades=grades)).scale] == ["somewhat…", "normal"]
