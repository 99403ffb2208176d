"""The only clock. Only the demo and the tests may set it; the times of the audit log are always real."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present instant, in UTC."""
    return _set_to.get() or timezone.now()


def today(time_zone: str | None = None) -> date:
    """The present day where the clinic is."""
    zone = ZoneInfo(time_zone) if time_zone else timezone.get_default_timezone()
    return now().astimezone(zone).date()


def end_of(day: date) -> datetime:
    """The last instant of a day where the clinic is."""
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Within it, `now()` stands still at `moment` (aware)."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
