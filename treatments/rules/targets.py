"""Whether a measure has reached what a plan aims at: a comparison, and no judgement of what brought it there."""

from decimal import Decimal


def is_reached(*, now: Decimal, target: Decimal, direction: int, start: Decimal | None = None) -> bool:
    """At the target or beyond it, in the good direction (+1 higher is better, −1 lower is better).

    Where neither way is better, beyond is what lies past the target as seen from the start.
    """
    if direction == 0:
        if start is None or start == target:
            return now == target
        direction = 1 if target > start else -1
    return (now - target) * direction >= 0
