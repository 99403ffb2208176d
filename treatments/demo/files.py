"""Reads the files of the demo: one story, the same of a second patient up to a day, or many in a few lines each."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Story = dict[str, Any]
WHO = ("given_names", "family_name", "born_on", "sex", "nhs_number", "phone", "occupation")
OF_CASE = ("title", "history", "onset_day", "injuries", "key_measures", "red_flags_absent", "prior_treatments", "goals")


def read(path: Path) -> Story:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def stories_in(file: Story) -> Iterator[Story]:
    if "patients" in file:
        yield from (unfolded({**file["kinds"].get(row.get("kind"), {}), **row}) for row in file["patients"])
        return
    yield file
    if twin := file.get("twin"):
        yield {**file, **twin, "days": [told for told in file["days"] if told["day"] <= twin["dated"]["day"]]}


def unfolded(row: Mapping[str, Any]) -> Story:
    """A patient in a few lines as a story. `last` says when the last of the days was; else it is today."""
    days = [day_of(row, place) for place in range(len(row["days"]))]
    return {
        "by": row["by"],
        "dated": {"day": days[-1]["day"], **row.get("last", {})},
        "patient": dict(zip(WHO, row["who"], strict=True)),
        "case": {"referral": row.get("referral", "Self-referred"), **{n: row[n] for n in OF_CASE if n in row}},
        "columns": row["columns"],
        "usual": row["usual"],
        "days": days,
    }


def day_of(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The visit at a place of the row: what was said and measured there, and what its own table says beside its day."""
    own = row["days"][place] if isinstance(row["days"][place], dict) else {"day": row["days"][place]}
    told: dict[str, Any] = {"kind": "TREATMENT", "exercises": row.get("exercises", [])}
    if place == 0:
        told |= {"kind": "ASSESSMENT", "consents": ["TREATMENT"], **row["first"]}
    for name, column in (("measured", "values"), ("subjective", "said")):
        if place < len(row[column]):
            told[name] = row[column][place]
    return {**told, **own}
