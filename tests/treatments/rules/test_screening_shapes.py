import pytest
from pydantic import ValidationError

from tests.factories.shipped import tables
from treatments.rules.screening_shapes import Condition, Question, Row


def test_a_shipped_question_is_read() -> None:
    found = Question.model_validate(tables("screening.toml")["FEEL_AND_TELL"])
    assert (found.conditions, found.valid_days, found.asks) == (["CI_CANNOT_CONSENT_FEEDBACK"], 90, ["DETAIL"])


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"cells": {"ESWT": "X"}}, "Input should be 'A', 'L', 'R' or 'P'"),
        ({"cells": {}, "scope": "HAND"}, "Input should be 'BODY', 'FIELD' or 'SEGMENT'"),
        ({"cells": {}, "window_days": 0}, "greater than 0"),
        ({}, "Field required"),
    ],
)
def test_what_a_condition_cannot_be(told: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Condition.model_validate({"label": "Pacemaker", **told})


def test_a_row_may_hold_for_a_value_of_the_dose() -> None:
    found = Row.model_validate({"column": "HEAT", "level": "A", "when": {"parameter": "mode", "is": ["CONTINUOUS"]}})
    assert found.when is not None
    assert (found.when.parameter, found.when.is_) == ("mode", ["CONTINUOUS"])
