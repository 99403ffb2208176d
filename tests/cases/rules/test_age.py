from datetime import date

import pytest

from cases.rules.age import age_on

LEAP = date(2000, 2, 29)


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1985, 5, 12), date(2026, 5, 11), 40),
        (date(1985, 5, 12), date(2026, 5, 12), 41),
        (LEAP, date(2001, 2, 28), 0),
        (LEAP, date(2001, 3, 1), 1),
        (LEAP, date(2004, 2, 29), 4),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_age_on(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age
