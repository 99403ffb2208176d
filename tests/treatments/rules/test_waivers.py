from datetime import date

import pytest

from treatments.rules.waivers import Waiver, usual_end

DAY = date(2026, 11, 24)
WAIVER = Waiver(frozenset({"A@1", "B@1"}), date(2026, 11, 20), date(2026, 11, 30))
TAKEN_BACK = Waiver(WAIVER.rules, WAIVER.valid_from, WAIVER.valid_until, withdrawn_on=DAY)


@pytest.mark.parametrize(
    ("waiver", "blocking", "day", "covered"),
    [
        (WAIVER, {"A@1"}, DAY, True),
        (WAIVER, {"A@1", "B@1"}, DAY, True),
        (WAIVER, {"A@1", "C@1"}, DAY, False),
        (WAIVER, {"A@2"}, DAY, False),
        (WAIVER, set(), DAY, False),
        (WAIVER, {"A@1"}, date(2026, 11, 20), True),
        (WAIVER, {"A@1"}, date(2026, 11, 19), False),
        (WAIVER, {"A@1"}, date(2026, 11, 30), True),
        (WAIVER, {"A@1"}, date(2026, 12, 1), False),
        (TAKEN_BACK, {"A@1"}, date(2026, 11, 23), True),
        (TAKEN_BACK, {"A@1"}, DAY, False),
        (TAKEN_BACK, {"A@1"}, date(2026, 11, 25), False),
    ],
)
def test_what_a_waiver_covers(waiver: Waiver, blocking: set[str], day: date, covered: bool) -> None:
    assert waiver.covers(blocking, day) is covered


@pytest.mark.parametrize(
    ("sessions_left", "every_days", "end"),
    [
        (None, None, date(2027, 1, 5)),
        (3, 7, date(2026, 12, 15)),
        (0, 7, date(2027, 1, 5)),
        (3, None, date(2027, 1, 5)),
        (30, 7, date(2027, 2, 22)),
    ],
)
def test_until_when_one_is_proposed(sessions_left: int | None, every_days: int | None, end: date) -> None:
    assert usual_end(DAY, sessions_left=sessions_left, every_days=every_days) == end
