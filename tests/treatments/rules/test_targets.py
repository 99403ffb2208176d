from decimal import Decimal

import pytest

from treatments.rules.targets import is_reached


@pytest.mark.parametrize(
    ("start", "now", "target", "direction", "reached"),
    [
        (None, "8", "8", 1, True),
        (None, "7.9", "8", 1, False),
        (None, "9", "8", 1, True),
        (None, "2", "2", -1, True),
        (None, "2.1", "2", -1, False),
        (None, "0", "2", -1, True),
        ("4", "6", "6", 0, True),
        ("4", "7", "6", 0, True),
        ("4", "5", "6", 0, False),
        ("8", "5", "6", 0, True),
        ("8", "7", "6", 0, False),
        ("6", "6", "6", 0, True),
        ("6", "7", "6", 0, False),
        (None, "7", "6", 0, False),
        (None, "6", "6", 0, True),
    ],
)
def test_a_target_is_reached_in_the_good_direction(
    start: str | None, now: str, target: str, direction: int, reached: bool
) -> None:
    began = None if start is None else Decimal(start)
    assert is_reached(now=Decimal(now), target=Decimal(target), direction=direction, start=began) is reached
