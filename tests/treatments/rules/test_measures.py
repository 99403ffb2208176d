from decimal import Decimal

import pytest

from treatments.rules.dosage import Refused
from treatments.rules.measures import MeasureRule, Sides, read

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
