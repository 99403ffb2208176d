import pytest

from tests.factories.shipped import tables
from treatments.rules.answers import Condition
from treatments.rules.matrix import condition_of, rows_of, rule_of
from treatments.rules.safety import Level, Rule, Scope

MATRIX = {
    "sources": {
        "S": {"label": "A paper", "certainty": "VERIFIED"},
        "C": {"label": "Common sense", "certainty": "GK"},
        "O": {"label": "Ours", "certainty": "DESIGN"},
    },
    "columns": {"AA": {"label": "Aa", "source": "C"}, "BB": {"label": "Bb", "source": "C"}},
    "conditions": {
        "CI_X": {
            "label": "X",
            "scope": "SEGMENT",
            "window_days": 42,
            "sources": {"AA": "S"},
            "cells": {"AA": "A", "BB": "L"},
            "rows": [
                {"column": "BB", "level": "R", "modalities": ["M"], "but_not": ["N"], "only_in": ["REG_A"]},
                {"column": "BB", "level": "A", "scope": "BODY", "when": {"parameter": "p", "is": ["no"]}, "note": "n"},
            ],
        },
        "CI_Y": {"label": "Y", "source": "O", "sources": {"AA": "S"}, "cells": {"AA": "P"}},
    },
}


def test_each_cell_is_a_row_of_its_own() -> None:
    assert rows_of(MATRIX) == {
        "CI_X.AA": {
            "column": "AA", "level": "A", "label": "X: Aa", "condition": "CI_X", "scope": "SEGMENT", "window_days": 42,
            "source": "A paper", "certainty": "VERIFIED",
        },
        "CI_X.BB": {
            "column": "BB", "level": "L", "label": "X: Bb", "condition": "CI_X", "scope": "FIELD", "window_days": 42,
            "source": "Common sense", "certainty": "GK",
        },
        "CI_X.BB.2": {
            "column": "BB", "level": "R", "label": "X: Bb", "condition": "CI_X", "scope": "SEGMENT", "window_days": 42,
            "source": "Common sense", "certainty": "GK", "modalities": ["M"], "but_not": ["N"], "only_in": ["REG_A"],
        },
        "CI_X.BB.3": {
            "column": "BB", "level": "A", "label": "X: Bb", "condition": "CI_X", "scope": "BODY", "window_days": 42,
            "source": "Common sense", "certainty": "GK", "when": {"parameter": "p", "is": ["no"]}, "note": "n",
        },
        "CI_Y.AA": {
            "column": "AA", "level": "P", "label": "Y: Aa", "condition": "CI_Y", "scope": "BODY", "window_days": None,
            "source": "Ours", "certainty": "DESIGN",
        },
    }  # fmt: skip


def test_a_row_as_a_rule() -> None:
    rows = rows_of(MATRIX)
    assert rule_of("k@1", rows["CI_X.BB.2"]) == Rule(
        "k@1", "CI_X", "BB", Level.RELATIVE, Scope.SEGMENT, 42, ("M",), ("N",), ("REG_A",), certainty="GK"
    )
    assert rule_of("k@2", rows["CI_X.BB.3"]) == Rule(
        "k@2", "CI_X", "BB", Level.ABSOLUTE, Scope.BODY, 42, when_parameter="p", when_values=("no",), certainty="GK"
    )


def test_a_condition() -> None:
    names = ("field", "asked_in", "phases", "pathologies", "prior_treatments")
    full = {"label": "X", "under_age_years": 18, **{name: [name.upper()] for name in names}}
    assert condition_of("CI_X", full, ["Q"]) == Condition(
        "CI_X", "X", ("Q",), ("FIELD",), ("ASKED_IN",), 18, ("PHASES",), ("PATHOLOGIES",), ("PRIOR_TREATMENTS",)
    )
    assert condition_of("CI_X", {"label": "X"}, []) == Condition("CI_X", "X")


@pytest.mark.parametrize(
    ("row", "level", "scope", "window", "certainty"),
    [
        ("CI_PREGNANCY.RS", "A", "BODY", None, "VERIFIED"),
        ("CI_PREGNANCY.US", "L", "FIELD", None, "GK"),
        ("CI_STEROID_INJ_6W.RS", "L", "FIELD", 42, "VERIFIED"),
        ("CI_STEROID_INJ_6W.DF", "R", "FIELD", 42, "GK"),
        ("CI_MALIGNANCY_FIELD.FS", "A", "FIELD", None, "VERIFIED"),
        ("CI_DVT.MT", "A", "SEGMENT", None, "GK"),
        ("CI_MO_MATURE.DF", "R", "FIELD", None, "DESIGN"),
        ("CI_MO_IMMATURE.EX.2", "A", "FIELD", None, "GK"),
        ("CI_ACUTE_HAEMATOMA.IA", "L", "FIELD", 3, "GK"),
    ],
)
def test_rows_that_are_shipped(row: str, level: str, scope: str, window: int | None, certainty: str) -> None:
    found = rows_of(tables("contraindications.toml"))[row]
    assert (found["level"], found["scope"], found["window_days"], found["certainty"]) == (
        level,
        scope,
        window,
        certainty,
    )
    assert found["source"]


def test_the_whole_matrix_is_shipped() -> None:
    rows = rows_of(tables("contraindications.toml"))
    assert len(rows) == 585
    assert len({row["condition"] for row in rows.values()}) == 54
