from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.rules.pain_monitoring import Light, Monitored, NextMorning, Reason, monitor, rise_in_a_week

D = Decimal
D0 = date(2026, 1, 5)
USUAL, WORSE = NextMorning.USUAL, NextMorning.WORSE


@pytest.mark.parametrize(
    ("session", "pain", "next_morning", "light"),
    [
        (1, 4, USUAL, Light.AMBER),
        (2, 4, USUAL, Light.AMBER),
        (3, 5, USUAL, Light.AMBER),
        (4, 3, USUAL, Light.AMBER),
        (5, 3, USUAL, Light.AMBER),
        (6, 3, USUAL, Light.AMBER),
        (7, 2, USUAL, Light.GREEN),
        (8, 6, WORSE, Light.RED),
        (9, 3, USUAL, Light.AMBER),
        (10, 2, USUAL, Light.GREEN),
    ],
)
def test_the_ten_sessions_of_the_achilles_case(
    session: int, pain: int, next_morning: NextMorning, light: Light
) -> None:
    found = monitor(D(pain), next_morning)
    assert found is not None
    assert (found.light, found.is_provisional) == (light, False)


@pytest.mark.parametrize(
    ("pain", "next_morning", "rise", "expected"),
    [
        ("0", USUAL, None, Monitored(Light.GREEN)),
        ("2", USUAL, None, Monitored(Light.GREEN)),
        ("2.1", USUAL, None, Monitored(Light.AMBER, (Reason.TOLERABLE_PAIN,))),
        ("5", USUAL, None, Monitored(Light.AMBER, (Reason.TOLERABLE_PAIN,))),
        ("5.1", USUAL, None, Monitored(Light.RED, (Reason.MUCH_PAIN,))),
        ("1", WORSE, None, Monitored(Light.RED, (Reason.WORSE_NEXT_MORNING,))),
        ("1", USUAL, "2", Monitored(Light.RED, (Reason.RISES_BY_THE_WEEK,))),
        ("1", USUAL, "1.9", Monitored(Light.GREEN)),
        ("6", WORSE, "3", Monitored(Light.RED, (Reason.MUCH_PAIN, Reason.WORSE_NEXT_MORNING, Reason.RISES_BY_THE_WEEK))),
        ("4", None, None, Monitored(Light.AMBER, (Reason.TOLERABLE_PAIN,), True)),
        ("1", None, None, Monitored(Light.GREEN, (), True)),
        ("6", None, None, Monitored(Light.RED, (Reason.MUCH_PAIN,), False)),
        (None, WORSE, None, Monitored(Light.RED, (Reason.WORSE_NEXT_MORNING,))),
        (None, USUAL, None, Monitored(Light.GREEN)),
        (None, None, "5", None),
    ],
)  # fmt: skip
def test_the_light(
    pain: str | None, next_morning: NextMorning | None, rise: str | None, expected: Monitored | None
) -> None:
    found = monitor(None if pain is None else D(pain), next_morning, None if rise is None else D(rise))
    assert found == expected


def points(*values: tuple[int, int]) -> list[tuple[date, Decimal]]:
    return [(D0 + timedelta(days=day), D(value)) for day, value in values]


@pytest.mark.parametrize(
    ("series", "rise"),
    [
        ([(0, 3), (7, 4)], 1),
        ([(7, 4), (0, 3)], 1),
        ([(0, 6), (7, 4)], -2),
        ([(0, 3), (4, 9)], None),
        ([(0, 3), (5, 9)], 6),
        ([(0, 3), (9, 9)], 6),
        ([(0, 3), (10, 9)], None),
        ([(0, 1), (2, 3), (8, 9)], 8),
        ([(0, 1), (3, 2), (9, 9)], 7),
        ([(0, 1)], None),
        ([], None),
    ],
)
def test_how_much_it_rises_in_a_week(series: list[tuple[int, int]], rise: int | None) -> None:
    assert rise_in_a_week(points(*series)) == rise


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from([USUAL, WORSE, None]))
def test_more_pain_is_never_a_better_light(one: int, other: int, morning: NextMorning | None) -> None:
    order = list(Light)
    low, high = (monitor(D(pain), morning) for pain in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert order.index(low.light) <= order.index(high.light)
