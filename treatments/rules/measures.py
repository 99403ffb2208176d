"""What a measurement of a measure may be."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from treatments.rules import numbers
from treatments.rules.dosage import Refused
from treatments.rules.progress import Threshold


class Sides(StrEnum):
    """Whether a measure is taken of a side."""

    NONE = "NONE"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True)
class MeasureRule:
    """A measure: limits and step in `unit`; direction +1 where higher is better, −1 where lower is."""

    code: str
    key: str
    label: str
    short_label: str
    unit: str
    direction: int
    hard_min: Decimal
    hard_max: Decimal
    step: Decimal
    sides: Sides = Sides.NONE
    contexts: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def name(self, context: str = "", side: str = "") -> str:
        """How one series of it is called: "Pain, load", "Knee to wall, right"."""
        return ", ".join([self.short_label, *(part.replace("_", " ").lower() for part in (context, side) if part)])


def read(rule: MeasureRule, written: Any) -> Decimal:
    """The value as it is stored. Raises Refused outside the limits or between the steps."""
    try:
        value = numbers.parse(written)
    except ValueError as no:
        raise Refused("not_a_number") from no
    if value > rule.hard_max:
        raise Refused("above_hard_limit", limit=numbers.shown(rule.hard_max), unit=rule.unit)
    if value < rule.hard_min:
        raise Refused("below_hard_limit", limit=numbers.shown(rule.hard_min), unit=rule.unit)
    if (value - rule.hard_min) % rule.step:
        raise Refused("between_steps", step=numbers.shown(rule.step), unit=rule.unit)
    return value
