"""What a measurement of a measure may be."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from treatments.rules import numbers
from treatments.rules.dosage import Refused
from treatments.rules.progress import Scale, Threshold


class Sides(StrEnum):
    """Whether a measure is taken of a side."""

    NONE = "NONE"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True)
class Grade:
    """A named grade of an ordinal measure; its rank is its place in the measure's grades, from 0."""

    code: str
    label: str


@dataclass(frozen=True)
class MeasureRule:
    """A measure: limits and step in `unit`; direction +1 where higher is better, −1 where lower is.

    A value of a measure with grades is the rank of its grade. Without regions it can be taken anywhere.
    """

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
    scale: Scale = Scale.NUMBER
    neutral: Decimal | None = None
    grades: tuple[Grade, ...] = ()
    regions: tuple[str, ...] = ()

    def shown(self, value: Decimal) -> str:
        """A value as it is read, without its unit: a number, or the label of its grade."""
        return self.grades[int(value)].label if self.grades else numbers.shown(value)

    def with_unit(self, value: Decimal) -> str:
        """A value as it is read, with its unit."""
        return self.grades[int(value)].label if self.grades else numbers.with_unit(value, self.unit)

    def name(self, context: str = "", side: str = "") -> str:
        """How one series of it is called: "Pain, load", "Knee to wall, right"."""
        return ", ".join([self.short_label, *(part.replace("_", " ").lower() for part in (context, side) if part)])


def read(rule: MeasureRule, written: Any) -> Decimal:
    """The value as it is stored: a number, or the rank of the grade that is named by its code.

    Raises Refused outside the limits, between the steps, and for a grade that is not one of the measure's.
    """
    if rule.grades:
        codes = [grade.code for grade in rule.grades]
        if written not in codes:
            raise Refused("not_a_choice", choices=", ".join(codes))
        return Decimal(codes.index(written))
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
