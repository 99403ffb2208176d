from decimal import Decimal

import pytest

from treatments.rules.dosage import Refused
from treatments.rules.measures import Grade, MeasureRule, Sides, read

D = Decimal
KNEE = MeasureRule("KTW_CM", "KTW_CM@1", "Knee to wall", "Knee to wall", "cm", 1, D(0), D(25), D("0.1"), Sides.REQUIRED)
PAIN = MeasureRule("NPRS", "NPRS@1", "Pain", "Pain", "/10", -1, D(0), D(10), D(1), contexts=("FIRST_STEPS",))


@pytest.mark.parametrize(
    ("rule", "written", "value"), [(KNEE, "0", "0"), (KNEE, "25", "25"), (KNEE, "4,3", "4.3"), (PAIN, 10, "10")]
)
def test_what_is_stored(rule: MeasureRule, written: object, value: str) -> None:
    assert read(rule, written) == D(value)


@pytest.mark.parametrize(
    ("rule", "written", "code"),
    [
        (KNEE, "25.1", "above_hard_limit"),
        (KNEE, "-0.1", "below_hard_limit"),
        (KNEE, "4.35", "between_steps"),
        (PAIN, "2.5", "between_steps"),
        (PAIN, "11", "above_hard_limit"),
        (PAIN, "NaN", "not_a_number"),
        (PAIN, None, "not_a_number"),
    ],
)
def test_what_is_refused(rule: MeasureRule, written: object, code: str) -> None:
    with pytest.raises(Refused) as no:
        read(rule, written)
    assert no.value.code == code


def test_how_a_series_is_called() -> None:
    assert PAIN.name("FIRST_STEPS") == "Pain, first steps"
    assert KNEE.name("", "RIGHT") == "Knee to wall, right"


MUSCLE = MeasureRule(
    "MMT",
    "MMT@1",
    "Muscle test",
    "Muscle test",
    "",
    1,
    D(0),
    D(2),
    D(1),
    grades=(Grade("2-", "part"), Grade("2", "full"), Grade("2+", "starts")),
)


def test_a_grade_is_named_by_its_code_and_stored_by_its_rank() -> None:
    assert read(MUSCLE, "2-") == 0
    assert read(MUSCLE, "2+") == 2
    assert MUSCLE.shown(D(1)) == MUSCLE.with_unit(D("1.000")) == "full"


@pytest.mark.parametrize("written", ["3", "0", 1, None, ["2"], "part"])
def test_a_grade_that_is_not_the_measures_is_refused(written: object) -> None:
    with pytest.raises(Refused) as no:
        read(MUSCLE, written)
    assert (no.value.code, no.value.what) == ("not_a_choice", {"choices": "2-, 2, 2+"})


def test_how_a_value_is_read() -> None:
    assert (KNEE.shown(D("4.300")), KNEE.with_unit(D("4.300"))) == ("4.3", "4.3 cm")
    assert PAIN.with_unit(D(4)) == "4/10"


@pytest.mark.parametrize(
    ("rule", "written", "what"),
    [
        (KNEE, "26", {"limit": "25", "unit": "cm"}),
        (KNEE, "-1", {"limit": "0", "unit": "cm"}),
        (KNEE, "4.35", {"step": "0.1", "unit": "cm"}),
    ],
)
def test_a_refusal_says_what_it_may_be(rule: MeasureRule, written: str, what: dict[str, str]) -> None:
    with pytest.raises(Refused) as no:
        read(rule, written)
    assert no.value.what == what


def test_steps_are_counted_from_the_lower_limit() -> None:
    odd = MeasureRule("X", "X@1", "X", "X", "", 1, D("0.5"), D("3.5"), D(1))
    assert read(odd, "1.5") == D("1.5")
    with pytest.raises(Refused):
        read(odd, "1")
