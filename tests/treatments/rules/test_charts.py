import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest

from treatments.rules.charts import APART, PANEL, Chart, Curve, DoseRow, Value, draw

START = date(2026, 9, 14)
TODAY = date(2026, 11, 24)


def curve(*numbers: str, name: str = "Pain, load", error: str | None = None, every: int = 7) -> Curve:
    values = tuple(
        Value(START + timedelta(days=every * i), Decimal(n), f"value {n}", "/x/") for i, n in enumerate(numbers)
    )
    return Curve(name, "/10", -1, values, Decimal(error) if error else None, numbers[-1])


def lane(*numbers: str) -> DoseRow:
    return DoseRow(
        "Radial shockwave",
        "2 bar",
        tuple(Value(START + timedelta(days=i), Decimal(n), n, "/x/") for i, n in enumerate(numbers)),
    )


def drawn(*curves: Curve, rows: tuple[DoseRow, ...] = (), today: date = TODAY) -> Chart:
    chart = draw(curves, rows, today=today)
    assert chart is not None
    return chart


def test_nothing_is_no_chart() -> None:
    assert draw([], [], today=TODAY) is None


@pytest.mark.parametrize("numbers", [("7", "6", "4"), ("5",), ("0", "0", "0"), ("3", "3"), ("10", "0")])
def test_every_point_lies_in_its_panel(numbers: tuple[str, ...]) -> None:
    chart = drawn(curve(*numbers, error="2"))
    (panel,) = chart.panels
    for mark in panel.lines[0].marks:
        assert panel.y <= mark.y <= panel.y + PANEL
        assert chart.left <= mark.x <= chart.right
    band_y, band_height = panel.band or (0, 0)
    assert panel.y <= band_y <= band_y + band_height <= panel.y + PANEL + 0.2


def test_higher_values_stand_higher_and_later_ones_further_right() -> None:
    first, second = drawn(curve("4", "7")).panels[0].lines[0].marks
    assert second.y < first.y
    assert second.x > first.x


def test_the_band_is_the_start_with_its_error() -> None:
    panel = drawn(curve("5", "9", error="2")).panels[0]
    assert panel.band is not None
    assert panel.baseline_y == pytest.approx(panel.band[0] + panel.band[1] / 2, abs=0.2)
    assert drawn(curve("5", "9")).panels[0].band is None


@pytest.mark.parametrize("days", [0, 1, 7, 30, 400, 3000])
def test_dates_on_the_axis_do_not_touch(days: int) -> None:
    chart = drawn(curve("5"), today=START + timedelta(days=days))
    places = [*(t.x for t in chart.ticks), chart.today_x] if days >= 7 else [t.x for t in chart.ticks]
    assert all(b - a >= APART - 1 for a, b in itertools.pairwise(places))


def test_series_of_one_measure_share_a_panel_and_their_names_do_not_cover_one_another() -> None:
    chart = drawn(curve("4", "3"), curve("4", "3", name="Pain, rest"), curve("9", name="Knee"))
    assert [len(p.lines) for p in chart.panels] == [2, 1]
    first, second = chart.panels[0].lines
    assert abs(first.label_y - second.label_y) >= 13


def test_bars_are_as_high_as_their_share_and_never_vanish() -> None:
    bars = drawn(rows=(lane("2", "4", "0"),)).lanes[0].bars
    assert bars[1].height == 2 * bars[0].height
    assert bars[2].height == 4
    assert len({b.y + b.height for b in bars}) == 1
