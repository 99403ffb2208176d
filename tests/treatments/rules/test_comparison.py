from decimal import Decimal

import pytest

from treatments.rules.comparison import Line, difference, lines_of


def test_a_line_for_each_name_of_either() -> None:
    lines = lines_of({"Laser": "8 W", "Tools": "5 min"}, {"Tools": "5 min", "Shockwave": "2.3 bar"})
    assert lines == [Line("Laser", "8 W", ""), Line("Tools", "5 min", "5 min"), Line("Shockwave", "", "2.3 bar")]
    assert [line.differs for line in lines] == [True, False, True]


@pytest.mark.parametrize(
    ("first", "second", "has_distances", "expected"),
    [
        ("4", "7.2", True, "3.2"),
        ("7.2", "4", True, "-3.2"),
        ("4", "4", True, "0"),
        ("4", "5", False, None),
        (None, "5", True, None),
        ("4", None, True, None),
    ],
)
def test_from_the_first_to_the_second(
    first: str | None, second: str | None, has_distances: bool, expected: str | None
) -> None:
    values = [Decimal(v) if v is not None else None for v in (first, second)]
    found = difference(*values, has_distances=has_distances)
    assert found == (None if expected is None else Decimal(expected))
