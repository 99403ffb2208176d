"""Numbers as people type them, and as they are read back."""

import re
from decimal import Decimal

WRITTEN = re.compile(r"[+\-−]?(\d{1,9}([.,]\d{0,6})?|[.,]\d{1,6})", re.ASCII)


def parse(written: object) -> Decimal:
    """Reads "2,3", "2.3", "−1" or a JSON number. Raises ValueError for anything else, also for NaN and infinity."""
    if isinstance(written, bool) or not isinstance(written, str | int | float | Decimal):
        raise ValueError(written)
    text = str(written).strip()
    if not WRITTEN.fullmatch(text):
        raise ValueError(written)
    return Decimal(text.replace(",", ".").replace("−", "-"))


def shown(value: Decimal) -> str:
    """The number without needless zeros, with a true minus sign: 4.300 is 4.3."""
    number = value.normalize()
    text = format(number, "f") if number else "0"
    return text.replace("-", "−")


def with_unit(value: Decimal, unit: str) -> str:
    """The number with its unit: 4.3 cm, but 3/10."""
    return shown(value) + (unit if unit.startswith("/") else f" {unit}" if unit else "")


def change(value: Decimal) -> str:
    """A signed change: +14, −2.5, ±0."""
    if not value:
        return "±0"
    return f"+{shown(value)}" if value > 0 else shown(value)


def grouped(value: Decimal) -> str:
    """A large number in threes, apart by a narrow space: 600 000. Four digits stay together."""
    whole, point, rest = shown(value).partition(".")
    return (re.sub(r"(?<=\d)(?=(\d{3})+$)", "\u202f", whole) if len(whole) > 4 else whole) + point + rest
