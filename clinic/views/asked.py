"""Reads what an address or a plain field says; nonsense is answered with nothing, never with an error of ours."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.dateparse import parse_date

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def whole_number(text: str) -> int:
    """The number in digits; 0 for anything else, which is the version or the place of no row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def asked_day(request: HttpRequest) -> date | None:
    """The day that `?day=` names; None where it names none, or none that a clinic can mean."""
    return day_in(request.GET.get("day", ""))


def day_in(written: str) -> date | None:
    """The day that a text names; None where it names none, or none that a clinic can mean."""
    try:
        day = parse_date(written)
    except ValueError:
        return None
    return day if day is not None and FIRST <= day <= LAST else None
