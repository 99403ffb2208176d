"""How much pain a load may cause: the pain-monitoring model as a light.

Source: Thomeé 1997; Silbernagel, AJSM 2007 (general knowledge). It reminds; it does not recommend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

SAFE, TOLERABLE = Decimal(2), Decimal(5)  # NPRS, 0 to 10
RISE_IN_A_WEEK = Decimal(2)


class Light(StrEnum):
    """Green: go on. Amber: go on if it settles by the next morning. Red: reduce the load."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class NextMorning(StrEnum):
    """How it was the morning after."""

    USUAL = "USUAL"
    WORSE = "WORSE"


class Reason(StrEnum):
    """Why the light is not green."""

    TOLERABLE_PAIN = "TOLERABLE_PAIN"
    MUCH_PAIN = "MUCH_PAIN"
    WORSE_NEXT_MORNING = "WORSE_NEXT_MORNING"
    RISES_BY_THE_WEEK = "RISES_BY_THE_WEEK"


@dataclass(frozen=True)
class Monitored:
    """The light and why; provisional as long as the next morning is not known."""

    light: Light
    reasons: tuple[Reason, ...] = ()
    is_provisional: bool = False


def monitor(
    pain: Decimal | None, next_morning: NextMorning | None = None, rise_in_a_week: Decimal | None = None
) -> Monitored | None:
    """The light for the worst pain (NPRS) during and after a load; None where nothing is known of it."""
    if pain is None and next_morning is None:
        return None
    reasons = []
    if pain is not None and pain > TOLERABLE:
        reasons.append(Reason.MUCH_PAIN)
    if next_morning is NextMorning.WORSE:
        reasons.append(Reason.WORSE_NEXT_MORNING)
    if rise_in_a_week is not None and rise_in_a_week >= RISE_IN_A_WEEK:
        reasons.append(Reason.RISES_BY_THE_WEEK)
    if reasons:
        return Monitored(Light.RED, tuple(reasons))
    if pain is not None and pain > SAFE:
        return Monitored(Light.AMBER, (Reason.TOLERABLE_PAIN,), is_provisional=next_morning is None)
    return Monitored(Light.GREEN, is_provisional=next_morning is None)


def rise_in_a_week(points: Sequence[tuple[date, Decimal]]) -> Decimal | None:
    """The latest value minus that nearest to seven days before (five to nine; of two the lower); None without one."""
    if not points:
        return None
    last_on, last = max(points, key=lambda point: point[0])
    earlier = [(abs((last_on - on).days - 7), value) for on, value in points if 5 <= (last_on - on).days <= 9]
    return last - min(earlier)[1] if earlier else None
