"""Phantoms are as large as they say, and the same each time."""

import io
from datetime import date
from decimal import Decimal
from math import isclose, pi

import numpy as np
import pydicom
import pytest

from cases.rules.outlines import Spacing, area_px, fault, size
from cases.rules.scales import Header, Kind, Region, candidates
from treatments.demo.phantoms import ACHILLES, Deposit, Lump, achilles, contour, covered, ultrasound, xray

D = Decimal
ON = date(2026, 1, 5)
SIZES = {
    "xray_before": ("34.0", "9.0", "218.0"),
    "ultrasound_before": ("31.5", "8.2", "202.9"),
    "xray_after": ("29.5", "7.4", "158.0"),
    "ultrasound_after": ("28.9", "7.1", "161.2"),
}


@pytest.mark.parametrize("which", ACHILLES)
def test_an_outline_along_the_true_contour_measures_what_is_told(which: str) -> None:
    made = achilles(which, ON)
    read = pydicom.dcmread(io.BytesIO(made.data))
    scale = candidates(header_of(read))[0]
    assert fault(made.outline, rows=read.Rows, columns=read.Columns) is None
    told = size(made.outline, Spacing(scale.row_mm, scale.column_mm, scale.error_percent))
    assert (told.length_mm, told.width_mm, told.area_mm2) == tuple(D(each) for each in SIZES[which])
    assert isclose(made.area_mm2, float(SIZES[which][2]), abs_tol=0.06)


def header_of(read: pydicom.Dataset) -> Header:
    regions = tuple(
        Region(
            *(r.RegionLocationMinX0, r.RegionLocationMinY0, r.RegionLocationMaxX1, r.RegionLocationMaxY1),
            *(r.PhysicalUnitsXDirection, r.PhysicalUnitsYDirection, r.PhysicalDeltaX, r.PhysicalDeltaY),
        )
        for r in read.get("SequenceOfUltrasoundRegions", [])
    )
    return Header(
        modality=read.Modality,
        imager_pixel_spacing=tuple(float(v) for v in read.get("ImagerPixelSpacing", [])) or None,  # type: ignore[arg-type]
        source_to_detector_mm=read.get("DistanceSourceToDetector"),
        source_to_patient_mm=read.get("DistanceSourceToPatient"),
        regions=regions,
    )


def test_the_header_of_the_x_ray_is_that_of_the_worked_example() -> None:
    read = pydicom.dcmread(io.BytesIO(achilles("xray_before", ON).data))
    assert (read.Modality, read.BodyPartExamined, read.Laterality, read.ViewPosition) == ("DX", "ANKLE", "R", "LATERAL")
    assert (read.ImagerPixelSpacing, read.DistanceSourceToDetector, read.DistanceSourceToPatient) == (
        [0.143] * 2,
        1100,
        1047,
    )
    assert "PixelSpacing" not in read
    assert (read.BitsStored, read.HighBit, read.PixelRepresentation) == (12, 11, 0)
    assert (str(read.PatientName), read.PatientID, read.PatientBirthDate) == ("Ellery^Marcus", "9991001018", "19850512")
    assert read.StudyDate == "20260105"
    assert candidates(header_of(read))[0].kind is Kind.ERMF


@pytest.mark.parametrize("make", [xray, ultrasound])
def test_pixels_show_the_shape_where_its_outline_lies(make) -> None:
    deposit = Deposit(9, 5, 30, turned=30, middle=(0.5, 0.5))
    with_it = make(deposit, taken_on=ON, seed=7, rows=240, columns=300)
    without = make(Deposit(9, 5, 30, middle=(9, 0.5)), taken_on=ON, seed=7, rows=240, columns=300)
    inside = covered(with_it.outline, 240, 300) > 0.99
    apart = np.abs(with_it.samples.astype(float) - without.samples.astype(float))
    assert apart[inside].mean() > 5 * max(apart[: 240 // 4].mean(), 1)
    assert isclose(covered(with_it.outline, 240, 300).sum(), with_it.area_px, rel_tol=1e-3)
    read = pydicom.dcmread(io.BytesIO(with_it.data)).pixel_array
    assert (read == with_it.samples).all()


@pytest.mark.parametrize(
    ("length", "width", "area"), [(20, 10, pi / 4 * 200), (20, 10, 120), (20, 10, 180), (30, 3, 66), (5, 4, 15.5)]
)
@pytest.mark.parametrize("spacing", [(0.1, 0.1), (0.2, 0.1), (0.1, 0.25)])
def test_a_contour_has_its_area_however_pixels_are_shaped(length, width, area, spacing) -> None:
    points = contour(Deposit(length, width, area, turned=20), 600, 800, *spacing)
    told = size(points, Spacing(*spacing, 10))
    assert isclose(float(told.area_mm2 or 0), area, abs_tol=0.06)
    assert isclose(float(told.length_mm or 0), length, rel_tol=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_corners_of_any_shape(seed: int) -> None:
    random = np.random.default_rng(seed)
    reach = random.uniform(2, 6, int(random.integers(5, 30)))
    around = np.arange(len(reach)) * 2 * pi / len(reach)
    corners = tuple(zip((reach * np.cos(around)).tolist(), (reach * np.sin(around)).tolist(), strict=True))
    made = xray(Lump(corners, turned=40), taken_on=ON, seed=seed, rows=160, columns=200)
    spacing = Spacing(made.row_mm, made.column_mm, 10)
    assert isclose(float(size(made.outline, spacing).area_mm2 or 0), area_px(corners), abs_tol=0.06)
    assert isclose(covered(made.outline, 160, 200).sum(), made.area_px, rel_tol=2e-3)
    assert fault(made.outline, rows=160, columns=200) is None


def test_the_same_each_time_and_another_for_another_seed() -> None:
    small = {"rows": 200, "columns": 240, "taken_on": ON}
    deposit = Deposit(9, 5, 30)
    assert xray(deposit, seed=1, **small).data == xray(deposit, seed=1, **small).data
    assert xray(deposit, seed=1, **small).data != xray(deposit, seed=2, **small).data
