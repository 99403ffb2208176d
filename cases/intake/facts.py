"""What a DICOM file says of itself, as plain values: of whom, when, of what, from where, how large a pixel is."""

import math
from typing import Any

from pydicom.dataset import Dataset

LONGEST = 200
TEXTS = {
    "name": "PatientName",
    "birth_date": "PatientBirthDate",
    "sex": "PatientSex",
    "patient_id": "PatientID",
    "patient_id_issuer": "IssuerOfPatientID",
    "study_date": "StudyDate",
    "series_date": "SeriesDate",
    "acquisition_date": "AcquisitionDate",
    "content_date": "ContentDate",
    "accession_number": "AccessionNumber",
    "modality": "Modality",
    "body_part": "BodyPartExamined",
    "laterality": "Laterality",
    "image_laterality": "ImageLaterality",
    "frame_laterality": "FrameLaterality",
    "view_position": "ViewPosition",
    "study_description": "StudyDescription",
    "series_description": "SeriesDescription",
    "institution": "InstitutionName",
    "maker": "Manufacturer",
    "model": "ManufacturerModelName",
    "calibration_type": "PixelSpacingCalibrationType",
    "calibration_description": "PixelSpacingCalibrationDescription",
    "burned_in": "BurnedInAnnotation",
    "is_lossy": "LossyImageCompression",
}
NUMBERS = {
    "magnification": "EstimatedRadiographicMagnificationFactor",
    "source_to_detector_mm": "DistanceSourceToDetector",
    "source_to_patient_mm": "DistanceSourceToPatient",
    "slice_thickness_mm": "SliceThickness",
    "slice_spacing_mm": "SpacingBetweenSlices",
}
# Two numbers in mm: from row to row first, then from column to column.
PAIRS = {
    "pixel_spacing": "PixelSpacing",
    "imager_spacing": "ImagerPixelSpacing",
    "scanned_spacing": "NominalScannedPixelSpacing",
}
CODES = {"region_code": "AnatomicRegionSequence", "view_code": "ViewCodeSequence"}
MOST_REGIONS = 16
US_REGION = {
    "left": "RegionLocationMinX0",
    "top": "RegionLocationMinY0",
    "right": "RegionLocationMaxX1",
    "bottom": "RegionLocationMaxY1",
    "kind": "RegionSpatialFormat",
    "data": "RegionDataType",
    "unit_x": "PhysicalUnitsXDirection",
    "unit_y": "PhysicalUnitsYDirection",
    "delta_x": "PhysicalDeltaX",
    "delta_y": "PhysicalDeltaY",
}


def facts_of(dataset: Dataset) -> dict[str, Any]:
    """Only what the file says: what is missing or unreadable is left out."""
    told: dict[str, Any] = {key: text_in(dataset, name) for key, name in TEXTS.items()}
    told |= {key: number_in(dataset, name) for key, name in NUMBERS.items()}
    told |= {key: pair_in(dataset, name) for key, name in PAIRS.items()}
    told |= {key: code_in(dataset, name) for key, name in CODES.items()}
    told["pixel_spacing"] = told["pixel_spacing"] or pair_in(measures_of(dataset), "PixelSpacing")
    told["us_regions"] = [
        {key: number_in(region, name) for key, name in US_REGION.items()}
        for region in items_in(dataset, "SequenceOfUltrasoundRegions")[:MOST_REGIONS]
    ]
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def value_in(dataset: Dataset, name: str) -> Any:
    try:
        return dataset.get(name)
    except (RecursionError, MemoryError):
        raise
    except Exception:  # one value that cannot be read says nothing of the others
        return None


def text_in(dataset: Dataset, name: str) -> str:
    """What prints of it."""
    found = value_in(dataset, name)
    text = "" if found is None else str(found)
    return "".join(letter for letter in text if letter.isprintable()).strip()[:LONGEST]


def number_in(dataset: Dataset, name: str) -> float | None:
    """The first, where there are several."""
    return next(iter(numbers_in(dataset, name)), None)


def numbers_in(dataset: Dataset, name: str) -> list[float]:
    found = value_in(dataset, name)
    if found is None or (isinstance(found, str) and not found):
        return []
    several = [found] if isinstance(found, str | int | float) else found
    try:
        numbers = [float(each) for each in list(several)[:4]]
    except (TypeError, ValueError):
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def pair_in(dataset: Dataset, name: str) -> list[float] | None:
    numbers = numbers_in(dataset, name)
    return numbers if len(numbers) == 2 and min(numbers) > 0 else None


def items_in(dataset: Dataset, name: str) -> list[Dataset]:
    found = value_in(dataset, name)
    return list(found) if found and all(isinstance(each, Dataset) for each in found) else []


def code_in(dataset: Dataset, name: str) -> list[str] | None:
    """A coded concept: its scheme, its code, its words."""
    item = next(iter(items_in(dataset, name)), None)
    if item is None:
        return None
    return [text_in(item, part) for part in ("CodingSchemeDesignator", "CodeValue", "CodeMeaning")]


def measures_of(dataset: Dataset) -> Dataset:
    """Where an enhanced file says how large a pixel is."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in items_in(dataset, groups)[:1]:
            for measures in items_in(group, "PixelMeasuresSequence")[:1]:
                return measures
    return Dataset()
