"""How far somebody kept to what was agreed."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# What is offered in one tap: none, a quarter, half, three quarters, all.
STEPS = (0, 25, 50, 75, 100)


def mean_percent(told: Sequence[int]) -> int | None:
    """The mean of what was told, to the whole percent, a half upwards; None where nothing was told."""
    if not told:
        return None
    return int((Decimal(sum(told)) / len(told)).quantize(Decimal(1), ROUND_HALF_UP))
