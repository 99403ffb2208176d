"""How large is a pixel? What the header of a picture says about it, in order of trust; or a line of known length.

The order is that of a radiology viewer (Cornerstone, radiographic pixel spacing); the errors are our choice. Spacing of
pixels on a projection X-ray without a word of how it was calibrated is no scale: it may be at the detector or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import hypot, isfinite, sqrt
from typing import Any

Pair = tuple[float, float]
PROJECTION = frozenset({"CR", "DX", "RG", "RF", "XA", "MG", "PX", "IO"})
IN_THE_PATIENT = frozenset({"CT", "MR"})
CENTIMETRES = 3  # the code of a physical unit of an ultrasound region
SPACING_MM = (0.001, 20.0)
MAGNIFICATION = (1.0, 4.0)
# ± percent of an area. An outline is not drawn more exactly than this, whatever the scale.
DRAWN_ERROR = 10.0
DETECTOR_ERROR = 30.0  # a thing 12 % nearer the tube is larger by a quarter on the detector
LINE_END_PX = 1.0  # how exactly an end of a line is set
SHORTEST_LINE_PX = 20.0
LINE_MM = (0.5, 1_000.0)
REGION = ("left", "top", "right", "bottom", "unit_x", "unit_y", "delta_x", "delta_y")


class Kind(StrEnum):
    """The kinds of calibration that a picture itself may have; keys of the catalogue."""

    FIDUCIAL = "CALIBRATED_FIDUCIAL"
    GEOMETRY = "CALIBRATED_GEOMETRY"
    ERMF = "ERMF"
    DETECTOR_PLANE = "DETECTOR_PLANE"
    US_REGION = "US_REGION"
    PATIENT_PLANE = "PATIENT_PLANE"
    MANUAL_SCALE = "MANUAL_SCALE"


class LineFault(StrEnum):
    """Why a line is no scale."""

    TOO_SHORT = "TOO_SHORT"
    NO_LENGTH = "NO_LENGTH"


@dataclass(frozen=True)
class Region:
    """A part of an ultrasound picture, its last column and row included; deltas in its units for each pixel."""

    x0: int
    y0: int
    x1: int
    y1: int
    unit_x: int
    unit_y: int
    delta_x: float
    delta_y: float


@dataclass(frozen=True)
class Header:
    """What a DICOM header says of scale. Spacings are (row, column) in mm: the vertical one comes first."""

    modality: str = ""
    pixel_spacing: Pair | None = None
    calibration_type: str = ""
    imager_pixel_spacing: Pair | None = None
    magnification: float | None = None
    source_to_detector_mm: float | None = None
    source_to_patient_mm: float | None = None
    nominal_scanned_spacing: Pair | None = None
    regions: tuple[Region, ...] = field(default=())


@dataclass(frozen=True)
class Scale:
    """Millimetres of a pixel, as the magnification has been taken out; `box` (x0, y0, x1, y1): true only within it."""

    kind: Kind
    row_mm: float
    column_mm: float
    error_percent: float
    magnification: float | None = None
    box: tuple[int, int, int, int] | None = None


def header_of(facts: Mapping[str, Any]) -> Header:
    """From what is kept of the header of a file (cases/intake/facts.py); what is no number says nothing."""
    regions = map(region_of, facts.get("us_regions") or ())
    return Header(
        modality=str(facts.get("modality") or "").strip().upper(),
        pixel_spacing=pair(facts.get("pixel_spacing")),
        calibration_type=str(facts.get("calibration_type") or "").strip().upper(),
        imager_pixel_spacing=pair(facts.get("imager_spacing")),
        magnification=number(facts.get("magnification")),
        source_to_detector_mm=number(facts.get("source_to_detector_mm")),
        source_to_patient_mm=number(facts.get("source_to_patient_mm")),
        nominal_scanned_spacing=pair(facts.get("scanned_spacing")),
        regions=tuple(region for region in regions if region),
    )


def region_of(told: Mapping[str, Any]) -> Region | None:
    numbers = [each for name in REGION if (each := number(told.get(name))) is not None]
    if len(numbers) != len(REGION):
        return None
    left, top, right, bottom, unit_x, unit_y, delta_x, delta_y = numbers
    return Region(int(left), int(top), int(right), int(bottom), int(unit_x), int(unit_y), delta_x, delta_y)


def number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return float(value) if is_number else None


def pair(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    row, column = map(number, value)
    return (row, column) if row and column and min(row, column) > 0 else None


def candidates(header: Header) -> list[Scale]:
    """Every scale that a header gives, the most trusted first. None: pixels only, and no millimetres."""
    return [*calibrated(header), *at_the_detector(header), *by_ultrasound(header)]


def calibrated(header: Header) -> list[Scale]:
    """Pixel spacing, where it is said how it was calibrated or where it lies in the patient."""
    spacing = sound(header.pixel_spacing)
    if spacing is None:
        return []
    kinds = {"FIDUCIAL": Kind.FIDUCIAL, "GEOMETRY": Kind.GEOMETRY}
    kind = kinds.get(header.calibration_type.strip().upper())
    if kind is None and header.modality in IN_THE_PATIENT:
        kind = Kind.PATIENT_PLANE
    return [] if kind is None else [Scale(kind, *spacing, DRAWN_ERROR)]


def at_the_detector(header: Header) -> list[Scale]:
    """Spacing at the detector or of the film, with the magnification taken out where it is known; and as it is."""
    if header.modality not in PROJECTION:
        return []
    spacing = sound(header.imager_pixel_spacing) or sound(header.nominal_scanned_spacing)
    if spacing is None:
        return []
    found = [Scale(Kind.DETECTOR_PLANE, *spacing, DETECTOR_ERROR)]
    if factor := magnification_of(header):
        row, column = spacing
        found.insert(0, Scale(Kind.ERMF, tidy(row / factor), tidy(column / factor), DRAWN_ERROR, tidy(factor)))
    return found


def magnification_of(header: Header) -> float | None:
    """As stated; else from the spacing at the detector and in the patient; else from the distances."""
    if is_within(header.magnification, MAGNIFICATION):
        return header.magnification
    real, imager = sound(header.pixel_spacing), sound(header.imager_pixel_spacing)
    # Equal spacings say nothing: many machines copy the one into the other.
    if real and imager and is_within(imager[0] / real[0], MAGNIFICATION) and imager[0] != real[0]:
        return imager[0] / real[0]
    far, near = header.source_to_detector_mm, header.source_to_patient_mm
    if far and near and isfinite(far) and isfinite(near) and near > 0 and is_within(far / near, MAGNIFICATION):
        return far / near
    return None


def by_ultrasound(header: Header) -> list[Scale]:
    """The regions that are measured in centimetres both ways, the largest first."""
    found = []
    in_centimetres = [r for r in header.regions if r.unit_x == r.unit_y == CENTIMETRES and r.x1 > r.x0 and r.y1 > r.y0]
    for region in sorted(in_centimetres, key=lambda r: (r.x0 - r.x1) * (r.y1 - r.y0)):
        spacing = sound((abs(region.delta_y) * 10, abs(region.delta_x) * 10))
        if spacing:
            box = (region.x0, region.y0, region.x1 + 1, region.y1 + 1)
            found.append(Scale(Kind.US_REGION, tidy(spacing[0]), tidy(spacing[1]), DRAWN_ERROR, box=box))
    return found


def line_fault(start: Pair, end: Pair, length_mm: float) -> LineFault | None:
    """Why a line from (x, y) to (x, y) cannot tell the scale; None when it can."""
    if not is_within(length_mm, LINE_MM):
        return LineFault.NO_LENGTH
    return LineFault.TOO_SHORT if hypot(end[0] - start[0], end[1] - start[1]) < SHORTEST_LINE_PX else None


def of_line(start: Pair, end: Pair, length_mm: float, *, stretch: float = 1.0) -> Scale:
    """The scale of a line of known length. `stretch`: how many times higher than wide a pixel is.

    Each end may be off by a pixel; an area has twice the error of the length that it is scaled by.
    """
    across, down = end[0] - start[0], (end[1] - start[1]) * stretch
    column = length_mm / hypot(across, down)
    error = 2 * 100 * sqrt(2) * LINE_END_PX / hypot(end[0] - start[0], end[1] - start[1])
    return Scale(Kind.MANUAL_SCALE, tidy(column * stretch), tidy(column), max(DRAWN_ERROR, round(error, 1)))


def sound(spacing: Pair | None) -> Pair | None:
    """A spacing that can be one; else None."""
    return spacing if spacing and all(is_within(each, SPACING_MM) for each in spacing) else None


def is_within(value: float | None, limits: Pair) -> bool:
    return value is not None and isfinite(value) and limits[0] <= value <= limits[1]


def tidy(value: float) -> float:
    """To 0.000001 mm: what is kept is what is counted with."""
    return round(value, 6)
