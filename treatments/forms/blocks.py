"""The page that changes a block, as data: its lines as they are typed, and what each session then holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from clinic.errors import Fault
from treatments.actions.planning import PlannedDose
from treatments.forms.lines import Field, parameter_field, typed_dose
from treatments.models import Block
from treatments.rules.dosage import ModalityRule

MOST_LINES = 60
MOST_SESSIONS = 30
Rules = Mapping[str, ModalityRule]


@dataclass(frozen=True)
class DoseRow:
    """One line: a modality, the sessions that may be ticked, its dose; what is wrong with it."""

    place: int
    code: str
    label: str
    dose: str
    boxes: tuple[tuple[int, bool], ...]
    fields: tuple[Field, ...]
    more: tuple[Field, ...]
    error: str
    numbers_error: str

    @property
    def more_is_open(self) -> bool:
        return any(field.error for field in self.more)


def whole(text: str) -> int:
    """The number in digits; 0, which is no session and no block, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def document_from(posted: QueryDict) -> dict[str, Any]:
    """The block as typed: {planned, doses: [{modality, numbers, parameters}]}."""
    rows: dict[int, dict[str, Any]] = {}
    for name in posted:
        group, _, rest = name.partition("-")
        place, _, member = rest.partition("-")
        if group != "doses" or whole(place) >= MOST_LINES or not place.isdigit():
            continue
        row = rows.setdefault(whole(place), {"modality": "", "numbers": [], "parameters": {}})
        if member == "modality":
            row["modality"] = posted[name]
        elif member == "numbers":
            row["numbers"] = sorted({whole(n) for n in posted.getlist(name)})
        elif member.startswith("parameters-"):
            code = member.removeprefix("parameters-")
            value = posted.getlist(name) if code.endswith("[]") else posted[name]
            row["parameters"][code.removesuffix("[]")] = value
    return {"planned": posted.get("planned", ""), "doses": [row for _, row in sorted(rows.items()) if row["modality"]]}


def document_of(block: Block, held: int = 0) -> dict[str, Any]:
    """What a block plans for the sessions that are still to come, as if it were typed."""
    doses = [
        {**dose, "numbers": [n for n in dose["numbers"] if n > held], "parameters": dict(dose["parameters"])}
        for dose in block.content
    ]
    return {"planned": str(block.planned), "doses": [dose for dose in doses if dose["numbers"]]}


def with_line(document: Mapping[str, Any], code: str, held: int) -> dict[str, Any]:
    """One more line, in each session that is still to come."""
    every = list(range(held + 1, sessions_of(document) + 1))
    return {**document, "doses": [*document["doses"], {"modality": code, "numbers": every, "parameters": {}}]}


def without_line(document: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {**document, "doses": [dose for i, dose in enumerate(document["doses"]) if i != place]}


def sessions_of(document: Mapping[str, Any]) -> int:
    return min(whole(str(document["planned"]).strip()), MOST_SESSIONS)


def planned_doses(document: Mapping[str, Any]) -> list[PlannedDose]:
    return [
        PlannedDose(
            dose["modality"],
            tuple(dose["numbers"]),
            {code: value for code, value in dose["parameters"].items() if value not in ("", [], None)},
        )
        for dose in document["doses"]
    ]


def dose_rows(document: Mapping[str, Any], rules: Rules, held: int, faults: Iterable[Fault]) -> list[DoseRow]:
    errors = {fault.pointer: fault.message for fault in faults}
    return [
        dose_row(place, dose, rules.get(dose["modality"]), document, held, errors)
        for place, dose in enumerate(document["doses"])
    ]


def dose_row(
    place: int,
    dose: Mapping[str, Any],
    rule: ModalityRule | None,
    document: Mapping[str, Any],
    held: int,
    errors: Mapping[str, str],
) -> DoseRow:
    typed, parameters = dose["parameters"], rule.parameters if rule else ()
    last = max([sessions_of(document), *dose["numbers"]])
    split = [
        (parameter_field(place, p, typed.get(p.code, ""), errors, "doses"), p.in_sentence or p.is_required)
        for p in parameters
    ]
    return DoseRow(
        place=place,
        code=dose["modality"],
        label=rule.label if rule else dose["modality"],
        dose=" · ".join(typed_dose(rule, typed)) if rule else "",
        boxes=tuple((n, n in dose["numbers"]) for n in range(held + 1, min(last, MOST_SESSIONS) + 1)),
        fields=tuple(field for field, is_first in split if is_first),
        more=tuple(field for field, is_first in split if not is_first),
        error=errors.get(f"/doses/{place}/modality", ""),
        numbers_error=errors.get(f"/doses/{place}/numbers", ""),
    )


def sessions_in(document: Mapping[str, Any], rules: Rules, held: int) -> list[tuple[int, list[str]]]:
    """What each session that is still to come holds, a line for each treatment, as it is typed so far."""
    return [(n, lines_of(document["doses"], n, rules)) for n in range(held + 1, sessions_of(document) + 1)]


def lines_of(doses: Sequence[Mapping[str, Any]], number: int, rules: Rules) -> list[str]:
    return [
        " · ".join([rules[d["modality"]].label, *typed_dose(rules[d["modality"]], d["parameters"])])
        for d in doses
        if number in d["numbers"] and d["modality"] in rules
    ]


def listed(faults: Sequence[Fault], rows: Sequence[DoseRow]) -> list[dict[str, str]]:
    """Each fault with the field that it is about, called by its name: for components/fault_summary.html."""
    found = []
    for fault in faults:
        parts = fault.pointer.strip("/").split("/")
        label, anchor = "", "id-" + "-".join(parts)
        if parts[0] == "doses" and len(parts) > 2 and int(parts[1]) < len(rows):
            row = rows[int(parts[1])]
            fields = {field.id: field.label for field in (*row.fields, *row.more)}
            label = f"{row.label}, {fields[anchor].lower()}: " if anchor in fields else f"{row.label}: "
        found.append({"message": f"{label}{fault.message}", "anchor": anchor})
    return found
