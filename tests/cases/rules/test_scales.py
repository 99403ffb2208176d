import tomllib
from dataclasses import replace
from math import inf, isclose, nan
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.outlines import Spacing, distance_mm
from cases.rules.scales import Header, Kind, LineFault, Region, Scale, candidates, header_of, line_fault, of_line

IMAGER = (0.143, 0.143)
FILM = Header(modality="DX", imager_pixel_spacing=IMAGER)
BY_DISTANCE = replace(FILM, source_to_detector_mm=1100, source_to_patient_mm=1047)
REGION = Region(10, 20, 629, 439, 3, 3, 0.0065, 0.0065)
SCAN = Header(modality="US", regions=(REGION,))


def kinds(header: Header) -> list[Kind]:
    return [each.kind for each in candidates(header)]


def test_the_kinds_are_those_of_the_catalogue() -> None:
    listed = tomllib.loads((Path(settings.BASE_DIR) / "cases/catalogue/imaging.toml").read_text())["CALIBRATION"]
    assert {kind.value for kind in Kind} == set(listed) - {"REPORTED", "NONE"}


def test_every_source_of_a_film_in_order_of_trust() -> None:
    all_of_it = replace(BY_DISTANCE, pixel_spacing=(0.13, 0.13), calibration_type="FIDUCIAL", magnification=1.1)
    assert kinds(all_of_it) == [Kind.FIDUCIAL, Kind.ERMF, Kind.DETECTOR_PLANE]
    assert kinds(replace(all_of_it, calibration_type=" geometry")) == [Kind.GEOMETRY, Kind.ERMF, Kind.DETECTOR_PLANE]
    assert candidates(all_of_it)[1] == Scale(Kind.ERMF, 0.13, 0.13, 10, 1.1)


def test_the_achilles_film() -> None:
    best = candidates(BY_DISTANCE)[0]
    assert best == Scale(Kind.ERMF, 0.13611, 0.13611, 10.0, 1.050621)


@pytest.mark.parametrize(
    ("told", "factor"),
    [
        ({"magnification": 1.2}, 1.2),
        ({"magnification": 1.2, "pixel_spacing": (0.13, 0.13)}, 1.2),
        ({"pixel_spacing": (0.13, 0.13), "source_to_detector_mm": 1100.0, "source_to_patient_mm": 500.0}, 1.1),
        ({"pixel_spacing": IMAGER, "source_to_detector_mm": 1200.0, "source_to_patient_mm": 1000.0}, 1.2),
        ({"magnification": 0.9, "source_to_detector_mm": 1200.0, "source_to_patient_mm": 1000.0}, 1.2),
    ],
)
def test_where_the_magnification_comes_from(told, factor: float) -> None:
    best = candidates(replace(FILM, **told))[0]
    assert best.kind is Kind.ERMF
    assert isclose(best.magnification or 0, factor, rel_tol=1e-6)
    assert isclose(best.row_mm, 0.143 / factor, abs_tol=1e-6)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"pixel_spacing": IMAGER},
        {"pixel_spacing": (0.2, 0.2)},  # larger than at the detector: it cannot be in the patient
        {"magnification": 0.0},
        {"magnification": nan},
        {"magnification": 40.0},
        {"source_to_detector_mm": 1100.0},
        {"source_to_detector_mm": 1100.0, "source_to_patient_mm": 0.0},
        {"source_to_detector_mm": 1000.0, "source_to_patient_mm": 1100.0},
        {"source_to_detector_mm": inf, "source_to_patient_mm": 1100.0},
    ],
)
def test_a_film_without_magnification_is_true_at_the_detector_only(told) -> None:
    (only,) = candidates(replace(FILM, **told))
    assert only == Scale(Kind.DETECTOR_PLANE, 0.143, 0.143, 30.0)


@pytest.mark.parametrize("modality", ["CR", "DX", "XC", "OT", "US", ""])
def test_spacing_without_its_kind_is_no_scale(modality: str) -> None:
    for said in ("", "OTHER"):
        assert candidates(Header(modality=modality, pixel_spacing=(0.14, 0.14), calibration_type=said)) == []


@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_slices_are_measured_in_the_patient(modality: str) -> None:
    rows_first = Header(modality=modality, pixel_spacing=(0.7, 0.5))
    assert candidates(rows_first) == [Scale(Kind.PATIENT_PLANE, 0.7, 0.5, 10.0)]
    assert kinds(replace(rows_first, imager_pixel_spacing=IMAGER, magnification=1.1)) == [Kind.PATIENT_PLANE]


def test_digitised_film() -> None:
    film = Header(modality="CR", nominal_scanned_spacing=(0.1, 0.2), magnification=1.25)
    assert [(s.kind, s.row_mm, s.column_mm) for s in candidates(film)] == [
        (Kind.ERMF, 0.08, 0.16),
        (Kind.DETECTOR_PLANE, 0.1, 0.2),
    ]


@pytest.mark.parametrize("bad", [(0.0, 0.1), (0.1, -0.1), (nan, 0.1), (0.1, inf), (90.0, 90.0)])
def test_nonsense_is_no_scale(bad) -> None:
    assert candidates(Header(modality="CT", pixel_spacing=bad, calibration_type="FIDUCIAL")) == []
    assert candidates(Header(modality="DX", imager_pixel_spacing=bad, magnification=1.1)) == []


def test_ultrasound_by_its_regions() -> None:
    assert candidates(SCAN) == [Scale(Kind.US_REGION, 0.065, 0.065, 10.0, box=(10, 20, 630, 440))]
    seconds = replace(REGION, unit_x=4, x1=900)
    small = replace(REGION, x1=109, y1=119, delta_x=-0.01, delta_y=0.02)
    empty = replace(REGION, x1=10)
    found = candidates(replace(SCAN, regions=(small, seconds, empty, REGION, replace(REGION, delta_x=0.0))))
    assert [(s.row_mm, s.column_mm, s.box) for s in found] == [
        (0.065, 0.065, (10, 20, 630, 440)),
        (0.2, 0.1, (10, 20, 110, 120)),
    ]


def test_nothing_said_nothing_known() -> None:
    assert candidates(Header()) == []


@pytest.mark.parametrize(
    ("end", "length", "why"),
    [
        ((120.0, 100.0), 10.0, None),
        ((119.9, 100.0), 10.0, LineFault.TOO_SHORT),
        ((100.0, 100.0), 10.0, LineFault.TOO_SHORT),
        ((200.0, 100.0), 0.4, LineFault.NO_LENGTH),
        ((200.0, 100.0), 1001.0, LineFault.NO_LENGTH),
        ((200.0, 100.0), nan, LineFault.NO_LENGTH),
    ],
)
def test_lines_that_are_a_scale(end, length: float, why) -> None:
    assert line_fault((100.0, 100.0), end, length) == why


def test_a_line_of_known_length() -> None:
    assert of_line((0, 0), (300, 400), 50) == Scale(Kind.MANUAL_SCALE, 0.1, 0.1, 10.0)
    short = of_line((0, 0), (20, 0), 10)
    assert (short.row_mm, short.error_percent) == (0.5, 14.1)
    upright = of_line((0, 0), (0, 100), 20, stretch=2)
    assert (upright.row_mm, upright.column_mm) == (0.2, 0.1)


@given(
    st.tuples(st.floats(0, 2000), st.floats(0, 2000)),
    st.tuples(st.floats(0, 2000), st.floats(0, 2000)),
    st.floats(0.5, 1000),
    st.floats(0.5, 2),
)
def test_a_line_measures_as_long_as_it_was_said_to_be(start, end, length: float, stretch: float) -> None:
    if line_fault(start, end, length) is None:
        scale = of_line(start, end, length, stretch=stretch)
        back = distance_mm(start, end, Spacing(scale.row_mm, scale.column_mm, scale.error_percent))
        assert isclose(back, length, rel_tol=0.01)
        assert 10 <= scale.error_percent <= 14.2


KEPT = {
    "modality": "us",
    "pixel_spacing": [0.2, 0.1],
    "calibration_type": " geometry ",
    "imager_spacing": [0.3, 0.15],
    "magnification": 1.25,
    "source_to_detector_mm": 1250.0,
    "source_to_patient_mm": 1000,
    "scanned_spacing": [0.4, 0.4],
    "us_regions": [
        {
            "left": 1.0,
            "top": 2.0,
            "right": 30.0,
            "bottom": 40.0,
            "unit_x": 3.0,
            "unit_y": 3.0,
            "delta_x": 0.01,
            "delta_y": -0.02,
        },
        {"left": 1.0},
    ],
}


def test_a_header_is_read_from_what_is_kept_of_it() -> None:
    assert header_of(KEPT) == Header(
        modality="US",
        pixel_spacing=(0.2, 0.1),
        calibration_type="GEOMETRY",
        imager_pixel_spacing=(0.3, 0.15),
        magnification=1.25,
        source_to_detector_mm=1250,
        source_to_patient_mm=1000,
        nominal_scanned_spacing=(0.4, 0.4),
        regions=(Region(1, 2, 30, 40, 3, 3, 0.01, -0.02),),
    )


@pytest.mark.parametrize("odd", [None, "0.2", True, nan, inf, [], {}, [0.2], [0.2, "x"], [0.2, -1], [0.2, nan]])
def test_what_is_no_number_says_nothing(odd: object) -> None:
    names = ("pixel_spacing", "imager_spacing", "magnification", "source_to_detector_mm", "scanned_spacing")
    assert header_of(dict.fromkeys(names, odd)) == Header()
    regions = [{**KEPT["us_regions"][0], "delta_x": odd}]  # type: ignore[index]
    assert header_of({"us_regions": regions}) == Header()
