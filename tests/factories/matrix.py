"""The shipped matrix as a book of rules, all of them approved unless a test says otherwise."""

from pathlib import Path
from typing import Any

import treatments
from clinic.rules.catalogues import read
from treatments.rules.matrix import condition_of, rows_of, rule_of
from treatments.rules.safety import Approval, Book

FOLDER = Path(treatments.__file__).parent / "catalogue"


def tables(name: str) -> dict[str, Any]:
    return dict(read(name, (FOLDER / name).read_text()).tables)


def shipped() -> Book:
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
