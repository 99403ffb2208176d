"""When is somebody free next?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

STEP = timedelta(minutes=15)


def next_free(
    taken: Iterable[tuple[datetime, datetime]], *, after: datetime, minutes: int, until: datetime
) -> datetime | None:
    """The first quarter of an hour from `after` on at which so many minutes are free; None where none is by `until`."""
    busy = sorted(taken)
    length = timedelta(minutes=minutes)
    at = rounded_up(after)
    while at <= until:
        overlap = next(((start, end) for start, end in busy if start < at + length and end > at), None)
        if overlap is None:
            return at
        at = rounded_up(max(overlap[1], at + STEP))
    return None


def rounded_up(at: datetime) -> datetime:
    """The next full quarter of an hour, or the time itself where it is one."""
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (STEP - over if over else timedelta())
