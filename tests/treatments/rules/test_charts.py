import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from treatments.rules.charts import COMPACT, FULL, Chart, Course, Sizes, draw
from treatments.rules.lanes import DoseRow, Happened, HappenedRow, Stretch
from treatments.rules.panels import Curve, Value

START = date(2026, 9, 14)
TODAY = date(2026, 11, 24)


def value(number: str, day: int) -> Value:
    return Value(START + timedelta(days=day), Decimal(number), number, "/x/")


def curve(name: str, unit: str) -> Curve:
    return Curve((name, ""), unit, 1, value("4", 0), (value("4", 0), value("6", 7)), last="6")


def lane(name: str) -> DoseRow:
    return DoseRow(name, "min", (value("5", 0), value("5", 7)), ("5", "5"), "10 min", "last 5 min")


def happened(name: str, day: int = 10) -> HappenedRow:
    return HappenedRow(name, (), (Happened("review", "diamond", START + timedelta(days=day), "continue", name),))


WHOLE = Course(
    first=START,
    curves=(curve("Pain", "/10"), curve("Knee", "cm"), curve("VISA-A", "/100")),
    doses=(lane("IASTM"), lane("Massage")),
    visits=happened("Visits"),
    pauses=(Stretch("pause", START, TODAY, "no visit", "", "no visit"),),
    blocks=(Stretch("block", START, TODAY, "block 1", "1", "block 1", is_open=True),),
    reviews=happened("Reviews"),
    events=(happened("Pictures"), HappenedRow("Treated elsewhere", (), ()), happened("Flares")),
    earlier=2,
)


def drawn(sizes: Sizes = FULL, **change: object) -> Chart:
    return draw(replace(WHOLE, **change), today=TODAY, sizes=sizes)  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [FULL, COMPACT])
def test_one_part_stands_below_the_other(sizes: Sizes) -> None:
    chart = drawn(sizes)
    assert chart.visits is not None
    assert chart.reviews is not None
    parts = [(chart.visits.y, chart.visits.y + chart.visits.height), (chart.pauses[0].y, chart.pauses[0].y + 17)]
    parts += [(chart.block_y, chart.block_y + 18), (chart.reviews.y, chart.reviews.y + chart.reviews.height)]
    parts += [(p.y, p.bottom) for p in chart.panels]
    parts += [(lane.y, lane.ground) for lane in chart.lanes] + [(e.y, e.y + e.height) for e in chart.events]
    assert all(begin >= end for (_, end), (begin, _) in itertools.pairwise(parts))
    assert chart.top < parts[0][0]
    assert parts[-1][1] <= chart.bottom < chart.height


def test_a_panel_for_each_unit_and_no_lane_for_nothing() -> None:
    chart = drawn()
    assert len(chart.panels) == 3
    assert [lane.name for lane in chart.events] == ["Pictures", "Flares"]
    assert [lane.name for lane in chart.lanes] == ["IASTM", "Massage"]


def test_the_smaller_drawing_is_smaller_and_says_the_same() -> None:
    full, compact = drawn(), drawn(COMPACT)
    assert compact.height < full.height
    assert compact.width == full.width
    assert not compact.dates_above
    assert [p.labels[0].name for p in compact.panels] == [p.labels[0].name for p in full.panels]


def test_the_days_of_reviews_go_through_the_panels() -> None:
    chart = drawn()
    assert chart.decided.startswith("M")
    assert chart.decided.endswith(f"V{chart.panels[-1].bottom + 6}")
    assert drawn(reviews=None).decided == ""
    assert drawn(curves=()).decided == ""


@pytest.mark.parametrize(("day", "anchor"), [(3, "start"), (69, "end")])
def test_the_day_that_changes_are_counted_from_is_marked(day: int, anchor: str) -> None:
    chart = drawn(since=START + timedelta(days=day), since_label="changes since that day")
    assert chart.since is not None
    assert (chart.since.anchor, chart.since.label) == (anchor, "changes since that day")
    assert chart.left < chart.since.x < chart.right
    assert drawn().since is None


def test_a_case_of_today_says_today_as_its_date_only() -> None:
    chart = draw(Course(START, (), ()), today=START)
    assert not chart.says_today
    assert chart.today_x == chart.left
    assert drawn().says_today
    assert drawn().strip > draw(Course(START, (), ()), today=START).strip
