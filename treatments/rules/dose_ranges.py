"""What was given over a course, in one line: of each part of the dose, from the least to the most."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from treatments.rules import numbers
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule, shown


def ranges(rule: ModalityRule, doses: Sequence[Mapping[str, Any]]) -> str:
    """ "2–2.6 bar · 2000 impulses · 8 Hz"; empty where the modality has no dose that is read out."""
    parts = []
    for parameter in rule.parameters:
        values = [d[parameter.code] for d in doses if d.get(parameter.code) not in (None, "", [])]
        if parameter.in_sentence and values:
            parts.append(range_of(parameter, values))
    return " · ".join(parts)


def range_of(parameter: ParameterRule, values: Sequence[Any]) -> str:
    """From the least to the most of a number; of anything else what occurred, in the order in which it first did."""
    if parameter.kind is Kind.NUMBER:
        found = [Decimal(str(v)) for v in values]
        low, high = min(found), max(found)
        return shown(parameter, high) if low == high else f"{numbers.shown(low)}–{shown(parameter, high)}"
    if parameter.kind is Kind.CHOICES:
        return shown(parameter, distinct(v for chosen in values for v in chosen))
    return ", ".join(distinct(shown(parameter, v) for v in values))


def distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
