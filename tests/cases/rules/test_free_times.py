from datetime import datetime, timedelta

import pytest

from cases.rules.free_times import next_free

NINE = datetime(2026, 11, 24, 9)
HALF = timedelta(minutes=30)


def booked(*hours: float) -> list[tuple[datetime, datetime]]:
    starts = [NINE + timedelta(hours=h - 9) for h in hours]
    return [(start, start + HALF) for start in starts]


@pytest.mark.parametrize(
    ("taken", "after", "expected"),
    [
        ((), NINE, NINE),
        ((), NINE + timedelta(minutes=1), NINE + timedelta(minutes=15)),
        ((9,), NINE, NINE + HALF),
        ((9.5, 9), NINE, NINE + 2 * HALF),
        ((9, 10), NINE, NINE + HALF),
        ((9.25,), NINE, NINE + timedelta(minutes=45)),
        ((8.5,), NINE, NINE),
    ],
)
def test_the_next_quarter_of_an_hour_that_is_free(
    taken: tuple[float, ...], after: datetime, expected: datetime
) -> None:
    until = NINE + timedelta(hours=9)
    assert next_free(booked(*taken), after=after, minutes=30, until=until) == expected


def test_a_full_day_has_none() -> None:
    assert next_free(booked(9, 9.5), after=NINE, minutes=30, until=NINE + HALF) is None
