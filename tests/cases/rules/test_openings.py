import pytest

from cases.rules.openings import is_reason, is_too_often


@pytest.mark.parametrize(
    ("text", "says"), [("", False), ("short    ", False), ("123456789", False), ("0123456789", True)]
)
def test_a_reason_has_ten_characters(text: str, says: bool) -> None:
    assert is_reason(text) is says


@pytest.mark.parametrize(("attempts", "is_over"), [(0, False), (9, False), (10, True), (11, True)])
def test_the_eleventh_within_an_hour_is_too_often(attempts: int, is_over: bool) -> None:
    assert is_too_often(attempts) is is_over
