"""What may be planned: offered, within the limits, not blocked today; what repeats something without benefit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case
from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import shelf
from treatments.actions.wording import in_words
from treatments.models import Modality
from treatments.queries import screened, waived_in
from treatments.rules import courses, dosage
from treatments.rules.dosage import ModalityRule, Refused
from treatments.rules.safety import Outcome

REPEATS = "repeats_without_benefit"
Offered = Mapping[str, ModalityRule]


@dataclass(frozen=True)
class PlannedDose:
    """A modality, in which sessions of the block, with the dose as far as it is planned."""

    modality: str
    numbers: tuple[int, ...]
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedBlock:
    """So many sessions, and what they are to hold."""

    planned: int
    doses: tuple[PlannedDose, ...] = ()


def offered_modalities() -> dict[str, ModalityRule]:
    return shelf(Modality).rules


def check_block(faults: Faults, at: str, block: PlannedBlock, offered: Offered) -> None:
    """Each modality is offered, each dose within its hard limits, each session within its block and held once."""
    if not 1 <= block.planned <= 30:
        faults.add(f"{at}/planned", "out_of_range", _("Between 1 and 30 sessions."))
    taken: set[tuple[str, int]] = set()
    for place, dose in enumerate(block.doses):
        where, rule = f"{at}/doses/{place}", offered.get(dose.modality)
        if rule is None:
            faults.add(f"{where}/modality", "unknown_modality", _("Choose treatments of the list."))
            continue
        if not dose.numbers:
            faults.add(f"{where}/numbers", "outside", _("Tick the sessions in which it is planned."))
        elif not all(1 <= n <= block.planned for n in dose.numbers):
            faults.add(f"{where}/numbers", "outside", _("A session lies outside its block."))
        twice = sorted(n for n in set(dose.numbers) if (dose.modality, n) in taken)
        if twice:
            told = _("Session %(n)s holds this treatment in another line already.") % {"n": twice[0]}
            faults.add(f"{where}/numbers", "twice", told)
        taken |= {(dose.modality, n) for n in dose.numbers}
        for code, value in dose.parameters.items():
            check_dose(faults, f"{where}/parameters/{code}", rule, code, value)


def check_dose(faults: Faults, where: str, rule: ModalityRule, code: str, value: Any) -> None:
    parameter = rule.parameter(code)
    try:
        if parameter is None:
            raise Refused("unknown_member")
        dosage.read(parameter, value)
    except Refused as no:
        faults.add(where, no.code, in_words(no.code, no.what))


def content_of(doses: Iterable[PlannedDose], offered: Offered) -> list[dict[str, Any]]:
    """Checked doses as a block keeps them; lines of one modality with the same dose become one."""
    content: list[dict[str, Any]] = []
    for dose in doses:
        parameters = as_stored(offered[dose.modality], dose.parameters)
        same = next((c for c in content if (c["modality"], c["parameters"]) == (dose.modality, parameters)), None)
        if same is None:
            content.append({"modality": dose.modality, "numbers": sorted(set(dose.numbers)), "parameters": parameters})
        else:
            same["numbers"] = sorted({*same["numbers"], *dose.numbers})
    return content


def as_stored(rule: ModalityRule, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as text, so that nothing is rounded on the way; what was left empty is left out."""
    kept = {}
    for parameter in rule.parameters:
        if parameters.get(parameter.code) not in (None, "", []):
            value = dosage.read(parameter, parameters[parameter.code])
            kept[parameter.code] = value if isinstance(value, (str, list, bool)) else str(value)
    return kept


def modalities_in(blocks: Sequence[PlannedBlock]) -> list[str]:
    return list(dict.fromkeys(dose.modality for block in blocks for dose in block.doses))


def blocked_today(case: Case, codes: Iterable[str] | None = None) -> dict[str, str]:
    """Those of the modalities (None: of all) that are blocked today for every injury of the case, and waived for none,
    with their labels.

    Takes the case as `story_of` reads it.
    """
    blocked: dict[str, list[bool]] = {}
    labels = {}
    wanted = None if codes is None else set(codes)
    today = clock.today(case.site.time_zone)
    waived = waived_in(case, today)
    for clearance in screened(case, today=today).clearances:
        code = clearance.modality.code
        if wanted is None or code in wanted:
            is_blocked = clearance.result.outcome is Outcome.BLOCKED and waived.of(clearance) is None
            blocked.setdefault(code, []).append(is_blocked)
            labels[code] = clearance.modality.label
    return {code: labels[code] for code, found in blocked.items() if all(found)}


def says_blocked(label: str) -> str:
    return _("%(what)s is blocked for this body today. See the screening.") % {"what": label}


def repeated(case: Case, codes: Sequence[str]) -> str:
    """What was tried without benefit and would be repeated, in words; empty where nothing is."""
    priors = [
        courses.PriorTreatment(str(p), frozenset(p.kind.repeats_modalities), p.benefit, p.sessions)
        for p in case.prior_treatments.all()
    ]
    repeats = courses.repeats_without_benefit(codes, priors)
    if not repeats:
        return ""
    labels = dict(Modality.objects.filter(retired_on=None, code__in=codes).values_list("code", "label"))
    named = (
        _("%(what)s repeats %(prior)s, without benefit")
        % {"what": labels.get(r.modality, r.modality), "prior": times(r.prior)}
        for r in repeats
    )
    return "; ".join(named) + "."


def require_no_repeat(case: Case, codes: Sequence[str]) -> None:
    """Names what was tried without benefit and would be repeated."""
    if named := repeated(case, codes):
        raise RuleBroken(REPEATS, named, field="repeats_accepted", conflict=True)


def times(prior: courses.PriorTreatment) -> str:
    return f"{prior.sessions} × {prior.label}" if prior.sessions else prior.label
