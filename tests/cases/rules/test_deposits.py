from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.deposits import (
    Category,
    Change,
    Reason,
    Study,
    area_mm2,
    bosworth,
    classified,
    compare,
    is_too_soon,
    largest,
    length_mm,
    magnification,
    sliding,
)

D = Decimal
D0 = date(2026, 1, 5)


def study(area: str | None = "100", day: int = 0, **other: object) -> Study:
    given_area = None if area is None else D(area)
    plain = Study(D0 + timedelta(days=day), "IMG_XRAY_DX", "XR_LATERAL_WB", "RIGHT", "ERMF", given_area)
    return replace(plain, **other)  # type: ignore[arg-type]


GONE = study(None, 182, is_visible=False)


@pytest.mark.parametrize(
    ("before", "after", "percent", "category"),
    [
        ("218.0", "158.0", "-27.5", Category.PARTIAL),  # the Achilles
        ("121.0", "98.0", "-19.0", Category.PARTIAL),  # the shoulder, in its flare
        ("121.0", "14.0", "-88.4", Category.SUBTOTAL),
        ("980", "1060", "8.2", Category.NONE),  # the thigh
        ("980", "840", "-14.3", Category.PARTIAL),
        ("980", "610", "-37.8", Category.PARTIAL),
        ("1060", "610", "-42.5", Category.PARTIAL),
        ("31.0", "30.4", "-1.9", Category.NONE),  # the heel spur
        ("1000", "200", "-80.0", Category.MARKED),
        ("1000", "199", "-80.1", Category.SUBTOTAL),
        ("1000", "500", "-50.0", Category.MARKED),
        ("1000", "501", "-49.9", Category.PARTIAL),
        ("1000", "900", "-10.0", Category.NONE),
        ("1000", "899", "-10.1", Category.PARTIAL),
        ("1000", "1000", "0.0", Category.NONE),
        ("1000", "1100", "10.0", Category.NONE),
        ("1000", "1101", "10.1", Category.PROGRESSION),
        ("100000", "19960", "-80.0", Category.MARKED),  # -80.04: what is shown is what is classified
        ("100000", "19950", "-80.1", Category.SUBTOTAL),  # -80.05 is shown as -80.1
        ("100000", "89960", "-10.0", Category.NONE),
        ("100000", "50040", "-50.0", Category.MARKED),
    ],
)
def test_change(before: str, after: str, percent: str, category: Category) -> None:
    found = compare(study(before), study(after, 112))
    assert found == Change(category, D(percent), None, D0, None, D(10), False)


def test_a_deposit_that_is_gone() -> None:
    found = compare(study("121.0"), GONE)
    assert (found.percent, found.category) == (D(-100), Category.COMPLETE)
    assert compare(study("121.0"), replace(GONE, calibration="NONE")).category is Category.COMPLETE
    assert compare(study("121.0"), study("0", 112)).category is Category.COMPLETE


def test_the_error_can_be_another() -> None:
    assert compare(study("1000"), study("880"), D(15)).category is Category.NONE
    assert compare(study("1000"), study("880"), D(15)).error_percent == 15
    assert compare(study("1000"), study("849"), D(15)).category is Category.PARTIAL
    assert compare(study("1000"), study("1151"), D(15)).category is Category.PROGRESSION


@pytest.mark.parametrize(
    ("reference", "follow_up", "reason"),
    [
        (None, study(), Reason.NO_REFERENCE),
        (study(), study(side="LEFT"), Reason.OTHER_SIDE),
        (study(), study(modality="IMG_US"), Reason.OTHER_MODALITY),
        (study(modality="IMG_US"), study(), Reason.OTHER_MODALITY),
        (study(view="XR_AP"), study(), Reason.OTHER_VIEW),
        (study(), study(calibration="MANUAL_SCALE"), Reason.OTHER_CALIBRATION),
        (study(), study(calibration="NONE", area_px=D(5)), Reason.OTHER_CALIBRATION),
        (study(), study(None), Reason.NO_AREA),
        (study(None), study(), Reason.NO_AREA),
        (study("0"), study(), Reason.NO_AREA),
        (study(calibration="NONE"), study(calibration="NONE"), Reason.NO_AREA),
    ],
)
def test_what_may_not_be_compared(reference: Study | None, follow_up: Study, reason: Reason) -> None:
    found = compare(reference, follow_up)
    assert found == Change(
        Category.NOT_COMPARABLE, None, reason, reference.on if reference else None, None, D(10), False
    )


def test_computed_and_digital_x_ray_are_one_kind_of_picture() -> None:
    assert compare(study(modality="IMG_XRAY_CR"), study()).category is Category.NONE


def test_two_pictures_without_a_scale_tell_a_percentage_and_no_millimetres() -> None:
    bare = study(None, calibration="NONE", area_px=D(11767), length_mm=D(34))
    found = compare(bare, replace(bare, area_px=D(8529), length_mm=D(29)))
    assert (found.percent, found.category, found.is_relative_only) == (D("-27.5"), Category.PARTIAL, True)
    assert found.length_change_mm is None


def test_the_length_of_the_achilles_deposit() -> None:
    found = compare(study("218.0", length_mm=D("34.0")), study("158.0", length_mm=D("29.5")))
    assert found.length_change_mm == D("-4.5")
    assert compare(study(length_mm=D(3)), study()).length_change_mm is None
    assert compare(study(), study(length_mm=D(3))).length_change_mm is None


def test_the_largest_can_be_the_reference() -> None:
    studies = [study("980", 0), study("1060", 28), study("840", 84), study(None, 90)]
    assert largest(studies) == studies[1]
    assert largest([study("5", 9), study("5", 2)]) == study("5", 2)
    assert largest([study(None)]) is None
    assert largest([]) is None


def test_pixels_as_millimetres() -> None:
    factor = magnification(D(1100), D(1047))
    assert round(factor, 4) == D("1.0506")
    assert round(length_mm(D(1), D("0.143"), factor), 5) == D("0.13611")
    assert round(area_mm2(D(11767), D("0.143"), D("0.143"), factor), 1) == D("218.0")
    assert round(area_mm2(D(8529), D("0.143"), D("0.143"), factor), 1) == D("158.0")
    assert area_mm2(D(10), D(2), D(3), D(2)) == 15


@pytest.mark.parametrize(
    ("length", "size"),
    [("4.9", "SMALL"), ("5.0", "MEDIUM"), ("15.0", "MEDIUM"), ("15.1", "LARGE"), ("18.0", "LARGE")],
)
def test_bosworth(length: str, size: str) -> None:
    assert bosworth(D(length)) == f"BOSWORTH_{size}"


@pytest.mark.parametrize(
    ("mm", "other", "percent", "grade"),
    [
        ("6.5", "11.0", 59, 1),
        ("9.0", "11.0", 82, 0),
        ("75", "100", 75, 0),
        ("74.4", "100", 74, 1),
        ("50", "100", 50, 1),
        ("49.4", "100", 49, 2),
        ("25", "100", 25, 2),
        ("24.4", "100", 24, 3),
    ],
)
def test_sliding(mm: str, other: str, percent: int, grade: int) -> None:
    assert sliding(D(mm), D(other)) == (percent, grade)


def test_two_x_rays_close_together() -> None:
    assert is_too_soon(D0, D0 + timedelta(days=41))
    assert is_too_soon(D0 + timedelta(days=41), D0)
    assert not is_too_soon(D0, D0 + timedelta(days=42))
    assert not is_too_soon(D0, D0 + timedelta(days=112))


ORDER = [Category.COMPLETE, Category.SUBTOTAL, Category.MARKED, Category.PARTIAL, Category.NONE, Category.PROGRESSION]


@given(st.decimals(-100, 400, places=1), st.decimals(-100, 400, places=1), st.integers(1, 40))
def test_a_smaller_area_is_never_a_worse_category(one: Decimal, other: Decimal, error: int) -> None:
    low, high = sorted((one, other))
    assert ORDER.index(classified(low, D(1), D(error))) <= ORDER.index(classified(high, D(1), D(error)))
