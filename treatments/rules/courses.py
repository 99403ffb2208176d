"""What a course of doses amounts to: sums in the device's own unit, how close they came, and what they repeat."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from treatments.rules.dosage import Kind, ModalityRule, ParameterRule

ENERGY_CLASSES = "low < 0.08, high > 0.28 mJ/mm²"  # the name under which the system is kept; others exist
SHOCKWAVE = frozenset({"RSWT", "FSWT"})
SHOCKWAVE_APART_DAYS = 5
ENERGY_TOLERANCE = Decimal("0.1")
WITHOUT_BENEFIT = frozenset({"NONE", "WORSE"})
IMPULSES, ENERGY = "impulses", "energy_mj_mm2"


class EnergyClass(StrEnum):
    """Energy flux density of shockwaves, as trials were selected in a meta-analysis (PMC4117900)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


def energy_class(energy_mj_mm2: Decimal) -> EnergyClass:
    """0.08 and 0.28 mJ/mm² themselves are medium. Pressure in bar has no class: it depends on the device."""
    if energy_mj_mm2 < Decimal("0.08"):
        return EnergyClass.LOW
    return EnergyClass.HIGH if energy_mj_mm2 > Decimal("0.28") else EnergyClass.MEDIUM


def dose_index(energy_mj_mm2: Decimal, impulses: Decimal) -> Decimal:
    """Energy flux density times impulses, in mJ/mm²."""
    return energy_mj_mm2 * impulses


def leading_parameter(rule: ModalityRule) -> ParameterRule | None:
    """The number that stands first in the dose's sentence: bar, mJ/mm², W, minutes."""
    return next((p for p in rule.parameters if p.kind is Kind.NUMBER and p.in_sentence), None)


def shown_parameter(rule: ModalityRule) -> ParameterRule | None:
    """What is shown of each dose: the amount that is summed, J or minutes; else the number that leads.

    Of shockwaves impulses are summed, which are nearly always as many: bar or mJ/mm² is shown.
    """
    lead, total = leading_parameter(rule), rule.parameter(rule.total)
    return lead if total is None or total.code == IMPULSES else total


def has_index(rule: ModalityRule) -> bool:
    """Whether its doses have a dose index: where energy flux density leads, as of focused shockwave; never of bar."""
    lead = leading_parameter(rule)
    return lead is not None and (lead.code, rule.total) == (ENERGY, IMPULSES)


def amount_of(parameter: ParameterRule | None, parameters: Mapping[str, Any]) -> Decimal | None:
    """The stored number of a parameter, where it has one."""
    value = parameters.get(parameter.code) if parameter else None
    return None if value is None else Decimal(str(value))


def added(rule: ModalityRule, parameters: Mapping[str, Any]) -> Decimal | None:
    """What one dose adds to the sum of its modality: its dose index in mJ/mm², else its total; None without either."""
    total = amount_of(rule.parameter(rule.total), parameters)
    if not has_index(rule):
        return total
    energy = amount_of(rule.parameter(ENERGY), parameters)
    return None if total is None or energy is None else dose_index(energy, total)


def sum_unit(rule: ModalityRule) -> str:
    """The unit of the sum; empty where nothing is summed."""
    parameter = rule.parameter(ENERGY if has_index(rule) else rule.total)
    return parameter.unit if parameter else ""


def time_differs(total_energy_j: Decimal, mean_power_w: Decimal, time_s: Decimal) -> bool:
    """Whether the time is more than a tenth away from energy divided by power."""
    expected = total_energy_j / mean_power_w
    return abs(time_s - expected) > expected * ENERGY_TOLERANCE


@dataclass(frozen=True)
class Dose:
    """One application: how much of each unit, for which injury, where. One not given, or in error, does not count."""

    on: date
    modality: str
    injury: str = ""
    region: str = ""
    side: str = ""
    amounts: Mapping[str, Decimal] | None = None
    counts: bool = True


Course = tuple[str, str]  # injury, modality
Sums = dict[Course, dict[str, Decimal]]


def cumulative(doses: Iterable[Dose]) -> Sums:
    """The sum in each unit, by injury and modality. Units are never turned into one another."""
    sums: defaultdict[Course, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for dose in doses:
        for unit, amount in (dose.amounts or {}).items():
            if dose.counts:
                sums[dose.injury, dose.modality][unit] += amount
    return {course: dict(units) for course, units in sums.items()}


def running(doses: Iterable[Dose], *, modality: str, injury: str, unit: str) -> list[tuple[date, Decimal]]:
    """The sum after each dose of one modality for one injury, in one unit, in the order of days."""
    total, found = Decimal(0), []
    mine = [d for d in doses if d.counts and (d.modality, d.injury) == (modality, injury) and unit in (d.amounts or {})]
    for dose in sorted(mine, key=lambda d: d.on):
        total += (dose.amounts or {})[unit]
        found.append((dose.on, total))
    return found


@dataclass(frozen=True)
class TooClose:
    """Two shockwave treatments of one field with too few days between."""

    first: Dose
    second: Dose
    days: int


def too_close(doses: Iterable[Dose]) -> list[TooClose]:
    """Shockwaves, radial or focused, of one region and side less than 5 days apart (our choice; weekly is usual)."""
    fields: defaultdict[tuple[str, str], list[Dose]] = defaultdict(list)
    for dose in sorted(doses, key=lambda d: d.on):
        if dose.counts and dose.modality in SHOCKWAVE:
            fields[dose.region, dose.side].append(dose)
    return [
        TooClose(first, second, (second.on - first.on).days)
        for given in fields.values()
        for first, second in pairwise(given)
        if (second.on - first.on).days < SHOCKWAVE_APART_DAYS
    ]


@dataclass(frozen=True)
class PriorTreatment:
    """What was tried before: its name, the modalities of ours that would repeat it, how often, and what it brought."""

    label: str
    repeated_by: frozenset[str]
    benefit: str
    sessions: int | None = None


@dataclass(frozen=True)
class Repeat:
    """A planned modality that repeats something that did not help."""

    modality: str
    prior: PriorTreatment


def repeats_without_benefit(modalities: Sequence[str], priors: Sequence[PriorTreatment]) -> list[Repeat]:
    """Every planned modality with what it repeats, where that brought no benefit, or made it worse."""
    return [
        Repeat(modality, prior)
        for modality in dict.fromkeys(modalities)
        for prior in priors
        if modality in prior.repeated_by and prior.benefit in WITHOUT_BENEFIT
    ]
