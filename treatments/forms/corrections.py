"""The page on which values of a signed session are corrected: the fields of the note, filled with what counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from cases.models import KeyMeasure
from clinic.errors import Fault
from treatments.actions.sessions import known_for
from treatments.forms.documents import LARGEST_ROW, Rows, in_order, put
from treatments.forms.lines import ApplicationRow, application_row
from treatments.forms.sheets import MeasureRow, Slot, measure_row, slot_of
from treatments.models import Session
from treatments.queries.written import application_as_typed, measurement_as_typed
from treatments.rules.measures import MeasureRule

MEMBERS = {
    "applications": {"id", "injury", "device", "was_given", "not_given_because", "skin_reaction", "tolerance", "note"},
    "measurements": {"id", "measure", "context", "side", "moment", "value"},
}


@dataclass(frozen=True)
class CorrectionSheet:
    """`applications` and `measurements` are (id of the row that counts, its fields); "" where it was not measured."""

    applications: list[tuple[str, ApplicationRow]]
    measurements: list[tuple[str, MeasureRow]]


def corrections_from(posted: QueryDict) -> dict[str, Any]:
    """What the page told, as `correct_session` takes it."""
    rows: dict[str, Rows] = {group: {} for group in MEMBERS}
    for name in posted:
        group, _, rest = name.partition("-")
        place, _, member = rest.partition("-")
        if group in rows and place.isascii() and place.isdigit() and int(place[:6]) <= LARGEST_ROW:
            put(rows[group].setdefault(int(place), {}), member, posted.getlist(name), MEMBERS[group])
    taken = [named(row) for row in in_order(rows["measurements"]) if row.get("id") or row.get("value")]
    return {"applications": in_order(rows["applications"]), "measurements": taken}


def named(row: dict[str, Any]) -> dict[str, Any]:
    """What was measured names its row; what was forgotten says what it is."""
    kept = ("id", "value") if row.get("id") else ("measure", "context", "side", "moment", "value")
    return {name: row.get(name, "") for name in kept}


def correction_sheet(session: Session, told: Mapping[str, Any] | None, faults: Iterable[Fault] = ()) -> CorrectionSheet:
    """The fields with what was typed, else with what counts."""
    errors = {f.pointer: f.message for f in faults}
    return CorrectionSheet(given(session, told or {}, errors), measured(session, told or {}, errors))


def given(session: Session, told: Mapping[str, Any], errors: Mapping[str, str]) -> list[tuple[str, ApplicationRow]]:
    typed = {str(row.get("id")): row for row in told.get("applications") or []}
    injuries, known = tuple(session.case.injuries.all()), known_for(session.case)
    rows = session.applications.latest().select_related("modality").prefetch_related("modality__parameters")
    found = []
    for place, row in enumerate(rows.order_by("position")):
        document = application_as_typed(row) | typed.get(str(row.pk), {})
        rule = row.modality.as_rule()
        devices = known.devices_for(rule.code, str(document.get("device") or ""))
        line = application_row(place, document, rule, True, injuries, {}, errors, devices=devices)
        found.append((str(row.pk), line))
    return found


def measured(session: Session, told: Mapping[str, Any], errors: Mapping[str, str]) -> list[tuple[str, MeasureRow]]:
    """What was measured, then the case's own measures that were not."""
    sent = told.get("measurements") or []
    typed = {str(row.get("id") or slot_of(row)): (place, row) for place, row in enumerate(sent)}
    rows = session.measurements.latest().select_related("measure").prefetch_related("measure__thresholds")
    fields: list[tuple[str, Slot, MeasureRule, Any]] = []
    for row in rows.order_by("id"):
        rule = row.measure.as_rule()
        document = measurement_as_typed(row, rule)
        fields.append((str(row.pk), slot_of(document), rule, document["value"]))
    fields += forgotten(session, session.case.key_measures.all(), {slot for _, slot, _, _ in fields})
    found = []
    for place, (pk, slot, rule, value) in enumerate(fields):
        i, told_row = typed.get(pk or str(slot), (None, {"value": value}))
        error = errors.get(f"/measurements/{i}/value", "") if i is not None else ""
        found.append((pk, measure_row(place, slot, rule, told_row.get("value", ""), {}, error)))
    return found


def forgotten(
    session: Session, key_measures: Iterable[KeyMeasure], there: set[Slot]
) -> list[tuple[str, Slot, MeasureRule, Any]]:
    slots = [(k.measure_code, k.context, k.side, "BEFORE") for k in key_measures]
    missing = [slot for slot in slots if slot not in there]
    known = known_for(session.case).measures if missing else {}
    return [("", slot, known[slot[0]], "") for slot in missing if slot[0] in known]
