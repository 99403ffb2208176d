"""The matrix of contraindications: its cells as rows of their own, and a row as a rule of safety."""

from collections.abc import Mapping, Sequence
from typing import Any

from treatments.rules.answers import Condition
from treatments.rules.safety import Level, Rule, Scope

Row = dict[str, Any]


def rows_of(matrix: Mapping[str, Any]) -> dict[str, Row]:
    """Every cell as an entry of its own, complete in itself: CI_DVT.MT, and CI_EPILEPSY.TN.2 where a cell holds two."""
    rows = {}
    for code, condition in matrix["conditions"].items():
        cells = [{"column": column, "level": level} for column, level in condition["cells"].items()]
        seen: dict[str, int] = {}
        for cell in [*cells, *condition.get("rows", [])]:
            column = cell["column"]
            seen[column] = seen.get(column, 0) + 1
            name = f"{code}.{column}" + (f".{seen[column]}" if seen[column] > 1 else "")
            rows[name] = row_of(matrix, code, condition, cell)
    return rows


def row_of(matrix: Mapping[str, Any], code: str, condition: Mapping[str, Any], cell: Mapping[str, Any]) -> Row:
    """A cell with its label, scope, window, source and certainty. L is always of the field."""
    column = matrix["columns"][cell["column"]]
    name = condition.get("source") or condition.get("sources", {}).get(cell["column"]) or column["source"]
    source = matrix["sources"][name]
    scope = "FIELD" if cell["level"] == "L" else condition.get("scope", "BODY")
    return {
        "scope": scope,
        **cell,
        "label": f"{condition['label']}: {column['label']}",
        "condition": code,
        "window_days": condition.get("window_days"),
        "source": source["label"],
        "certainty": source["certainty"],
    }


def rule_of(key: str, row: Mapping[str, Any]) -> Rule:
    """A row as safety reads it; `key` names its version."""
    when = row.get("when", {})
    return Rule(
        key=key,
        condition=row["condition"],
        column=row["column"],
        level=Level(row["level"]),
        scope=Scope(row["scope"]),
        window_days=row["window_days"],
        modalities=tuple(row.get("modalities", ())),
        but_not=tuple(row.get("but_not", ())),
        only_in=tuple(row.get("only_in", ())),
        when_parameter=when.get("parameter", ""),
        when_values=tuple(when.get("is", ())),
        certainty=row["certainty"],
    )


def condition_of(code: str, entry: Mapping[str, Any], questions: Sequence[str]) -> Condition:
    """A condition as safety reads it, with the questions that ask for it."""
    return Condition(
        code=code,
        label=entry["label"],
        questions=tuple(questions),
        field=tuple(entry.get("field", ())),
        asked_in=tuple(entry.get("asked_in", ())),
        under_age_years=entry.get("under_age_years"),
        phases=tuple(entry.get("phases", ())),
        pathologies=tuple(entry.get("pathologies", ())),
        prior_treatments=tuple(entry.get("prior_treatments", ())),
    )
