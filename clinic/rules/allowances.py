"""How many requests a program may make: what of a minute's allowance is spent, and when the next one begins."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Allowance:
    """`count` requests were made of `limit`, this one among them, in the window that ends in `seconds_left`."""

    limit: int
    count: int
    seconds_left: float

    @property
    def is_spent(self) -> bool:
        return self.count > self.limit

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.count)

    @property
    def reset_seconds(self) -> int:
        """Whole seconds after which there is a new allowance, never too early."""
        return max(1, math.ceil(self.seconds_left))

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


def allowance(limit: int, count: int, *, ends_at: datetime, now: datetime) -> Allowance:
    return Allowance(limit, count, (ends_at - now).total_seconds())
