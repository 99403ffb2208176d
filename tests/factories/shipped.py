"""What the shipped catalogues hold, as the rules read it; every row of the matrix is approved."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import treatments
from clinic.rules.catalogues import read
from treatments.rules.matrix import condition_of, rows_of, rule_of
from treatments.rules.progress import Scale, Threshold, Verdict, verdict
from treatments.rules.safety import Approval, Book

FOLDER = Path(treatments.__file__).parent / "catalogue"


def tables(name: str) -> dict[str, Any]:
    return dict(read(name, (FOLDER / name).read_text()).tables)


def book() -> Book:
    matrix, questions = tables("contraindications.toml"), tables("screening.toml")
    rules = tuple(rule_of(f"{code}@1", row) for code, row in rows_of(matrix).items())
    conditions = {
        code: condition_of(code, entry, [q for q, asked in questions.items() if code in asked["conditions"]])
        for code, entry in matrix["conditions"].items()
    }
    return Book(conditions, rules, {rule.key: Approval() for rule in rules})


def columns() -> dict[str, str]:
    """The column of each modality; empty where no rule is held."""
    return {
        code: "" if entry["column"] == "NONE" else entry["column"] for code, entry in tables("modalities.toml").items()
    }


def question_codes() -> list[str]:
    return list(tables("screening.toml"))


def verdict_of(code: str, start: str | None, now: str, *, same_measurer: bool = True) -> Verdict:
    """The verdict on a change of a shipped measure."""
    entry = {**tables("measures.toml"), **tables("movements.toml")}[code]
    thresholds = tuple(
        Threshold(
            kind=given["kind"],
            value=Decimal(str(given["value"])),
            population=given["population"],
            certainty=given["certainty"],
            is_default=given.get("is_default", False),
            is_percent=given.get("is_percent", False),
            between_measurers=given.get("measurers") == "BETWEEN",
        )
        for given in entry.get("thresholds", [])
    )
    return verdict(
        start=None if start is None else Decimal(start),
        now=Decimal(now),
        direction=entry["direction"],
        thresholds=thresholds,
        scale=Scale(entry.get("scale", "NUMBER")),
        neutral=Decimal(entry["neutral"]) if "neutral" in entry else None,
        same_measurer=same_measurer,
    )
