from decimal import Decimal

import pytest

from treatments.rules import numbers


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2,3", "2.3"),
        ("2.3", "2.3"),
        (" 7 ", "7"),
        ("−1", "-1"),
        ("-0.5", "-0.5"),
        (".5", "0.5"),
        ("3.", "3"),
        (2.3, "2.3"),
        (7, "7"),
    ],
)
def test_parse(written: object, value: str) -> None:
    assert numbers.parse(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "x",
        "1e5",
        "NaN",
        "inf",
        "1,2,3",
        "1 000",
        "0x10",
        "٣",
        None,
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        1e20,
        "1" * 10,
    ],
)
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is what was typed
        numbers.parse(written)


@pytest.mark.parametrize(
    ("value", "text"), [("4.300", "4.3"), ("2000", "2000"), ("0.000", "0"), ("-1.5", "−1.5"), ("100", "100")]
)
def test_shown(value: str, text: str) -> None:
    assert numbers.shown(Decimal(value)) == text


@pytest.mark.parametrize(("value", "text"), [("14", "+14"), ("-5", "−5"), ("0", "±0"), ("0.10", "+0.1")])
def test_change(value: str, text: str) -> None:
    assert numbers.change(Decimal(value)) == text


@pytest.mark.parametrize(("unit", "text"), [("cm", "4.3 cm"), ("/10", "4.3/10"), ("", "4.3")])
def test_with_unit(unit: str, text: str) -> None:
    assert numbers.with_unit(Decimal("4.30"), unit) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("6000", "6000"),
        ("600000", "600\u202f000"),
        ("12345.500", "12\u202f345.5"),
        ("1234567", "1\u202f234\u202f567"),
        ("-12345", "−12\u202f345"),
        ("0.15", "0.15"),
        ("0", "0"),
    ],
)
def test_large_numbers_are_read_in_threes(value: str, shown: str) -> None:
    assert numbers.grouped(Decimal(value)) == shown
