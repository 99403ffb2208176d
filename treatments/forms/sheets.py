"""The log-session page as data: the fields for a note's document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cases.models import Injury, KeyMeasure
from clinic.errors import Fault
from treatments.actions.overrides import Held
from treatments.forms.lines import ApplicationRow, Field, application_row, started
from treatments.forms.parts import EXERCISE, EventRow, ExerciseRow, SinceRow, event_rows, exercise_rows, since_row
from treatments.queries import Offer, Offered
from treatments.rules import numbers
from treatments.rules.dosage import Kind, in_words
from treatments.rules.measures import MeasureRule, Sides
from treatments.rules.note_values import Known
from treatments.rules.notes import FOR_ALL, SKIN_REACTIONS, TEXTS, TOLERANCES

Slot = tuple[str, str, str, str]  # measure, context, side, moment


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
    began_at: str
    texts: dict[str, str]
    applications: list[ApplicationRow] = field(default_factory=list)
    before: list[MeasureRow] = field(default_factory=list)
    after: list[MeasureRow] = field(default_factory=list)
    also: list[MeasureRow] = field(default_factory=list)
    others: list[MeasureRow] = field(default_factory=list)
    since: SinceRow | None = None
    exercises: tuple[ExerciseRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    for_all: tuple[Field, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def familiar(self) -> list[ApplicationRow]:
        """What is in the note, or was given in this case before."""
        return [row for row in self.applications if row.is_in or row.last]

    @property
    def unfamiliar(self) -> list[ApplicationRow]:
        return [row for row in self.applications if not (row.is_in or row.last)]

    @property
    def untouched(self) -> int:
        """How many prefilled lines are neither changed nor confirmed."""
        return sum(row.is_untouched for row in (*self.applications, *self.exercises))

    @property
    def measures(self) -> list[MeasureRow]:
        return [*self.before, *self.after, *self.also, *self.others]

    @property
    def review_errors(self) -> dict[str, str]:
        return {n: self.errors[f"review/{n}"] for n in ("decision", "reason") if f"review/{n}" in self.errors}

    @property
    def red_flag_errors(self) -> dict[str, str]:
        return {"kind": self.errors["red_flag/kind"]} if "red_flag/kind" in self.errors else {}

    @property
    def also_open(self) -> bool:
        return any(row.field.value or row.field.error for row in self.also)

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
        for row in sheet.measures:
            if row.slot == slot_of(document["measurements"][int(parts[1])]):
                return row.field.id
    return "id-" + "-".join(parts)


def labels_of(sheet: Sheet) -> dict[str, str]:
    """What each field is called where it is named away from its place, by its id."""
    named = {"id-occurred_on": "Day", "id-began_at": "Time", "id-kind": "Kind"}
    for row in sheet.measures:
        named[row.field.id] = row.field.label
    for line in sheet.applications:
        for each in (*line.fields, *line.more, *line.said):
            named[each.id] = f"{line.label}, {each.label.lower()}"
    for place, part in enumerate(sheet.exercises, start=1):
        named |= {each.id: f"Exercise {place}, {each.label.lower()}" for each in part.fields}
    for event in sheet.events:
        named |= {each.id: f"Adverse event, {each.label.lower()}" for each in event.fields}
    return named | ({each.id: each.label for each in sheet.since.fields} if sheet.since else {})


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
    *,
    offers: Offered | None = None,
    held: Mapping[tuple[str, str | None], Held] | None = None,
) -> Sheet:
    """The page for a document. `last` says in words what was given or measured last, by modality or slot; `offers` are
    the doses that lines start with, and `held` says what holds a modality back for an injury.
    """
    errors = {f.pointer: f.message for f in faults}
    injuries = tuple(injuries)
    sheet = Sheet(
        kind=str(document.get("kind") or "TREATMENT"),
        occurred_on=str(document.get("occurred_on") or ""),
        began_at=str(document.get("began_at") or ""),
        texts={name: str(document.get(name) or "") for name in TEXTS},
        since=since_row(document, errors),
        exercises=exercise_rows(document, errors),
        events=event_rows(document, known, errors),
        for_all=for_all_fields(document, errors),
        errors={p.strip("/"): m for p, m in errors.items()},
    )
    add_applications(sheet, document, known, injuries, last, errors, offers or Offered(), held or {})
    here = frozenset(str(injury.region_id).split("@")[0] for injury in injuries)
    add_measures(sheet, document, known, tuple(key_measures), here, last, errors)
    return sheet


def started_document(
    day: str, offers: Offered, known: Known, held: Mapping[tuple[str, str | None], Held], began_at: str = ""
) -> dict[str, Any]:
    """A new note: what the plan or the last time says for today, without what is blocked or no longer offered."""

    def is_blocked(offer: Offer) -> bool:
        one = held.get((offer.code, offer.injury or None)) or held.get((offer.code, None))
        return one is not None and one.is_blocked

    today = [o for o in offers.doses.values() if o.is_today and o.code in known.modalities and not is_blocked(o)]
    exercises = [
        {name: as_typed(getattr(row, name)) for name in EXERCISE} | {"origin": offers.exercises_on}
        for row in offers.exercises
    ]
    applications = [started({"modality": offer.code}, offer) for offer in today]
    return {
        "occurred_on": day,
        "began_at": began_at,
        "kind": "TREATMENT",
        "applications": applications,
        "exercises": exercises,
    }


def confirmed(document: dict[str, Any]) -> dict[str, Any]:
    """The note with everything that was prefilled in it confirmed."""
    groups = ("applications", "exercises")

    def sure(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "confirmed": "yes"} if row.get("origin") else row

    return {**document, **{group: list(map(sure, document[group])) for group in groups if group in document}}


def as_typed(value: Any) -> str:
    """A stored value as somebody would type it; "" where there is none."""
    return "" if value is None else numbers.shown(value) if isinstance(value, Decimal) else str(value)


def for_all_fields(document: Mapping[str, Any], errors: Mapping[str, str]) -> tuple[Field, ...]:
    """Skin and tolerance of everything that has none of its own."""
    offered = {"skin_reaction": ("Skin after, all", SKIN_REACTIONS), "tolerance": ("Tolerated, all", TOLERANCES)}
    return tuple(
        Field(
            id=f"id-{name}",
            name=name,
            label=offered[name][0],
            value=document.get(name) or "",
            kind="CHOICE",
            choices=tuple((code, in_words(code)) for code in offered[name][1]),
            error=errors.get(f"/{name}", ""),
        )
        for name in FOR_ALL
    )


def add_applications(
    sheet: Sheet,
    document: Mapping[str, Any],
    known: Known,
    injuries: tuple[Injury, ...],
    last: Mapping[str, str],
    errors: Mapping[str, str],
    offers: Offered,
    held: Mapping[tuple[str, str | None], Held],
) -> None:
    """A line for each treatment in the note, then one for each modality that is not in it."""
    written = [row for row in document.get("applications") or [] if row.get("modality") in known.modalities]
    used = {row["modality"] for row in written}
    absent = sorted((c for c in known.modalities if c not in used), key=lambda code: code not in last)
    for place, row in enumerate([*written, *({"modality": code} for code in absent)]):
        code = row["modality"]
        mine = held.get((code, row.get("injury") or None)) or held.get((code, None))
        rule, offer = known.modalities[code], offers.doses.get(code)
        is_in = place < len(written)
        devices = known.devices_for(code, str(row.get("device") or ""))
        line = application_row(place, row, rule, is_in, injuries, last, errors, offer, mine, devices)
        sheet.applications.append(line)


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
    rest = [
        s for s in dict.fromkeys([*offered, *typed]) if s not in before and s not in after and s[0] in known.measures
    ]
    also = [s for s in rest if s[3] == "BEFORE" and "|".join(s[:3]) in last]
    others = [s for s in rest if s not in also]
    place = 0
    groups = ((before, sheet.before), (after, sheet.after), (also, sheet.also), (others, sheet.others))
    for slots, rows in groups:
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
