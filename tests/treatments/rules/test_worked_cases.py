"""What the shipped matrix says of the six worked cases, and of cells that hold more than one value."""

from typing import Any

import pytest

from tests.factories.bodies import LEFT_KNEE, LEFT_SHOULDER, LEFT_THIGH, RIGHT_ANKLE, all_no, no, on, outcome, yes
from treatments.rules.answers import Body, KnownInjury, KnownTreatment, Place
from treatments.rules.safety import Outcome


def test_case_1_is_clear_but_for_nothing() -> None:
    """An operation 183 days ago is past its 42; nothing else is there."""
    body = Body(41, (), (KnownTreatment("SURG_CALC_EXCISION", RIGHT_ANKLE, on(183)),))
    for modality in ("DIAFIB", "IASTM", "RSWT", "FSWT", "HILT", "EX_HSR"):
        assert outcome(modality, RIGHT_ANKLE, all_no(), body) is Outcome.CLEAR


def test_case_2_a_steroid_injection_75_days_ago_clears_shockwave() -> None:
    body = Body(47, (), (KnownTreatment("INJ_STEROID", LEFT_SHOULDER, on(75)),))
    assert outcome("FSWT", LEFT_SHOULDER, all_no(), body) is Outcome.CLEAR
    assert outcome("FSWT", LEFT_SHOULDER, [*all_no("NSAID"), yes("NSAID")], body) is Outcome.ACKNOWLEDGE


@pytest.mark.parametrize(
    ("modality", "phase", "expected"),
    [
        ("IASTM", "MO_EARLY", Outcome.BLOCKED),
        ("DIAFIB", "MO_EARLY", Outcome.BLOCKED),
        ("RSWT", "MO_EARLY", Outcome.BLOCKED),
        ("FSWT", "MO_INTERMEDIATE", Outcome.BLOCKED),
        ("MAN_STM", "MO_INTERMEDIATE", Outcome.BLOCKED),
        ("EX_STRETCH", "MO_INTERMEDIATE", Outcome.BLOCKED),
        ("EX_HSR", "MO_EARLY", Outcome.NEEDS_AUTHORISATION),
        ("TENS", "MO_EARLY", Outcome.ACKNOWLEDGE),
        ("CRYO", "MO_EARLY", Outcome.CLEAR),
        ("EX_ROM", "MO_EARLY", Outcome.NO_RULE_HELD),
        ("EDU", "MO_EARLY", Outcome.NO_RULE_HELD),
        ("DIAFIB", "MO_MATURE", Outcome.NEEDS_AUTHORISATION),
        ("RSWT", "MO_MATURE", Outcome.ACKNOWLEDGE),
        ("EX_HSR", "MO_MATURE", Outcome.CLEAR),
    ],
)
def test_case_3_an_ossification_that_is_not_mature_blocks_tools(modality: str, phase: str, expected: Outcome) -> None:
    body = Body(19, (KnownInjury(LEFT_THIGH, "OSS_MYOSITIS_TRAUMATIC", phase),))
    assert outcome(modality, LEFT_THIGH, all_no(), body) is expected
    if expected is not Outcome.NO_RULE_HELD:
        assert outcome(modality, Place("REG_THIGH", "RIGHT", "LEG"), all_no(), body) is Outcome.CLEAR


def test_case_4_metal_in_the_field_blocks_heat() -> None:
    answers = [*all_no("METAL"), yes("METAL", places=(LEFT_KNEE,))]
    assert outcome("TECAR", LEFT_KNEE, answers) is Outcome.BLOCKED
    assert outcome("SWD", LEFT_KNEE, answers) is Outcome.BLOCKED
    assert outcome("RSWT", LEFT_KNEE, answers) is Outcome.ACKNOWLEDGE
    assert outcome("NMES", LEFT_KNEE, answers) is Outcome.ACKNOWLEDGE
    assert outcome("MAN_JOINT", LEFT_KNEE, answers) is Outcome.CLEAR
    assert outcome("TECAR", Place("REG_KNEE", "RIGHT", "LEG"), answers) is Outcome.CLEAR


def test_case_5_an_antiplatelet_is_acknowledged() -> None:
    answers = [*all_no("ANTIPLATELET"), yes("ANTIPLATELET")]
    heel = Place("REG_HEEL", "RIGHT", "LEG")
    assert outcome("RSWT", heel, answers) is Outcome.ACKNOWLEDGE
    assert outcome("HILT", heel, answers) is Outcome.CLEAR
    assert outcome("TAPE", heel, answers) is Outcome.NO_RULE_HELD


@pytest.mark.parametrize(
    ("modality", "expected"),
    [
        ("RSWT", Outcome.BLOCKED),
        ("FSWT", Outcome.BLOCKED),
        ("TECAR", Outcome.BLOCKED),
        ("SWD", Outcome.BLOCKED),
        ("PEMF", Outcome.BLOCKED),
        ("DRYNEEDLE", Outcome.NEEDS_AUTHORISATION),
        ("ACUPUNCTURE", Outcome.NEEDS_AUTHORISATION),
        ("IONTO_ACETIC", Outcome.NEEDS_AUTHORISATION),
        ("US_THER", Outcome.CLEAR),
        ("TENS", Outcome.CLEAR),
        ("MAN_JOINT", Outcome.ACKNOWLEDGE),
        ("EX_ISO", Outcome.ACKNOWLEDGE),
        ("EX_ROM", Outcome.NO_RULE_HELD),
    ],
)
def test_case_6_a_pregnancy(modality: str, expected: Outcome) -> None:
    assert outcome(modality, LEFT_SHOULDER, [*all_no("PREGNANT"), yes("PREGNANT")]) is expected


def test_case_6_pregnancy_has_a_field_of_its_own() -> None:
    answers = [*all_no("PREGNANT"), yes("PREGNANT")]
    for region in ("REG_PELVIS", "REG_LSPINE", "REG_ABDOMEN"):
        assert outcome("US_THER", Place(region, "MIDLINE", "TRUNK"), answers) is Outcome.BLOCKED
    assert outcome("US_THER", Place("REG_TSPINE", "MIDLINE", "TRUNK"), answers) is Outcome.CLEAR


def test_case_6_after_the_birth_it_must_be_asked_again() -> None:
    assert outcome("RSWT", LEFT_SHOULDER, [*all_no("PREGNANT"), yes("PREGNANT", 126)]) is Outcome.BLOCKED
    lifted = [*all_no("PREGNANT"), yes("PREGNANT", 126), no("PREGNANT", 3, valid=28)]
    assert outcome("RSWT", LEFT_SHOULDER, lifted) is Outcome.CLEAR


# Cells that hold more than one value.


@pytest.mark.parametrize(
    ("question", "modality", "field", "parameters", "expected"),
    [
        ("CARDIAC_DEVICE", "DRYNEEDLE", RIGHT_ANKLE, {"technique": "DEEP"}, Outcome.NEEDS_AUTHORISATION),
        ("CARDIAC_DEVICE", "DRYNEEDLE", RIGHT_ANKLE, {"technique": "ELECTRICAL"}, Outcome.BLOCKED),
        ("BLOOD_THINNER", "MAN_STM", RIGHT_ANKLE, {}, Outcome.ACKNOWLEDGE),
        ("BLOOD_THINNER", "MAN_MANIP", RIGHT_ANKLE, {}, Outcome.NEEDS_AUTHORISATION),
        ("NUMBNESS", "IFT", RIGHT_ANKLE, {}, Outcome.BLOCKED),
        ("NUMBNESS", "TENS", RIGHT_ANKLE, {}, Outcome.ACKNOWLEDGE),
        ("EPILEPSY", "TENS", RIGHT_ANKLE, {}, Outcome.ACKNOWLEDGE),
        ("EPILEPSY", "TENS", Place("REG_CSPINE", "MIDLINE", "TRUNK"), {}, Outcome.BLOCKED),
        ("EPILEPSY", "TENS", Place(), {}, Outcome.BLOCKED),
        ("BONE", "MAN_MANIP", RIGHT_ANKLE, {}, Outcome.BLOCKED),
        ("BONE", "MAN_JOINT", RIGHT_ANKLE, {}, Outcome.ACKNOWLEDGE),
        ("INFLAMMATORY_ARTHRITIS", "MAN_MANIP", RIGHT_ANKLE, {}, Outcome.ACKNOWLEDGE),
        ("INFLAMMATORY_ARTHRITIS", "MAN_MANIP", Place("REG_CSPINE", "MIDLINE", "TRUNK"), {}, Outcome.BLOCKED),
        ("STEROID_INJECTION", "EX_HSR", RIGHT_ANKLE, {}, Outcome.NEEDS_AUTHORISATION),
        ("STEROID_INJECTION", "EX_ISO", RIGHT_ANKLE, {}, Outcome.CLEAR),
        ("ALLERGY_DRUG", "IONTO_ACETIC", RIGHT_ANKLE, {}, Outcome.BLOCKED),
        ("ALLERGY_NICKEL", "IONTO_ACETIC", RIGHT_ANKLE, {}, Outcome.CLEAR),
        ("OVER_EYE", "HILT", Place("REG_TMJ", "LEFT", "TRUNK"), {"eye_protection": True}, Outcome.BLOCKED),
        ("OVER_EYE", "HILT", RIGHT_ANKLE, {"eye_protection": False}, Outcome.BLOCKED),
    ],
)  # fmt: skip
def test_cells_with_more_than_one_value(
    question: str, modality: str, field: Place, parameters: dict[str, Any], expected: Outcome
) -> None:
    place = () if question != "OVER_EYE" else (field,)
    answers = [*all_no(question), yes(question, places=place)]
    assert outcome(modality, field, answers, **parameters) is expected
