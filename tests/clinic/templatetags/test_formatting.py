from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clinic.templatetags.formatting import ago, day, plain

TODAY = date(2026, 11, 24)


def test_day() -> None:
    assert day(date(2026, 11, 3)) == "Tue 3 Nov 2026"
    assert day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wed 1 Jul 2026"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (TODAY, "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 12), "12 days ago"),
        (date(2026, 10, 1), "7 weeks ago"),
        (None, ""),
    ],
)
def test_ago(value: date | None, text: str) -> None:
    assert ago(value, TODAY) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("4.300"), "4.3"), (0, "0"), (-1.5, "−1.5"), (2000, "2000"), (None, "")]
)
def test_plain(value: Decimal | float | None, text: str) -> None:
    assert plain(value) == text
