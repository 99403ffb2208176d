"""Who somebody is to a research project: a name and days that lead back to nobody without the clinic's key."""

import hashlib
import hmac
import re
from datetime import timedelta
from uuid import UUID

PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
SHIFTS = 365  # days back, at most


def digest(key: bytes, project: str, what: str, pk: UUID) -> bytes:
    return hmac.new(key, f"{project}/{what}/{pk}".encode(), hashlib.sha256).digest()


def pseudonym(key: bytes, project: str, what: str, pk: UUID) -> str:
    """24 hexadecimal digits: the same each time in one project, another in each other one."""
    return digest(key, project, what, pk).hex()[:24]


def shift_of(key: bytes, project: str, patient: UUID) -> timedelta:
    """1 to 365 days back, the same for all days of one patient: what lies between two days stays exact."""
    return -timedelta(days=1 + int.from_bytes(digest(key, project, "days", patient), "big") % SHIFTS)
