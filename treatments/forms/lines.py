"""The lines of "Treat": a modality each, with its dose, where the dose comes from, and what holds it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Injury
from treatments.actions.overrides import Held
from treatments.models import Waiver
from treatments.queries import PLANNED, Offer
from treatments.rules import dosage
from treatments.rules.demands import SAID, Demand
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule, Refused
from treatments.rules.note_parts import is_untouched
from treatments.rules.note_values import DeviceRule
from treatments.rules.notes import SKIN_REACTIONS, TOLERANCES


@dataclass(frozen=True)
class Field:
    """One input: what it is called, what stands in it, what is wrong with it."""

    id: str
    name: str
    label: str
    value: Any = ""
    unit: str = ""
    hint: str = ""
    step: str = "1"
    error: str = ""
    kind: str = "NUMBER"
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    in_sentence: bool = False


@dataclass(frozen=True)
class ApplicationRow:
    """One line of "Treat": a modality with its dose, given or not."""

    place: int
    label: str
    code: str
    is_in: bool
    last: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...]
    error: str
    is_open: bool
    dose: str = ""
    origin: str = ""
    is_confirmed: bool = False
    said: tuple[Field, ...] = ()
    why: str = ""
    is_blocked: bool = False
    lacks_consent: bool = False
    waived: str = ""
    injury_id: str = ""

    @property
    def is_untouched(self) -> bool:
        return self.is_in and bool(self.origin) and not self.is_confirmed

    @property
    def state(self) -> str:
        """Where the dose comes from, in words."""
        if self.is_confirmed and self.is_in:
            return str(_("confirmed"))
        return origin_in_words(self.origin) if self.origin else self.last


def origin_in_words(origin: str) -> str:
    if origin == PLANNED:
        return str(_("as planned"))
    try:
        on = date_format(date.fromisoformat(origin), "D j M")
    except ValueError:
        return ""
    return str(_("as on %(day)s") % {"day": on})


def application_row(
    place: int,
    row: Mapping[str, Any],
    rule: ModalityRule,
    is_in: bool,
    injuries: tuple[Injury, ...],
    last: Mapping[str, str],
    errors: Mapping[str, str],
    offer: Offer | None = None,
    held: Held | None = None,
    devices: Iterable[DeviceRule] = (),
) -> ApplicationRow:
    mine = {p: m for p, m in errors.items() if is_in and p.startswith(f"/applications/{place}/")}
    if not is_in and offer is not None:
        row = started(row, offer)
    parameters = row.get("parameters") or {}
    fields = tuple(parameter_field(place, p, parameters.get(p.code, ""), mine) for p in rule.parameters)
    needed = {p.code for p in rule.parameters if p.in_sentence or p.is_required}
    split = [(f, p.code in needed) for f, p in zip(fields, rule.parameters, strict=True)]
    lacks = any(f.needed and f.value in ("", None, []) for f in fields)
    return ApplicationRow(
        place=place,
        label=rule.label,
        code=rule.code,
        is_in=is_in,
        last=last.get(rule.code, ""),
        fields=tuple(f for f, first in split if first),
        more=(*(f for f, first in split if not first), *common_fields(place, row, injuries, mine, devices)),
        error=" ".join(mine.values()) if len(mine) == 1 else "",
        is_open=bool(mine) or (is_in and lacks),
        dose=" · ".join(typed_dose(rule, parameters)),
        origin=str(row.get("origin") or ""),
        is_confirmed=bool(row.get("origin")) and not is_untouched(row),
        said=said_fields(place, row, held, mine),
        why=", ".join(m["says"] for m in held.matches) if held else "",
        is_blocked=bool(held and held.demand is Demand.AGAINST),
        lacks_consent=bool(held and held.lacks_consent),
        waived=waived_in_words(held.waiver) if held and held.waiver else "",
        injury_id=held.injury_id if held else "",
    )


def waived_in_words(waiver: Waiver) -> str:
    told = _("waived by %(who)s until %(day)s: %(why)s")
    day = date_format(waiver.valid_until, "j M Y") if waiver.valid_until else ""
    return told % {"who": waiver.answered_name, "day": day, "why": waiver.request.reason}


def started(row: Mapping[str, Any], offer: Offer) -> dict[str, Any]:
    """A line as it starts: with the dose that is offered, neither touched nor confirmed."""
    parameters = {
        name: value if isinstance(value, bool | list) else str(value) for name, value in offer.parameters.items()
    }
    return {**row, "parameters": parameters, "origin": offer.origin, "injury": offer.injury}


def typed_dose(rule: ModalityRule, parameters: Mapping[str, Any]) -> list[str]:
    """The dose as it is typed so far, right or not."""
    parts = []
    for parameter in rule.parameters:
        value = parameters.get(parameter.code)
        if not parameter.in_sentence or value in ("", None, []):
            continue
        try:
            parts.append(dosage.shown(parameter, dosage.read(parameter, value)))
        except Refused:
            parts.append(str(value))
    return parts


def parameter_field(
    place: int, rule: ParameterRule, value: Any, errors: Mapping[str, str], group: str = "applications"
) -> Field:
    several = rule.kind is Kind.CHOICES
    if rule.kind is Kind.YES_NO:
        choices = (("yes", "yes"), ("no", "no"))
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    else:
        choices = tuple((c, dosage.in_words(c)) for c in rule.choices)
    return Field(
        id=f"id-{group}-{place}-parameters-{rule.code}",
        name=f"{group}-{place}-parameters-{rule.code}{'[]' if several else ''}",
        label=rule.label,
        value=value,
        unit="" if rule.unit == "0-10" else rule.unit,
        hint=f"usual {rule.usual}" if rule.usual else "",
        step=step_of(rule),
        kind=str(rule.kind),
        choices=choices,
        error=errors.get(f"/{group}/{place}/parameters/{rule.code}", ""),
        needed=rule.is_required,
        in_sentence=rule.in_sentence,
    )


def step_of(rule: ParameterRule) -> str:
    """How far one press of plus goes: a hundredth, a tenth, one or a hundred, by the size of what is usual."""
    high = rule.usual_max or rule.hard_max
    if high is None:
        return "1"
    return "0.01" if high < 1 else "0.1" if high < 10 else "1" if high < 200 else "100"


def said_fields(place: int, row: Mapping[str, Any], held: Held | None, errors: Mapping[str, str]) -> tuple[Field, ...]:
    """What must be said of a treatment that the screening holds back."""
    strict = held is not None and held.demand is Demand.AGAINST
    labels = {
        "because": _("Why it was given all the same") if strict else _("Why it is given"),
        "told": _("Who was told") if strict else _("Who agreed, or was told"),
        "happened": _("What happened"),
    }
    return tuple(
        Field(
            id=f"id-applications-{place}-{name}",
            name=f"applications-{place}-{name}",
            label=str(labels[name]),
            kind="TEXT",
            value=row.get(name, ""),
            error=errors.get(f"/applications/{place}/{name}", ""),
        )
        for name in (SAID[held.demand] if held else ())
    )


def common_fields(
    place: int,
    row: Mapping[str, Any],
    injuries: tuple[Injury, ...],
    errors: Mapping[str, str],
    devices: Iterable[DeviceRule] = (),
) -> tuple[Field, ...]:
    def one(member: str, label: str, kind: str, choices: Iterable[tuple[str, str]] = (), **rest: Any) -> Field:
        return Field(
            id=f"id-applications-{place}-{member}",
            name=f"applications-{place}-{member}",
            label=label,
            kind=kind,
            value=rest.get("value", row.get(member, "")),
            choices=tuple(choices),
            error=errors.get(f"/applications/{place}/{member}", ""),
        )

    was_given = "no" if row.get("was_given", True) in (False, "no") else "yes"
    listed = tuple((device.id, device.name) for device in devices)
    return (
        one("injury", "For", "CHOICE", ((str(i.pk), f"{i.name}, {i.get_side_display()}") for i in injuries)),
        *([one("device", "With", "CHOICE", listed)] if listed else []),
        one("skin_reaction", "Skin after", "CHOICE", ((c, dosage.in_words(c)) for c in SKIN_REACTIONS)),
        one("tolerance", "Tolerated", "CHOICE", ((c, dosage.in_words(c)) for c in TOLERANCES)),
        one("note", "Remark", "TEXT"),
        one("was_given", "Given", "YES_NO", (("yes", "yes"), ("no", "no, planned but not given")), value=was_given),
        one("not_given_because", "Not given because", "TEXT"),
    )
