"""What is signed, as one text that is always written the same way, and what differs between two of them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

LATER = "sealed_later_on"  # in the document of a seal that was made after the signing: the day


def plain(value: Any) -> Any:
    """A value of a row as JSON can hold it, without loss: numbers of the database as texts, instants in UTC."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    return value


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document: sorted names, no spaces, no escapes."""
    return json.dumps(plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def differences(sealed: Any, found: Any, where: str = "") -> Iterator[str]:
    """JSON pointers to every place at which what is found is not what was sealed.

    What rows can hold only since then (a column, a kind of part) and do not hold is no difference.
    """
    if isinstance(sealed, dict) and isinstance(found, dict):
        for name in sorted(sealed.keys() | found.keys()):
            if name not in sealed and found[name] in (None, "", []):
                continue
            if name not in sealed or name not in found:
                yield f"{where}/{name}"
            else:
                yield from differences(sealed[name], found[name], f"{where}/{name}")
    elif isinstance(sealed, list) and isinstance(found, list):
        for place in range(max(len(sealed), len(found))):
            if place >= len(sealed) or place >= len(found):
                yield f"{where}/{place}"
            else:
                yield from differences(sealed[place], found[place], f"{where}/{place}")
    elif sealed != found or isinstance(sealed, bool) is not isinstance(found, bool):
        yield where or "/"
