"""What a list can be narrowed by: each a parameter of its address, read strictly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime

DAY, INSTANT, ID = "a day as 2026-03-09", "an instant with its offset, as 2026-03-09T14:00:00Z", "a UUID"


@dataclass(frozen=True)
class Filter:
    """One parameter: the column and look-up it asks, how it is read (ValueError where it cannot be), what it is."""

    lookup: str
    read: Callable[[str], Any]
    told: str
    schema: dict[str, Any]


def read_id(text: str) -> UUID:
    return UUID(text) if len(text) == 36 else never(text)


def read_day(text: str) -> date:
    found = parse_date(text) if len(text) == 10 and text.isascii() else None
    return found if found is not None else never(text)


def read_instant(text: str) -> datetime:
    """In UTC: the database refuses offsets beyond sixteen hours. Raises ValueError for a year that nobody means."""
    found = parse_datetime(text) if text.isascii() else None
    if found is None or found.tzinfo is None or not 1900 <= found.year <= 2200:
        return never(text)
    return found.astimezone(UTC)


def read_flag(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else never(text)


def never(text: str) -> Any:
    raise ValueError(text)


def by_id(column: str) -> Filter:
    return Filter(column, read_id, ID, {"type": "string", "format": "uuid"})


def by_listed_id(column: str) -> Filter:
    """Rows whose list of ids has this one."""
    return Filter(f"{column}__contains", lambda text: [read_id(text)], ID, {"type": "string", "format": "uuid"})


def by_day(lookup: str) -> Filter:
    return Filter(lookup, read_day, DAY, {"type": "string", "format": "date"})


def by_instant(lookup: str) -> Filter:
    return Filter(lookup, read_instant, INSTANT, {"type": "string", "format": "date-time"})


def by_flag(lookup: str) -> Filter:
    return Filter(lookup, read_flag, "true or false", {"type": "boolean"})


def by_choice(lookup: str, choices: Iterable[str]) -> Filter:
    allowed = list(choices)

    def read(text: str) -> str:
        return text if text in allowed else never(text)

    return Filter(lookup, read, f"one of {', '.join(allowed)}", {"type": "string", "enum": allowed})


def by_code(column: str) -> Filter:
    """The code of an entry of a catalogue; of which version does not matter."""
    return by_text(f"{column}__code", 60, "a code of the catalogue")


def by_text(lookup: str, longest: int, told: str = "") -> Filter:
    """Exactly this text, of printable ASCII."""

    def read(text: str) -> str:
        return text if text and len(text) <= longest and text.isascii() and text.isprintable() else never(text)

    return Filter(lookup, read, told or f"a text of at most {longest} characters", {"type": "string"})
