"""Pictures of nobody: DICOM with shapes of known size, known spacing and magnification, and noise from a fixed seed.

What is measured on them is known beforehand. The Achilles pictures of the demo are such phantoms.
"""

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import copysign, cos, pi, radians, sin
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, UltrasoundImageStorage

from cases.rules.outlines import area_px

Outline = list[tuple[float, float]]
Grid = np.ndarray[Any, np.dtype[np.float64]]

DETECTOR_MM, DETECTOR_FROM_SOURCE_MM, PATIENT_FROM_SOURCE_MM = 0.143, 1100.0, 1047.0
XRAY_MM = DETECTOR_MM / (DETECTOR_FROM_SOURCE_MM / PATIENT_FROM_SOURCE_MM)
ULTRASOUND_MM = 0.065
FINER = 8
CONTOUR_POINTS = 96
THINNEST, FULLEST = 0.7, 12.0
OURS = uuid.UUID("6f1d8f0e-52b5-4b8f-9d5a-3d1c3a5d7b10")


@dataclass(frozen=True)
class Person:
    """Whose picture it says it is: the fictional patient of the demo."""

    name: str = "Ellery^Marcus"
    number: str = "9991001018"
    born_on: date = date(1985, 5, 12)
    sex: str = "M"


@dataclass(frozen=True)
class Deposit:
    """A shape by its two axes and its area in mm²; turned by degrees, its middle at a share of the columns and rows."""

    length_mm: float
    width_mm: float
    area_mm2: float
    turned: float = 0.0
    middle: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True)
class Lump:
    """A shape by its corners in mm about its middle, which lies at a share of the columns and rows."""

    corners: tuple[tuple[float, float], ...]
    turned: float = 0.0
    middle: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True)
class Phantom:
    """A picture as a file, with the true outline of what is on it in columns and rows, and the true area."""

    data: bytes
    outline: Outline
    area_px: float
    area_mm2: float
    row_mm: float
    column_mm: float
    samples: Any = field(repr=False, default=None)


# The axes and areas of the worked example; of the ultrasound, which lists no area, that of an ellipse.
ACHILLES = {
    "xray_before": Deposit(34.0, 9.0, 218.0, turned=81, middle=(0.635, 0.40)),
    "ultrasound_before": Deposit(31.5, 8.2, pi / 4 * 31.5 * 8.2, turned=2, middle=(0.5, 0.29)),
    "xray_after": Deposit(29.5, 7.4, 158.0, turned=81, middle=(0.635, 0.40)),
    "ultrasound_after": Deposit(28.9, 7.1, pi / 4 * 28.9 * 7.1, turned=2, middle=(0.5, 0.29)),
}


def achilles(which: str, taken_on: date, person: Person = Person()) -> Phantom:
    """One of the four Achilles pictures, as the clinic would be sent it."""
    make = xray if which.startswith("xray") else ultrasound
    return make(ACHILLES[which], taken_on=taken_on, person=person, seed=sorted(ACHILLES).index(which))


def xray(
    deposit: Deposit | Lump,
    *,
    taken_on: date,
    person: Person = Person(),
    seed: int = 0,
    rows: int = 1400,
    columns: int = 1100,
) -> Phantom:
    """A lateral ankle on a 12-bit detector, larger than life by the distances from the source."""
    outline = contour(deposit, rows, columns, XRAY_MM, XRAY_MM)
    random = np.random.default_rng(seed)
    picture = ankle(rows, columns)
    chalk = covered(outline, rows, columns)
    picture += chalk * (900 + 120 * waves(rows, columns, random))
    picture += random.normal(0, 22, picture.shape)
    samples = np.clip(picture, 0, 4095).astype("<u2")
    told = header("DX", DigitalXRayImageStorageForPresentation, taken_on, person, seed)
    told.BodyPartExamined, told.Laterality, told.ImageLaterality, told.ViewPosition = "ANKLE", "R", "R", "LATERAL"
    told.ImagerPixelSpacing = [DETECTOR_MM, DETECTOR_MM]
    told.DistanceSourceToDetector, told.DistanceSourceToPatient = DETECTOR_FROM_SOURCE_MM, PATIENT_FROM_SOURCE_MM
    told.WindowCenter, told.WindowWidth = 1900, 3200
    told.PresentationIntentType, told.PixelIntensityRelationship = "FOR PRESENTATION", "LOG"
    return finished(told, samples, 12, outline, XRAY_MM)


def ultrasound(
    deposit: Deposit | Lump,
    *,
    taken_on: date,
    person: Person = Person(),
    seed: int = 0,
    rows: int = 520,
    columns: int = 700,
) -> Phantom:
    """A tendon from the side, with an echo and its shadow, in a region that says how large its pixels are."""
    outline = contour(deposit, rows, columns, ULTRASOUND_MM, ULTRASOUND_MM)
    random = np.random.default_rng(seed)
    picture = tendon(rows, columns)
    echo = covered(outline, rows, columns)
    below = np.maximum.accumulate(echo, axis=0) * (1 - echo)
    picture = picture * (1 - 0.75 * below) * (1 - echo) + 205 * echo
    picture *= random.rayleigh(0.16, picture.shape) + 0.8
    picture[:20] = picture[-20:] = 0
    picture[:, :20] = picture[:, -20:] = 0
    samples = np.clip(picture, 0, 255).astype("u1")
    told = header("US", UltrasoundImageStorage, taken_on, person, seed)
    told.BodyPartExamined, told.Laterality, told.ImageType = "ANKLE", "R", ["ORIGINAL", "PRIMARY", "TENDON"]
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 20, 20
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = columns - 21, rows - 21
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = ULTRASOUND_MM / 10
    told.SequenceOfUltrasoundRegions = [region]
    told.WindowCenter, told.WindowWidth = 128, 256
    return finished(told, samples, 8, outline, ULTRASOUND_MM)


def contour(deposit: Deposit | Lump, rows: int, columns: int, row_mm: float, column_mm: float) -> Outline:
    """The outline of a shape in columns and rows."""
    shape = fitting(deposit) if isinstance(deposit, Deposit) else list(deposit.corners)
    turned, (right, down) = radians(deposit.turned), deposit.middle
    return [
        (
            right * columns + (x * cos(turned) - y * sin(turned)) / column_mm,
            down * rows + (x * sin(turned) + y * cos(turned)) / row_mm,
        )
        for x, y in shape
    ]


def fitting(deposit: Deposit) -> Outline:
    """About its middle, in mm: the polygon itself has the deposit’s area."""
    thin, full = THINNEST, FULLEST
    for _ in range(60):  # the fuller the shape, the larger
        power = (thin + full) / 2
        thin, full = (power, full) if area_px(rounded_shape(deposit, power)) < deposit.area_mm2 else (thin, power)
    return rounded_shape(deposit, power)


def rounded_shape(deposit: Deposit, power: float) -> Outline:
    """From a lozenge over an ellipse (2) to a box, both axes exact: |x/a|ⁿ + |y/b|ⁿ = 1, in mm about its middle."""
    around = [2 * pi * n / CONTOUR_POINTS for n in range(CONTOUR_POINTS)]
    half, across = deposit.length_mm / 2, deposit.width_mm / 2
    return [(half * bent(cos(a), 2 / power), across * bent(sin(a), 2 / power)) for a in around]


def bent(value: float, power: float) -> float:
    return copysign(abs(value) ** power, value) if abs(value) > 1e-12 else 0.0


def covered(outline: Sequence[tuple[float, float]], rows: int, columns: int) -> Grid:
    """How much of each pixel lies within an outline, 0 to 1: exact along lines that lie FINER to a row."""
    shape = np.zeros((rows, columns))
    edges = list(zip(outline, [*outline[1:], outline[0]], strict=True))
    left = np.arange(columns)
    top, bottom = (int(most(y for _, y in outline) * FINER) for most in (min, max))
    for at in range(max(top, 0), min(bottom + 1, rows * FINER)):
        y = (at + 0.5) / FINER
        cuts = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges if (a[1] <= y) != (b[1] <= y))
        for enters, leaves in zip(cuts[::2], cuts[1::2], strict=True):
            shape[at // FINER] += np.clip(np.minimum(leaves, left + 1) - np.maximum(enters, left), 0, 1) / FINER
    return shape


def ankle(rows: int, columns: int) -> Grid:
    """A leg seen from the side in greys of 12 bits: air, soft tissue, a tibia, a heel, and the tendon behind."""
    across, down = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    heel = 0.30 * soft(down, 0.72, 0.08)
    leg = within(across, 0.20 - heel * 0.5, 0.72 + heel * 0.35, 0.012) * soft(0.97 - down, 0, 0.01)
    foot = within(across, 0.02, 0.80, 0.02) * within(down, 0.74, 0.95, 0.015)
    tissue = np.maximum(leg, foot)
    shin = within(across, 0.27 - 0.02 * down, 0.45 + 0.02 * down, 0.008) * soft(0.66 - down, 0, 0.008)
    marrow = within(across, 0.30, 0.42, 0.015) * soft(0.60 - down, 0, 0.02)
    ball = blob(across, down, 0.38, 0.72, 0.13, 0.055)
    bone = np.maximum.reduce([shin, ball, blob(across, down, 0.60, 0.82, 0.15, 0.075)])
    behind = within(across, 0.585 + 0.05 * down, 0.655 + 0.05 * down, 0.008) * soft(0.80 - down, 0, 0.02)
    return 180 + tissue * (900 + 260 * np.cos((across - 0.45) * 3)) + bone * 1050 - marrow * 380 + behind * tissue * 170


def tendon(rows: int, columns: int) -> Grid:
    """Skin, fat, fibres and a bright bone, in greys of 8 bits."""
    across, down = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    fibres = within(down, 0.13, 0.57, 0.01) * (105 + 45 * np.sin(down * 210 + np.sin(across * 7)))
    skin = within(down, 0.04, 0.08, 0.01) * 130
    bone = within(down, 0.84 + 0.03 * np.cos(across * 5), 0.87 + 0.03 * np.cos(across * 5), 0.008) * 220
    return 42 * (1.15 - down) + fibres + skin + bone


def waves(rows: int, columns: int, random: np.random.Generator) -> Grid:
    """Slow unevenness, about −1 to 1."""
    coarse = random.uniform(-1, 1, (max(rows // 24, 2), max(columns // 24, 2)))
    return np.asarray(
        Image.fromarray(coarse.astype("f4")).resize((columns, rows), Image.Resampling.BICUBIC), dtype=float
    )


def soft(value: Grid, edge: float, over: float) -> Grid:
    return 1 / (1 + np.exp(np.clip(-(value - edge) / over * 4, -60, 60)))


def within(value: Grid, low: Grid | float, high: Grid | float, over: float) -> Grid:
    return soft(value - low, 0, over) * soft(high - value, 0, over)


def blob(across: Grid, down: Grid, x: float, y: float, wide: float, high: float) -> Grid:
    return soft(1 - np.hypot((across - x) / wide, (down - y) / high), 0, 0.06)


def header(modality: str, kind: str, taken_on: date, person: Person, seed: int) -> Dataset:
    """Whose it is, when and what; its numbers follow from what it is, so that it is the same each time."""
    told = Dataset()
    told.file_meta = FileMetaDataset()
    told.SOPClassUID, told.Modality, told.Manufacturer = kind, modality, "Phantom of the casebook"
    named = f"{person.number} {taken_on} {modality} {seed}"
    told.StudyInstanceUID, told.SeriesInstanceUID, told.SOPInstanceUID = (uid(f"{named} {n}") for n in range(3))
    told.PatientName, told.PatientID, told.PatientSex = person.name, person.number, person.sex
    told.PatientBirthDate = f"{person.born_on:%Y%m%d}"
    told.StudyDate = told.SeriesDate = told.AcquisitionDate = told.ContentDate = f"{taken_on:%Y%m%d}"
    told.StudyTime = told.ContentTime = "101500"
    told.StudyID, told.AccessionNumber, told.SeriesNumber, told.InstanceNumber = "1", "", 1, 1
    told.BurnedInAnnotation, told.LossyImageCompression, told.ReferringPhysicianName = "NO", "00", ""
    told.SpecificCharacterSet = "ISO_IR 192"
    return told


def uid(named: str) -> str:
    return f"2.25.{uuid.uuid5(OURS, named).int}"


def finished(told: Dataset, samples: Any, bits: int, outline: Outline, spacing_mm: float) -> Phantom:
    told.Rows, told.Columns = samples.shape
    told.SamplesPerPixel, told.PhotometricInterpretation, told.PixelRepresentation = 1, "MONOCHROME2", 0
    told.BitsAllocated, told.BitsStored, told.HighBit = samples.dtype.itemsize * 8, bits, bits - 1
    told.RescaleIntercept, told.RescaleSlope, told.RescaleType = 0, 1, "US"
    told.PixelData = samples.tobytes()
    told.file_meta.MediaStorageSOPClassUID, told.file_meta.MediaStorageSOPInstanceUID = (
        told.SOPClassUID,
        told.SOPInstanceUID,
    )
    told.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = io.BytesIO()
    told.save_as(made, enforce_file_format=True)
    pixels = area_px(outline)
    return Phantom(made.getvalue(), outline, pixels, pixels * spacing_mm**2, spacing_mm, spacing_mm, samples)
