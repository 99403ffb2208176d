import pytest
from pydantic import ValidationError

from tests.factories.shipped import tables
from treatments.rules.shapes import SHAPES, Measure, Parameter


@pytest.mark.parametrize("name", SHAPES)
def test_a_stranger_in_an_entry_is_refused(name: str) -> None:
    shape = list(SHAPES[name].values())[-1]
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        shape.model_validate({"nobody_knows": 1})


def test_a_shipped_entry_is_read_with_its_parts() -> None:
    found = Measure.model_validate(tables("measures.toml")["FAAM_SPORT"])
    assert (found.scale, found.neutral, found.formulas[0].min_answered) == ("NUMBER", None, 7)
    assert [t.value for t in found.thresholds] == [12.3, 9]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"kind": "NUMBER", "unit": "s", "usual": [1]}, "at least 2 items"),
        ({"kind": "NUMBER", "unit": "s", "usual": [1, 2, 3]}, "at most 2 items"),
        ({"kind": "NUMBER", "unit": "s", "hard": [3, 2]}, "hard runs downwards"),
        ({"kind": "NUMBER", "unit": "s", "usual": [0, 2], "hard": [1, 2]}, "usual reaches beyond hard"),
        ({"kind": "NUMBER", "unit": "s", "usual": [1, 3], "hard": [1, 2]}, "usual reaches beyond hard"),
        ({"kind": "COLOUR"}, "Input should be"),
        ({"kind": "TEXT", "code": "Time"}, "should match pattern"),
    ],
)
def test_what_a_parameter_cannot_be(told: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Parameter.model_validate({"code": "time_s", "label": "Time", **told})


def test_the_ends_of_hard_may_be_usual() -> None:
    told = {"code": "time_s", "label": "Time", "kind": "NUMBER", "unit": "s", "usual": [1, 2], "hard": [1, 2]}
    assert Parameter.model_validate(told).usual == [1, 2]
