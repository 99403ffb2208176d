"""A signed session as somebody would type it: to correct it, or to enter it again."""

from decimal import Decimal
from typing import Any

from treatments.models import Application, HomeExercise, Measurement, Session, SinceLast
from treatments.rules import numbers
from treatments.rules.measures import MeasureRule
from treatments.rules.notes import TEXTS

SWAPPED = {"LEFT": "RIGHT", "RIGHT": "LEFT"}
OF_SINCE = ("response", "skin_reaction", "note")
OF_EXERCISE = ("name", "sets", "reps", "load_kg", "load_rm", "times_a_week", "note")


def as_typed(value: Any) -> Any:
    """A stored value as it is typed: numbers as text, lists and answers as they are; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool | list):
        return value
    return numbers.shown(Decimal(str(value))) if isinstance(value, int | float | Decimal) else str(value)


def application_as_typed(row: Application) -> dict[str, Any]:
    return {
        "modality": row.modality_id.split("@")[0],
        "injury": str(row.injury_id or ""),
        "device": str(row.device_id or ""),
        "was_given": row.was_given,
        "not_given_because": row.not_given_because,
        "parameters": {name: as_typed(value) for name, value in row.parameters.items()},
        "skin_reaction": row.skin_reaction,
        "tolerance": row.tolerance,
        "note": row.note,
    }


def measurement_as_typed(row: Measurement, rule: MeasureRule) -> dict[str, Any]:
    """Of an ordinal measure the grade's code stands for its rank."""
    value = rule.grades[int(row.value)].code if rule.grades and row.value is not None else as_typed(row.value)
    return {
        "measure": row.measure_code,
        "context": row.context,
        "side": row.side,
        "moment": row.moment,
        "value": value,
    }


def document_of(session: Session, *, same_case: bool, exchange_sides: bool) -> dict[str, Any]:
    """The note of a signed session to begin another with: what counts of it, injuries only in the same case.

    Treatments say from which day they are, so that what nobody confirmed is listed before it is signed.
    """
    day = session.occurred_on.isoformat() if session.occurred_on else ""
    applications = [application_as_typed(row) | {"origin": day} for row in session.applications.latest()]
    rows = session.measurements.latest().select_related("measure").prefetch_related("measure__thresholds")
    measurements = [measurement_as_typed(row, row.measure.as_rule()) for row in rows.order_by("id")]
    if exchange_sides:
        measurements = [row | {"side": SWAPPED.get(row["side"], row["side"])} for row in measurements]
    if exchange_sides or not same_case:
        applications = [row | {"injury": ""} for row in applications]
    parts = {
        "applications": applications,
        "measurements": measurements,
        "exercises": [exercise_as_typed(row) | {"origin": day} for row in session.exercises.all()],
        "since": since_as_typed(SinceLast.objects.filter(session=session).first()) if same_case else {},
    }
    texts = {name: getattr(session, name) for name in TEXTS}
    return {"kind": session.kind, "occurred_on": day, **texts, **{k: v for k, v in parts.items() if v}}


def exercise_as_typed(row: HomeExercise) -> dict[str, Any]:
    return {name: as_typed(getattr(row, name)) for name in OF_EXERCISE}


def since_as_typed(row: SinceLast | None) -> dict[str, Any]:
    if row is None:
        return {}
    told = {name: getattr(row, name) for name in OF_SINCE} | {"pain": as_typed(row.pain)}
    return {name: value for name, value in told.items() if value} | ({"was_flare": "yes"} if row.was_flare else {})
