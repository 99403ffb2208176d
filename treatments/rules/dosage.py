"""What a dose may be: usual, unusual, or impossible; and how it reads in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from treatments.rules import numbers


class Kind(StrEnum):
    """What sort of value a parameter holds."""

    NUMBER = "NUMBER"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    YES_NO = "YES_NO"
    TEXT = "TEXT"


@dataclass(frozen=True)
class ParameterRule:
    """One parameter of a modality. Limits are in `unit`; None means that the catalogue names none."""

    code: str
    label: str
    kind: Kind
    unit: str = ""
    usual_min: Decimal | None = None
    usual_max: Decimal | None = None
    hard_min: Decimal | None = None
    hard_max: Decimal | None = None
    choices: tuple[str, ...] = ()
    is_required: bool = False
    in_sentence: bool = False

    @property
    def usual(self) -> str:
        """The usual range in words, "1.5–3.5 bar"; empty where none is named."""
        if self.usual_min is None or self.usual_max is None:
            return ""
        low, high = numbers.shown(self.usual_min), numbers.shown(self.usual_max)
        return (low if low == high else f"{low}–{high}") + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True)
class ModalityRule:
    """A modality and the parameters of its dose, in the order in which they are read.

    `column` is its column of the contraindications, empty where no rule is held; `total` the parameter that is summed.
    """

    code: str
    key: str
    label: str
    group: str = ""
    column: str = ""
    total: str = ""
    parameters: tuple[ParameterRule, ...] = ()

    def parameter(self, code: str) -> ParameterRule | None:
        return next((p for p in self.parameters if p.code == code), None)


class Refused(ValueError):  # noqa: N818 - a sentence of the house, not a kind of error
    """A value that a parameter cannot take: a code, and what it may be instead."""

    def __init__(self, code: str, **what: str) -> None:
        super().__init__(code)
        self.code, self.what = code, what


def read(rule: ParameterRule, written: Any) -> Any:
    """The value as it is stored: a Decimal, a choice, a list of choices, True or False, or text. Raises Refused."""
    if rule.kind is Kind.NUMBER:
        return read_number(rule, written)
    if rule.kind is Kind.CHOICES:
        chosen = written if isinstance(written, list) else [written]
        for one in chosen:
            require_choice(rule, one)
        return [c for c in rule.choices if c in chosen]
    if rule.kind is Kind.CHOICE:
        return require_choice(rule, written)
    if rule.kind is Kind.YES_NO:
        known = {"yes": True, "no": False, True: True, False: False}
        if not isinstance(written, str | bool) or written not in known:
            raise Refused("not_yes_or_no")
        return known[written]
    if not isinstance(written, str) or len(written) > 500:
        raise Refused("not_a_text")
    return written


def read_number(rule: ParameterRule, written: Any) -> Decimal:
    try:
        value = numbers.parse(written)
    except ValueError as no:
        raise Refused("not_a_number") from no
    if rule.hard_max is not None and value > rule.hard_max:
        raise Refused("above_hard_limit", limit=numbers.shown(rule.hard_max), unit=rule.unit)
    if rule.hard_min is not None and value < rule.hard_min:
        raise Refused("below_hard_limit", limit=numbers.shown(rule.hard_min), unit=rule.unit)
    return value


class Standing(StrEnum):
    """Where a number lies: as usual, unusual (to be confirmed), or impossible (a typing error)."""

    USUAL = "USUAL"
    UNUSUAL = "UNUSUAL"
    IMPOSSIBLE = "IMPOSSIBLE"


def standing(rule: ParameterRule, value: Decimal) -> Standing:
    """Where a number lies in the ranges of its parameter; the ends belong to them. An unnamed range holds all."""
    if is_outside(value, rule.hard_min, rule.hard_max):
        return Standing.IMPOSSIBLE
    return Standing.UNUSUAL if is_outside(value, rule.usual_min, rule.usual_max) else Standing.USUAL


def is_outside(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def require_choice(rule: ParameterRule, written: Any) -> str:
    if not isinstance(written, str) or written not in rule.choices:
        raise Refused("not_a_choice", choices=", ".join(rule.choices))
    return written


def in_words(choice: str) -> str:
    """A choice as it is read: CALF_BOTH is "calf both"."""
    return choice.replace("_", " ").lower()


def sentence(rule: ModalityRule, parameters: Mapping[str, Any]) -> str:
    """The dose in one line: "Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz · 15 mm"."""
    return " · ".join([rule.label, *in_short(rule, parameters)])


def in_short(rule: ModalityRule, parameters: Mapping[str, Any]) -> list[str]:
    """The values that make up the sentence, each with its unit."""
    parts = []
    for parameter in rule.parameters:
        value = parameters.get(parameter.code)
        if not parameter.in_sentence or value in (None, "", []):
            continue
        parts.append(shown(parameter, value))
    return parts


def shown(rule: ParameterRule, value: Any) -> str:
    """One stored value with its unit, as it is read."""
    if rule.kind is Kind.NUMBER:
        text = numbers.shown(Decimal(str(value)))
        return (
            f"{text} {rule.unit}" if rule.unit and rule.unit not in ("0-10",) else f"{text}/10" if rule.unit else text
        )
    if rule.kind is Kind.YES_NO:
        return f"{rule.label.lower()}: {'yes' if value else 'no'}"
    if isinstance(value, list):
        return ", ".join(in_words(v) for v in value)
    return in_words(value) if rule.kind is Kind.CHOICE else str(value)
