from datetime import date, timedelta
from decimal import Decimal

from treatments.rules import numbers
from treatments.rules.printed_charts import Span, bars, panel

FIRST = date(2026, 7, 27)


def on(days: int) -> date:
    return FIRST + timedelta(days=days)


SPAN = Span(FIRST, on(100))


def test_days_as_shares_of_the_course() -> None:
    assert [SPAN.at(on(n)) for n in (-5, 0, 25, 100, 140)] == [0, 0, 0.25, 1, 1]
    assert Span(FIRST, FIRST).at(on(7)) == 0.5, "one day is drawn as two weeks"


def test_dates_at_whole_weeks_and_months_of_a_long_course() -> None:
    assert SPAN.ticks[:2] == ((0, "27 Jul"), (0.21, "17 Aug"))
    assert 4 <= len(SPAN.ticks) <= 6
    years = Span(FIRST, on(1000)).ticks
    assert years[0] == (0, "Jul 2026")
    assert len(years) <= 6


def test_a_panel_with_its_error_and_a_gap() -> None:
    values = [(on(0), Decimal(7)), (on(7), Decimal(6)), (on(29), Decimal(2))]
    drawn = panel(SPAN, values, values[0], (Decimal(5), Decimal(9)), numbers.shown)
    assert drawn.points == ((0, 0.7778), (0.07, 0.6667), (0.29, 0.2222))
    assert drawn.joins == (False, True), "22 days apart"
    assert drawn.band == (0.5556, 1)
    assert drawn.start == (0, 0.7778)
    assert drawn.scale == ((1, "9"), (0, "0"), (0.7778, "7"))


def test_figures_that_would_touch_are_left_out_and_one_value_is_on_the_ground() -> None:
    values = [(on(0), Decimal(50)), (on(1), Decimal(51)), (on(2), Decimal(60))]
    assert panel(SPAN, values, values[1], None, numbers.shown).scale == ((1, "60"), (0, "50"))
    alone = panel(SPAN, [(on(0), Decimal(4))], (on(0), Decimal(4)), None, numbers.shown)
    assert (alone.points, alone.joins, alone.band) == (((0, 0),), (), None)


def test_bars_by_their_share_of_the_largest() -> None:
    given = [(on(0), Decimal("1.5")), (on(50), Decimal(3)), (on(100), Decimal("0.01")), (on(7), None)]
    assert bars(SPAN, given) == ((0, 0.5), (0.5, 1), (1, 0.12), (0.07, 0.5))
    assert bars(SPAN, [(on(0), None), (on(1), None)]) == ((0, 0.5), (0.01, 0.5))
    assert bars(SPAN, [(on(0), Decimal(0))]) == ((0, 0.5),)
