from decimal import Decimal

import pytest

from treatments.rules.sides import is_symmetric, percent_change, percent_of_other_side

D = Decimal


@pytest.mark.parametrize(
    ("value", "other", "percent"),
    [
        ("8.2", "11.5", 71),  # knee to wall of the Achilles case
        ("18", "27", 67),  # its heel raises
        ("12", "68", 18),  # external rotation of the stiff shoulder, and its way back
        ("15", "68", 22),
        ("22", "68", 32),
        ("30", "68", 44),
        ("48", "68", 71),
        ("0", "68", 0),
        ("1", "8", 13),
        ("5", "0", None),
    ],
)
def test_the_other_side(value: str, other: str, percent: int | None) -> None:
    assert percent_of_other_side(D(value), D(other)) == percent
    assert percent_of_other_side(D(value), None) is None


@pytest.mark.parametrize(
    ("start", "now", "percent"),
    [("7", "2", -71), ("7", "6", -14), ("4", "8", 100), ("-10", "-5", 50), ("8", "8", 0), ("8", "9", 13), ("0", "5", None)],
)  # fmt: skip
def test_change(start: str, now: str, percent: int | None) -> None:
    assert percent_change(D(start), D(now)) == percent


def test_the_target_of_symmetry() -> None:
    assert not is_symmetric(D(67))
    assert not is_symmetric(D("89.9"))
    assert is_symmetric(D(90))
