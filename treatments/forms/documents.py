"""A note's document from the fields that were posted, as they were typed."""

from typing import Any

from django.http import QueryDict

from treatments.rules.notes import OF_APPLICATION, OF_MEASUREMENT, TEXTS

SINGLE = ("kind", "occurred_on", *TEXTS)
MEMBERS = {*OF_APPLICATION, *OF_MEASUREMENT, "use"} - {"parameters"}
LARGEST_ROW = 200


def document_from(posted: QueryDict) -> dict[str, Any]:
    """The note as typed. Treatments that are not ticked and measures without a value are left out."""
    document: dict[str, Any] = {name: posted.get(name, "") for name in SINGLE}
    rows: dict[str, dict[int, dict[str, Any]]] = {"applications": {}, "measurements": {}}
    for name in posted:
        group, _, rest = name.partition("-")
        place, _, member = rest.partition("-")
        if group not in rows or not place.isascii() or not place.isdigit() or int(place[:6]) > LARGEST_ROW:
            continue
        put(rows[group].setdefault(int(place), {}), member, posted.getlist(name))
    document["applications"] = [
        {k: v for k, v in row.items() if k != "use"}
        for _, row in sorted(rows["applications"].items())
        if row.get("use")
    ]
    document["measurements"] = [row for _, row in sorted(rows["measurements"].items()) if row.get("value")]
    return document


def put(row: dict[str, Any], member: str, values: list[str]) -> None:
    """Stores one posted field in its row; fields of a parameter with several choices are lists."""
    if member.startswith("parameters-"):
        code = member.removeprefix("parameters-")
        several = code.endswith("[]")
        row.setdefault("parameters", {})[code.removesuffix("[]")] = values if several else values[-1]
    elif member == "was_given":
        row[member] = values[-1] != "no"
    elif member in MEMBERS:
        row[member] = values[-1]
