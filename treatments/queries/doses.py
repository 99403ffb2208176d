"""What was given in a case: each dose in its own unit, a lane for each modality, and what it adds up to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from clinic.models import shelf
from treatments.models import Application, Modality, Session
from treatments.rules import courses, dosage
from treatments.rules.courses import dose_index
from treatments.rules.dosage import ModalityRule


@dataclass(frozen=True)
class Dose:
    """One application of a modality: the amount in its lane's unit, what it adds to the sum, the whole in words."""

    on: date
    amount: Decimal | None
    adds: Decimal | None
    sentence: str
    in_short: str
    session_id: Any
    by: str


@dataclass(frozen=True)
class Sum:
    """What a course amounts to in one unit. `is_index`: energy flux density times impulses."""

    amount: Decimal
    unit: str
    is_index: bool = False


@dataclass(frozen=True)
class Lane:
    """What was given of one modality over time, in its own units; the sum may be of the dose index."""

    modality: ModalityRule
    unit: str
    doses: tuple[Dose, ...]
    sum_unit: str
    has_index: bool
    in_all: tuple[Sum, ...] = ()

    @property
    def sums(self) -> tuple[Decimal | None, ...]:
        """The sum after each dose; None where nothing is summed."""
        if not self.sum_unit:
            return (None,) * len(self.doses)
        return tuple(accumulate(d.adds or Decimal(0) for d in self.doses))

    @property
    def total(self) -> Decimal | None:
        return self.sums[-1] if self.doses else None


def modalities_of(keys: Iterable[str]) -> dict[str, ModalityRule]:
    rules = shelf(Modality).all_rules
    return {key: rules[key] for key in keys}


def lanes_of(sessions: list[Session], modalities: dict[str, ModalityRule]) -> tuple[Lane, ...]:
    """A lane per modality that was given, in the order of first use. Versions of one modality share a lane."""
    doses: dict[str, list[Dose]] = defaultdict(list)
    latest: dict[str, ModalityRule] = {}
    given: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for session in sessions:
        for application in session.applications.all():
            if not application.was_given:
                continue
            rule = modalities[application.modality_id]
            latest[rule.code] = rule
            given[rule.code].append(application.parameters)
            shown = courses.shown_parameter(rule)
            doses[rule.code].append(
                Dose(
                    on=session.occurred_on,
                    amount=courses.amount_of(shown, application.parameters),
                    adds=courses.added(rule, application.parameters),
                    sentence=dosage.sentence(rule, application.parameters),
                    in_short=" · ".join(dosage.in_short(rule, application.parameters)),
                    session_id=session.pk,
                    by=session.signed_name,
                )
            )
    return tuple(lane_of(rule, tuple(doses[code]), sums_of(rule, given[code])) for code, rule in latest.items())


def lane_of(rule: ModalityRule, doses: tuple[Dose, ...], in_all: tuple[Sum, ...]) -> Lane:
    shown = courses.shown_parameter(rule)
    return Lane(rule, shown.unit if shown else "", doses, courses.sum_unit(rule), courses.has_index(rule), in_all)


def sums_of(rule: ModalityRule, given: list[dict[str, Any]]) -> tuple[Sum, ...]:
    """What is summed of a modality, in the device's own unit; of shockwaves with an energy their dose index too."""
    total = rule.parameter(rule.total) if rule.total else None
    amounts = [Decimal(str(g[rule.total])) for g in given if total and g.get(rule.total) is not None]
    sums = [Sum(sum(amounts, Decimal(0)), total.unit)] if total and amounts else []
    shocks = [(g.get("energy_mj_mm2"), g.get("impulses")) for g in given]
    if all(energy is not None and impulses is not None for energy, impulses in shocks):
        index = sum((dose_index(Decimal(str(e)), Decimal(str(n))) for e, n in shocks), Decimal(0))
        sums.append(Sum(index, "mJ/mm²", is_index=True))
    return tuple(sums)


def in_brief(application: Application, rule: ModalityRule) -> str:
    """A treatment with the one value that says most of its dose: "Radial shockwave 2.3 bar"."""
    shown = courses.shown_parameter(rule)
    value = application.parameters.get(shown.code) if shown else None
    return rule.label if shown is None or value in (None, "") else f"{rule.label} {dosage.shown(shown, value)}"


def sentence_of(application: Application, rule: ModalityRule) -> str:
    if not application.was_given:
        return f"{rule.label}: not given ({application.not_given_because})"
    return dosage.sentence(rule, application.parameters)
