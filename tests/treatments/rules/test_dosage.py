from decimal import Decimal
from typing import Any

import pytest

from treatments.rules.dosage import Kind, ModalityRule, ParameterRule, Refused, Standing, read, sentence, standing

D = Decimal
PRESSURE = ParameterRule(
    "pressure_bar", "Pressure", Kind.NUMBER, "bar", D("1.5"), D("3.5"), D("0.3"), D("6"), in_sentence=True
)
HOOKS = ParameterRule("hook_sizes", "Hooks", Kind.CHOICES, choices=("LARGE", "MEDIUM", "SMALL"), in_sentence=True)
TOOL = ParameterRule("tool_type", "Tool", Kind.CHOICE, choices=("CURVED", "J_STROKE"), in_sentence=True)
EYES = ParameterRule("eye_protection", "Eye protection worn", Kind.YES_NO, in_sentence=True)
TOPIC = ParameterRule("topic", "Topic", Kind.TEXT)
INTENSITY = ParameterRule("intensity_0_10", "Intensity", Kind.NUMBER, "0-10", in_sentence=True)


@pytest.mark.parametrize("written", ["0.3", "0,3", "6", "6.0", 6, 0.3])
def test_the_limits_themselves_are_allowed(written: Any) -> None:
    assert D("0.3") <= read(PRESSURE, written) <= D("6")


@pytest.mark.parametrize(
    ("rule", "written", "code"),
    [
        (PRESSURE, "6.1", "above_hard_limit"),
        (PRESSURE, "23", "above_hard_limit"),
        (PRESSURE, "0.29", "below_hard_limit"),
        (PRESSURE, "-1", "below_hard_limit"),
        (PRESSURE, "two", "not_a_number"),
        (PRESSURE, True, "not_a_number"),
        (HOOKS, ["LARGE", "HUGE"], "not_a_choice"),
        (HOOKS, "HUGE", "not_a_choice"),
        (HOOKS, [["LARGE"]], "not_a_choice"),
        (TOOL, "SPOON", "not_a_choice"),
        (TOOL, ["CURVED"], "not_a_choice"),
        (EYES, "maybe", "not_yes_or_no"),
        (EYES, 1, "not_yes_or_no"),
        (EYES, [], "not_yes_or_no"),
        (TOPIC, 7, "not_a_text"),
        (TOPIC, "x" * 501, "not_a_text"),
    ],
)
def test_what_is_refused(rule: ParameterRule, written: Any, code: str) -> None:
    with pytest.raises(Refused) as no:
        read(rule, written)
    assert no.value.code == code


def test_a_refused_dose_names_limit_and_unit() -> None:
    with pytest.raises(Refused) as no:
        read(PRESSURE, "23")
    assert no.value.what == {"limit": "6", "unit": "bar"}


@pytest.mark.parametrize(
    ("rule", "written", "value"),
    [
        (HOOKS, ["SMALL", "LARGE"], ["LARGE", "SMALL"]),
        (HOOKS, "LARGE", ["LARGE"]),
        (TOOL, "CURVED", "CURVED"),
        (EYES, "yes", True),
        (EYES, False, False),
        (TOPIC, "Load", "Load"),
    ],
)
def test_what_is_stored(rule: ParameterRule, written: Any, value: Any) -> None:
    assert read(rule, written) == value


def test_the_usual_range_in_words() -> None:
    assert INTENSITY.usual == ""
    assert PRESSURE.usual == "1.5–3.5 bar"


def test_sentence() -> None:
    rule = ModalityRule("X", "X@1", "Hooks", parameters=(PRESSURE, HOOKS, TOOL, EYES, TOPIC, INTENSITY))
    given = {
        "pressure_bar": 2.3,
        "hook_sizes": ["LARGE", "MEDIUM"],
        "tool_type": "J_STROKE",
        "eye_protection": False,
        "topic": "not in it",
        "intensity_0_10": 4,
    }
    assert sentence(rule, given) == "Hooks · 2.3 bar · large, medium · j stroke · eye protection worn: no · 4/10"
    assert sentence(rule, {}) == "Hooks"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("0.29", Standing.IMPOSSIBLE),
        ("0.3", Standing.UNUSUAL),
        ("1.49", Standing.UNUSUAL),
        ("1.5", Standing.USUAL),
        ("3.5", Standing.USUAL),
        ("3.51", Standing.UNUSUAL),
        ("6", Standing.UNUSUAL),
        ("6.1", Standing.IMPOSSIBLE),
    ],
)
def test_where_a_dose_lies(value: str, where: Standing) -> None:
    assert standing(PRESSURE, D(value)) is where


def test_a_range_that_is_not_named_holds_everything() -> None:
    assert standing(INTENSITY, D(9999)) is Standing.USUAL
    assert standing(ParameterRule("x", "X", Kind.NUMBER, "s", hard_max=D(5)), D(-9)) is Standing.USUAL
    assert standing(ParameterRule("x", "X", Kind.NUMBER, "s", usual_min=D(5)), D(4)) is Standing.UNUSUAL


def test_a_range_reads_with_its_unit_where_it_has_one() -> None:
    assert PRESSURE.usual == "1.5–3.5 bar"
    assert INTENSITY.usual == ""
    assert ParameterRule("x", "X", Kind.NUMBER, "kHz", D(4), D(4)).usual == "4 kHz"
    assert ParameterRule("x", "X", Kind.NUMBER, "", D(1), D(4)).usual == "1–4"
    assert ParameterRule("x", "X", Kind.NUMBER, "", D(1)).usual == ""


def test_a_refusal_says_the_limit_or_the_choices() -> None:
    told = {}
    for written in ("9", "0.1"):
        with pytest.raises(Refused) as no:
            read(PRESSURE, written)
        told[written] = (no.value.code, no.value.what)
    assert told == {
        "9": ("above_hard_limit", {"limit": "6", "unit": "bar"}),
        "0.1": ("below_hard_limit", {"limit": "0.3", "unit": "bar"}),
    }
    with pytest.raises(Refused) as no:
        read(TOOL, "SPOON")
    assert no.value.what == {"choices": "CURVED, J_STROKE"}
    assert str(no.value) == "not_a_choice"
