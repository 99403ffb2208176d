"""When somebody must prove again that it is they: what a browser knows goes in, the reason or none comes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE_AFTER = timedelta(minutes=15)
GOOD_FOR = timedelta(hours=12)
LOGIN_LASTS = timedelta(hours=12)
LOGIN_ENDS_IDLE_AFTER = timedelta(hours=3)


class Why(StrEnum):
    """Why a proof is asked for."""

    LOCKED = "LOCKED"
    ANOTHER_PERSON = "ANOTHER_PERSON"
    IDLE = "IDLE"
    OLD = "OLD"


@dataclass(frozen=True)
class Standing:
    """What a browser's login knows: the last proof of its person, and when they last did something."""

    proven_at: datetime
    active_at: datetime
    is_locked: bool = False
    # somebody else proved themselves in this browser since
    used_by_another: bool = False


def why_shut(standing: Standing, now: datetime) -> Why | None:
    """Why nothing at all is shown before a proof; None while the pages are open."""
    if standing.is_locked:
        return Why.LOCKED
    return Why.IDLE if now - standing.active_at >= IDLE_AFTER else None


def why_needed(standing: Standing, now: datetime, *, good_for: timedelta = GOOD_FOR) -> Why | None:
    """Why nothing is signed before a proof; None where the last one still holds."""
    if standing.used_by_another:
        return Why.ANOTHER_PERSON
    shut = why_shut(standing, now)
    if shut is not None:
        return shut
    return Why.OLD if now - standing.proven_at >= good_for else None


def login_ends_at(began_at: datetime, active_at: datetime) -> datetime:
    """When the login of a browser ends: twelve hours after it began whatever is done, or three without anything."""
    return min(began_at + LOGIN_LASTS, active_at + LOGIN_ENDS_IDLE_AFTER)
