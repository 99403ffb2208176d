"""The log-session page as data: the fields for a note's document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.models import Injury, KeyMeasure
from clinic.errors import Fault
from treatments.rules import dosage, numbers
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.measures import MeasureRule, Sides
from treatments.rules.notes import SKIN_REACTIONS, TEXTS, TOLERANCES, Known

Slot = tuple[str, str, str, str]  # measure, context, side, moment


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


@dataclass(frozen=True)
class MeasureRow:
    """One measure to take: its value, and the hidden fields that say which."""

    place: int
    slot: Slot
    field: Field


@dataclass
class Sheet:
    """Everything that the page shows of a note."""

    kind: str
    occurred_on: str
    texts: dict[str, str]
    applications: list[ApplicationRow] = field(default_factory=list)
    before: list[MeasureRow] = field(default_factory=list)
    after: list[MeasureRow] = field(default_factory=list)
    others: list[MeasureRow] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def familiar(self) -> list[ApplicationRow]:
        """What is in the note, or was given in this case before."""
        return [row for row in self.applications if row.is_in or row.last]

    @property
    def unfamiliar(self) -> list[ApplicationRow]:
        return [row for row in self.applications if not (row.is_in or row.last)]

    @property
    def others_open(self) -> bool:
        return any(row.field.value or row.field.error for row in self.others)

    @property
    def after_open(self) -> bool:
        return any(row.field.value or row.field.error for row in self.after)


def anchor(pointer: str, document: Mapping[str, Any], sheet: Sheet) -> str:
    """The id of the field that a fault points to."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "measurements" and len(parts) > 1:
        for row in (*sheet.before, *sheet.after, *sheet.others):
            if row.slot == slot_of(document["measurements"][int(parts[1])]):
                return row.field.id
    return "id-" + "-".join(parts)


def labels_of(sheet: Sheet) -> dict[str, str]:
    """What each field is called where it is named away from its place, by its id."""
    named = {"id-occurred_on": "Day", "id-kind": "Kind"}
    for row in (*sheet.before, *sheet.after, *sheet.others):
        named[row.field.id] = row.field.label
    for line in sheet.applications:
        for each in (*line.fields, *line.more):
            named[each.id] = f"{line.label}, {each.label.lower()}"
    return named


def slot_of(row: Mapping[str, Any]) -> Slot:
    return (
        str(row.get("measure", "")),
        str(row.get("context") or ""),
        str(row.get("side") or ""),
        str(row.get("moment") or "BEFORE"),
    )


def sheet_of(
    document: Mapping[str, Any],
    known: Known,
    key_measures: Iterable[KeyMeasure],
    injuries: Iterable[Injury],
    last: Mapping[str, str],
    faults: Iterable[Fault] = (),
) -> Sheet:
    """The page for a document. `last` says in words what was given or measured last, by modality or slot."""
    errors = {f.pointer: f.message for f in faults}
    injuries = tuple(injuries)
    sheet = Sheet(
        kind=str(document.get("kind") or "TREATMENT"),
        occurred_on=str(document.get("occurred_on") or ""),
        texts={name: str(document.get(name) or "") for name in TEXTS},
        errors={p.strip("/"): m for p, m in errors.items()},
    )
    add_applications(sheet, document, known, injuries, last, errors)
    here = frozenset(str(injury.region_id).split("@")[0] for injury in injuries)
    add_measures(sheet, document, known, tuple(key_measures), here, last, errors)
    return sheet


def add_applications(
    sheet: Sheet,
    document: Mapping[str, Any],
    known: Known,
    injuries: tuple[Injury, ...],
    last: Mapping[str, str],
    errors: Mapping[str, str],
) -> None:
    """A line for each treatment in the note, then one for each modality that is not in it."""
    written = [row for row in document.get("applications") or [] if row.get("modality") in known.modalities]
    used = {row["modality"] for row in written}
    absent = sorted((c for c in known.modalities if c not in used), key=lambda code: code not in last)
    for place, row in enumerate([*written, *({"modality": code} for code in absent)]):
        rule = known.modalities[row["modality"]]
        sheet.applications.append(application_row(place, row, rule, place < len(written), injuries, last, errors))


def application_row(
    place: int,
    row: Mapping[str, Any],
    rule: ModalityRule,
    is_in: bool,
    injuries: tuple[Injury, ...],
    last: Mapping[str, str],
    errors: Mapping[str, str],
) -> ApplicationRow:
    mine = {p: m for p, m in errors.items() if is_in and p.startswith(f"/applications/{place}/")}
    parameters = row.get("parameters") or {}
    fields = tuple(parameter_field(place, p, parameters.get(p.code, ""), mine) for p in rule.parameters)
    needed = {p.code for p in rule.parameters if p.in_sentence or p.is_required}
    split = [(f, p.code in needed) for f, p in zip(fields, rule.parameters, strict=True)]
    return ApplicationRow(
        place=place,
        label=rule.label,
        code=rule.code,
        is_in=is_in,
        last=last.get(rule.code, ""),
        fields=tuple(f for f, first in split if first),
        more=(*(f for f, first in split if not first), *common_fields(place, row, injuries, mine)),
        error=" ".join(mine.values()) if len(mine) == 1 else "",
        is_open=bool(mine) or is_in,
    )


def parameter_field(place: int, rule: ParameterRule, value: Any, errors: Mapping[str, str]) -> Field:
    several = rule.kind is Kind.CHOICES
    if rule.kind is Kind.YES_NO:
        choices = (("yes", "yes"), ("no", "no"))
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    else:
        choices = tuple((c, dosage.in_words(c)) for c in rule.choices)
    return Field(
        id=f"id-applications-{place}-parameters-{rule.code}",
        name=f"applications-{place}-parameters-{rule.code}{'[]' if several else ''}",
        label=rule.label,
        value=value,
        unit="" if rule.unit == "0-10" else rule.unit,
        hint=f"usual {rule.usual}" if rule.usual else "",
        step=step_of(rule),
        kind=str(rule.kind),
        choices=choices,
        error=errors.get(f"/applications/{place}/parameters/{rule.code}", ""),
        needed=rule.is_required,
    )


def step_of(rule: ParameterRule) -> str:
    """How far one press of plus goes: a hundredth, a tenth, one or a hundred, by the size of what is usual."""
    high = rule.usual_max or rule.hard_max
    if high is None:
        return "1"
    return "0.01" if high < 1 else "0.1" if high < 10 else "1" if high < 200 else "100"


def common_fields(
    place: int, row: Mapping[str, Any], injuries: tuple[Injury, ...], errors: Mapping[str, str]
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
    return (
        one("injury", "For", "CHOICE", ((str(i.pk), f"{i.name}, {i.get_side_display()}") for i in injuries)),
        one("skin_reaction", "Skin after", "CHOICE", ((c, dosage.in_words(c)) for c in SKIN_REACTIONS)),
        one("tolerance", "Tolerated", "CHOICE", ((c, dosage.in_words(c)) for c in TOLERANCES)),
        one("note", "Remark", "TEXT"),
        one("was_given", "Given", "YES_NO", (("yes", "yes"), ("no", "no, planned but not given")), value=was_given),
        one("not_given_because", "Not given because", "TEXT"),
    )


def add_measures(
    sheet: Sheet,
    document: Mapping[str, Any],
    known: Known,
    key_measures: tuple[KeyMeasure, ...],
    here: frozenset[str],
    last: Mapping[str, str],
    errors: Mapping[str, str],
) -> None:
    """Fields for the case's own measures before and after; the others of these regions, and what was typed, folded."""
    typed = {slot_of(row): (i, row) for i, row in enumerate(document.get("measurements") or [])}
    key = [(k.measure_code, k.context, k.side) for k in key_measures if k.measure_code in known.measures]
    before = [(*k, "BEFORE") for k in key]
    after = [(*k, "AFTER") for k in key]
    offered = [(*s, "BEFORE") for rule in known.measures.values() if is_taken(rule, here) for s in slots_of(rule)]
    others = [
        s for s in dict.fromkeys([*offered, *typed]) if s not in before and s not in after and s[0] in known.measures
    ]
    place = 0
    for slots, rows in ((before, sheet.before), (after, sheet.after), (others, sheet.others)):
        for slot in slots:
            i, row = typed.get(slot, (None, {}))
            error = errors.get(f"/measurements/{i}/value", "") if i is not None else ""
            rows.append(measure_row(place, slot, known.measures[slot[0]], row.get("value", ""), last, error))
            place += 1


def is_taken(rule: MeasureRule, here: frozenset[str]) -> bool:
    """Whether a measure is offered for an injury in these regions."""
    return not rule.regions or not here.isdisjoint(rule.regions)


def slots_of(rule: MeasureRule) -> Iterable[tuple[str, str, str]]:
    """Each context and side in which a measure can be taken."""
    sides = ("LEFT", "RIGHT") if rule.sides is Sides.REQUIRED else ("",)
    return [(rule.code, context, side) for context in rule.contexts or ("",) for side in sides]


def measure_row(
    place: int, slot: Slot, rule: MeasureRule, value: Any, last: Mapping[str, str], error: str
) -> MeasureRow:
    name = rule.name(slot[1], slot[2]) + (" after" if slot[3] == "AFTER" else "")
    limits = "" if rule.grades else f"{numbers.shown(rule.hard_min)}–{numbers.shown(rule.hard_max)}"
    return MeasureRow(
        place=place,
        slot=slot,
        field=Field(
            id=f"id-measurements-{place}-value",
            name=f"measurements-{place}-value",
            label=name,
            value=value,
            unit=rule.unit,
            hint=last.get("|".join(slot[:3]), limits),
            step=numbers.shown(rule.step),
            kind=str(Kind.CHOICE if rule.grades else Kind.NUMBER),
            choices=tuple((grade.code, grade.label) for grade in rule.grades),
            error=error,
        ),
    )
