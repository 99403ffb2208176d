"""A value against the other side, and against the start, in percent; both are derived and never entered."""

from decimal import ROUND_HALF_UP, Decimal

SYMMETRY_TARGET_PERCENT = Decimal(90)


def percent_of_other_side(value: Decimal, other_side: Decimal | None) -> Decimal | None:
    """Whole percent of the other side (limb symmetry); None where that is not known or nothing."""
    return whole(value / other_side * 100) if other_side else None


def percent_change(start: Decimal, now: Decimal) -> Decimal | None:
    """The change in whole percent of the start; None where the start is nothing."""
    return whole((now - start) / abs(start) * 100) if start else None


def is_symmetric(percent: Decimal) -> bool:
    """At least 90 % of the other side, the usual target."""
    return percent >= SYMMETRY_TARGET_PERCENT


def whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
