"""A note's document from the fields that were posted, as they were typed."""

from typing import Any

from django.http import QueryDict

from treatments.rules.note_parts import OF_EVENT, OF_EXERCISE, OF_REVIEW, OF_SINCE
from treatments.rules.notes import FOR_ALL, OF_APPLICATION, OF_MEASUREMENT, TEXTS

SINGLE = ("kind", "occurred_on", *TEXTS)
MEMBERS = {
    "applications": {*OF_APPLICATION, "use"} - {"parameters"},
    "measurements": set(OF_MEASUREMENT),
    "exercises": set(OF_EXERCISE),
    "adverse_events": set(OF_EVENT),
}
LARGEST_ROW = 200
Rows = dict[int, dict[str, Any]]


def document_from(posted: QueryDict) -> dict[str, Any]:
    """The note as typed. Treatments that are not ticked, measures without a value and empty rows are left out."""
    document: dict[str, Any] = {name: posted.get(name, "") for name in SINGLE}
    rows: dict[str, Rows] = {group: {} for group in MEMBERS}
    for name in posted:
        group, _, rest = name.partition("-")
        place, _, member = rest.partition("-")
        if group not in rows or not place.isascii() or not place.isdigit() or int(place[:6]) > LARGEST_ROW:
            continue
        put(rows[group].setdefault(int(place), {}), member, posted.getlist(name), MEMBERS[group])
    document["applications"] = [
        {k: v for k, v in row.items() if k != "use"} for row in in_order(rows["applications"]) if row.get("use")
    ]
    document["measurements"] = [row for row in in_order(rows["measurements"]) if row.get("value")]
    rest = {
        "began_at": "" if is_of_another_day(posted) else posted.get("began_at"),
        **{name: posted.get(name) for name in FOR_ALL},
        "since": since_in(posted),
        "review": {n: posted[f"review-{n}"] for n in OF_REVIEW if posted.get(f"review-{n}")},
        "exercises": [row for row in in_order(rows["exercises"]) if is_filled(row, "origin", "confirmed")],
        "adverse_events": [row for row in in_order(rows["adverse_events"]) if is_filled(row)],
    }
    return document | {name: value for name, value in rest.items() if value}


def is_of_another_day(posted: QueryDict) -> bool:
    """Whether the time stands as the page came with it, for today, and the day was then changed to another."""
    day, _, began_at = posted.get("came-with", "").partition(" ")
    return bool(day) and posted.get("began_at") == began_at and posted.get("occurred_on") != day


def since_in(posted: QueryDict) -> dict[str, str]:
    """A number that was typed counts instead of the step that was tapped."""
    since = {name: posted[f"since-{name}"] for name in OF_SINCE if posted.get(f"since-{name}")}
    exact = posted.get("since-exact_percent")
    return {**since, "adherence_percent": exact} if exact else since


def in_order(rows: Rows) -> list[dict[str, Any]]:
    return [row for _, row in sorted(rows.items())]


def is_filled(row: dict[str, Any], *beside: str) -> bool:
    return any(value for name, value in row.items() if name not in beside)


def put(row: dict[str, Any], member: str, values: list[str], members: set[str]) -> None:
    """Stores one posted field in its row; fields of a parameter with several choices are lists."""
    if member.startswith("parameters-"):
        code = member.removeprefix("parameters-")
        several = code.endswith("[]")
        row.setdefault("parameters", {})[code.removesuffix("[]")] = values if several else values[-1]
    elif member == "was_given":
        row[member] = values[-1] != "no"
    elif member in members:
        row[member] = values[-1]
