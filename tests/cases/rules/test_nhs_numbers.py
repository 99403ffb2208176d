import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.nhs_numbers import digits_of, is_nhs_number, spaced


@pytest.mark.parametrize("digits", ["9991001018", "9434765919", "4505577104"])
def test_right_numbers(digits: str) -> None:
    assert is_nhs_number(digits)


@pytest.mark.parametrize(
    "digits", ["9991001019", "9991001081", "999100101", "99910010180", "", "999100101x", "٩٩٩١٠٠١٠١٨", "9434765918"]
)
def test_wrong_numbers(digits: str) -> None:
    assert not is_nhs_number(digits)


@given(st.integers(0, 999_999_999))
def test_at_most_one_check_digit_is_right(first: int) -> None:
    right = [d for d in range(10) if is_nhs_number(f"{first:09d}{d}")]
    weighted = sum(int(c) * w for c, w in zip(f"{first:09d}", range(10, 1, -1), strict=True))
    assert len(right) == (0 if 11 - weighted % 11 == 10 else 1)


def test_as_written_and_as_printed() -> None:
    assert digits_of("999 100-1018") == "9991001018"
    assert spaced("9991001018") == "999 100 1018"
