"""Two versions of one note, and what differs between them, in words."""

from collections.abc import Mapping
from typing import Any

from clinic.forms.conflicts import Difference
from treatments.forms.sheets import slot_of
from treatments.rules.note_values import Known

LABELS = {
    "kind": "Kind",
    "occurred_on": "Day",
    "began_at": "Time",
    "subjective": "How was it since",
    "objective": "Found",
    "assessment": "Assessment",
    "plan": "Plan for next time",
}

LABELS_OF_ALL = {"skin_reaction": "Skin after", "tolerance": "Tolerated"}


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any], known: Known) -> list[Difference]:
    """What differs, in the order of the page."""
    elsewhere, here = entries(theirs, known), entries(mine, known)
    labels = dict.fromkeys([*elsewhere, *here])
    return [
        Difference(label, elsewhere.get(label, ""), here.get(label, ""))
        for label in labels
        if elsewhere.get(label, "") != here.get(label, "")
    ]


def entries(document: Mapping[str, Any], known: Known) -> dict[str, str]:
    """Everything that was typed into a note, under the label that the page gives it."""
    found = {label: str(document.get(name) or "") for name, label in LABELS.items()}
    for row in document.get("measurements") or []:
        code, context, side, moment = slot_of(row)
        if code in known.measures:
            name = known.measures[code].name(context, side) + (" after" if moment == "AFTER" else "")
            found[name] = str(row.get("value") or "")
    for row in document.get("applications") or []:
        modality = known.modalities.get(str(row.get("modality")))
        if modality is not None:
            found[modality.label] = dose(row, modality.parameters)
    for group, label in (("since", "Since last time"), ("review", "Review")):
        for name, value in (document.get(group) or {}).items():
            found[f"{label}, {name.replace('_', ' ')}"] = str(value)
    for group, label in (("exercises", "Exercise"), ("adverse_events", "Adverse event")):
        for place, row in enumerate(document.get(group) or [], start=1):
            found[f"{label} {place}"] = " · ".join(
                str(v) for k, v in row.items() if v and k not in ("origin", "confirmed")
            )
    return found | {label: str(document.get(name) or "") for name, label in LABELS_OF_ALL.items()}


def dose(row: Mapping[str, Any], parameters: Any) -> str:
    """One treatment as it was typed: "Given · Pressure 2,3 bar · Impulses 2000"."""
    typed = row.get("parameters") or {}
    parts = ["Given" if row.get("was_given", True) else f"Not given: {row.get('not_given_because', '')}"]
    for rule in parameters:
        value = typed.get(rule.code)
        if value not in (None, "", []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            parts.append(f"{rule.label} {shown} {'' if rule.unit == '0-10' else rule.unit}".strip())
    return " · ".join(parts + [str(row[name]) for name in ("skin_reaction", "tolerance", "note") if row.get(name)])
