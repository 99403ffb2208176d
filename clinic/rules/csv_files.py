"""Comma-separated files that other people's programs open: nothing in them is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

# A spreadsheet reads a cell that begins so as a formula; a tab or a line's end before one is no help against it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Excel takes a file without this mark for Windows-1252, and "mm²" for something else.
BYTE_ORDER_MARK = "\ufeff"

Cell = str | int | Decimal | date | None


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """A file as RFC 4180 has it: commas, double quotes, lines that end in CR LF; with a byte order mark."""
    return BYTE_ORDER_MARK + "".join(csv_line(row) for row in rows)


def csv_line(row: Sequence[Cell]) -> str:
    """One line of such a file."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([cell(c) for c in row])
    return written.getvalue()


def cell(value: Cell) -> str:
    """A number as it is, with its sign; a text with an apostrophe before what would begin a formula."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(FORMULA) else value
