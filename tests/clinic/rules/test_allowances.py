from datetime import UTC, datetime, timedelta

import pytest

from clinic.rules.allowances import WINDOW, Allowance, allowance

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "remaining", "is_spent"), [(1, 2, False), (2, 1, False), (3, 0, False), (4, 0, True), (9, 0, True)]
)
def test_what_is_left(count: int, remaining: int, is_spent: bool) -> None:
    found = allowance(3, count, ends_at=NOW + WINDOW, now=NOW)
    assert (found.remaining, found.is_spent) == (remaining, is_spent)


@pytest.mark.parametrize(("left", "told"), [(60.0, 60), (59.001, 60), (0.2, 1), (0.0, 1), (-3.0, 1)])
def test_nobody_is_told_to_come_back_too_early(left: float, told: int) -> None:
    assert allowance(3, 1, ends_at=NOW + timedelta(seconds=left), now=NOW).reset_seconds == told


def test_as_headers() -> None:
    assert Allowance(600, 8, 41.2).headers == {
        "RateLimit-Limit": "600",
        "RateLimit-Remaining": "592",
        "RateLimit-Reset": "42",
    }
