"""Does a waiver cover what blocks a treatment on a day, and for how long is one granted unless somebody says so?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_DAYS = 90
USUAL_DAYS = 42


@dataclass(frozen=True)
class Waiver:
    """What a lead waived: these rules (by key, in the version that was read), on these days."""

    rules: frozenset[str]
    valid_from: date
    valid_until: date
    withdrawn_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """From the day on which it was taken back it holds no more."""
        is_back = self.withdrawn_on is not None and day >= self.withdrawn_on
        return self.valid_from <= day <= self.valid_until and not is_back

    def covers(self, blocking: Iterable[str], day: date) -> bool:
        """Whether it waives everything that blocks on that day: a rule that came later it does not."""
        found = frozenset(blocking)
        return bool(found) and found <= self.rules and self.holds_on(day)


def usual_end(today: date, *, sessions_left: int | None, every_days: int | None) -> date:
    """The end of the present block where its pace is known, else six weeks; never more than ninety days."""
    days = sessions_left * every_days if sessions_left and every_days else USUAL_DAYS
    return today + timedelta(days=min(days, LONGEST_DAYS))
