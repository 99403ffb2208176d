import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from clinic.rules.csv_files import BYTE_ORDER_MARK, Cell, as_csv, cell


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x")', "-"])
def test_no_text_becomes_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown[0] not in "=+-@\t\r\n"
    assert shown.removeprefix("'") == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("-27.500"), "-27.5"),
        (Decimal("600000"), "600000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.000"), "0"),
        (-3, "-3"),
        (None, ""),
        ("", ""),
        ("pain = load", "pain = load"),
        (date(2026, 11, 3), "2026-11-03"),
    ],
)
def test_numbers_stay_numbers(value: Cell, shown: str) -> None:
    assert cell(value) == shown


def test_a_file_as_rfc_4180_has_it() -> None:
    rows: list[list[Cell]] = [["what", "words"], ["a, b", 'he said "no"'], ["two\nlines", Decimal("-1")]]
    text = as_csv(rows)
    assert text.startswith(BYTE_ORDER_MARK)
    assert text.count("\r\n") == 3
    assert '"a, b","he said ""no"""\r\n' in text
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert read == [["what", "words"], ["a, b", 'he said "no"'], ["two\nlines", "-1"]]


def test_an_empty_file_is_empty() -> None:
    assert as_csv([]) == BYTE_ORDER_MARK
