"""What a file of a picture says of itself, in our codes; whether it speaks of the person and side of the record.

All of it is offered to whoever receives the picture, and believed by nobody.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from cases.rules.identity import plain

# DICOM CID 29 to the catalogue; where one code of theirs is several of ours, the usual one.
MODALITIES: Mapping[str, str] = {
    "CR": "IMG_XRAY_CR",
    "DX": "IMG_XRAY_DX",
    "RG": "IMG_XRAY_CR",
    "US": "IMG_US",
    "MR": "IMG_MR",
    "CT": "IMG_CT",
    "NM": "IMG_NM_BONESCAN",
    "RF": "IMG_FLUORO",
    "XA": "IMG_FLUORO",
    "XC": "IMG_PHOTO",
}
PROJECTIONS = frozenset({"CR", "DX", "RG", "RF", "XA"})
# DICOM PS3.16 Annex L beside the catalogue's own codes: other words for the same part.
PARTS: Mapping[str, str] = {
    "HEEL": "CALCANEUS",
    "ACHILLES": "ANKLE",
    "LEG": "LOWERLEG",
    "TIBIAFIBULA": "LOWERLEG",
    "TIBFIB": "LOWERLEG",
    "HUMERUS": "UPPERARM",
    "FEMUR": "THIGH",
    "SSPINE": "LSPINE",
    "CLAVICLE": "SHOULDER",
    "SCAPULA": "SHOULDER",
    "PATELLA": "KNEE",
    "FINGER": "HAND",
    "THUMB": "HAND",
    "TOE": "FOOT",
    "ELBOWJOINT": "ELBOW",
    "ANKLEJOINT": "ANKLE",
}
SIDES: Mapping[str, str] = {"L": "LEFT", "R": "RIGHT", "B": "BILATERAL"}
VIEWS: Mapping[str, str] = {"AP": "XR_AP", "PA": "XR_PA", "LL": "XR_LATERAL", "RL": "XR_LATERAL", "LAT": "XR_LATERAL"}
VIEW_CODES: Mapping[str, str] = {  # SNOMED CT, DICOM CID 4010
    "399348003": "XR_AP",
    "272479007": "XR_PA",
    "399067008": "XR_LATERAL",
    "399260004": "XR_LATERAL",
    "399352003": "XR_LATERAL",
    "399198007": "XR_LATERAL",
    "399173006": "XR_LATERAL",
    "399182000": "XR_OBLIQUE",
}
CENTIMETRES = 3  # DICOM PS3.3 C.8.5.5.1.15
NAME, BIRTH_DATE, SEX, SIDE = "name", "birth_date", "sex", "side"


@dataclass(frozen=True)
class Scaling:
    """One way in which pixels become millimetres in the patient: its kind as a code of the catalogue, mm from row to
    row and from column to column, the magnification that was taken out, and the error in percent of a length.
    """

    kind: str
    row_mm: float
    column_mm: float
    error_percent: float
    magnification: float | None = None


@dataclass(frozen=True)
class Offered:
    """What a file says, in our codes; "" or None where it does not say, or says what we have no code for."""

    taken_on: date | None = None
    modality: str = ""
    region: str = ""
    side: str = ""
    view: str = ""
    scalings: tuple[Scaling, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the record says: all names under which somebody is known, as (given, family)."""

    names: tuple[tuple[str, str], ...]
    born_on: date
    sex: str
    side: str


def offered(facts: Mapping[str, Any], regions: Mapping[str, str]) -> Offered:
    """`regions` are our codes by those of DICOM."""
    view = VIEW_CODES.get(code_of(facts, "view_code"), "") or VIEWS.get(letters(facts.get("view_position")), "")
    part = letters(facts.get("body_part"))
    return Offered(
        taken_on=day_of(facts),
        modality=MODALITIES.get(letters(facts.get("modality")), ""),
        region=regions.get(part, "") or regions.get(PARTS.get(part, ""), ""),
        side=side_of(facts),
        view=view,
        scalings=scalings(facts),
    )


def day_of(facts: Mapping[str, Any]) -> date | None:
    """When it was taken: of the acquisition, and else of the study (C 3.8)."""
    names = ("acquisition_date", "study_date", "series_date", "content_date")
    return next(filter(None, (day(facts.get(name)) for name in names)), None)


def day(text: Any) -> date | None:
    digits = re.sub(r"[.\-]", "", str(text or ""))[:8]
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def side_of(facts: Mapping[str, Any]) -> str:
    told = (letters(facts.get(name)) for name in ("image_laterality", "frame_laterality", "laterality"))
    return next((SIDES[side] for side in told if side in SIDES), "")


def letters(text: Any) -> str:
    return re.sub(r"[^A-Z0-9]", "", str(text or "").upper())


def code_of(facts: Mapping[str, Any], name: str) -> str:
    found = facts.get(name)
    return str(found[1]) if isinstance(found, list | tuple) and len(found) == 3 else ""


def differences(facts: Mapping[str, Any], known: Known) -> tuple[tuple[str, ...], bool]:
    """In what a file speaks of another person or side; and whether it speaks of a person at all.

    Another number of the patient is no difference: each hospital has its own.
    """
    name, born, sex = facts.get("name"), day(facts.get("birth_date")), letters(facts.get("sex"))
    is_named = bool(words(name))
    found = []
    if is_named and not any(is_same_name(str(name), *each) for each in known.names):
        found.append(NAME)
    if born is not None and born != known.born_on:
        found.append(BIRTH_DATE)
    if {sex, known.sex[:1]} == {"M", "F"}:
        found.append(SEX)
    side = side_of(facts)
    if side in ("LEFT", "RIGHT") and known.side in ("LEFT", "RIGHT") and side != known.side:
        found.append(SIDE)
    return tuple(found), is_named or born is not None


def is_same_name(told: str, given: str, family: str) -> bool:
    """Whether FAMILY^GIVEN (or the two in any order) names this person, but for case, accents, one slip of the hand,
    and further given names.
    """
    said = words(told)
    wanted = [*words(given)[:1], *words(family)]
    joined = plain("".join(said))
    return all(any(near(word, each) for each in said) for word in wanted) or joined in (
        plain(family + given),
        plain(given + family),
    )


def words(text: Any) -> list[str]:
    """The words of a name: what is written in letters first, of several alphabets the first that has any."""
    groups = [group for group in str(text or "").split("=") if plain(group)]
    return [plain(word) for word in re.split(r"[\^\s\-]+", groups[0]) if plain(word)] if groups else []


def near(one: str, other: str) -> bool:
    slips = 0 if max(len(one), len(other)) < 5 else 1
    return DamerauLevenshtein.distance(one, other, score_cutoff=slips) <= slips


def scalings(facts: Mapping[str, Any]) -> tuple[Scaling, ...]:
    """How the pixels of this file may become millimetres, the most trusted first (C 3.8). Empty where none is known."""
    modality = letters(facts.get("modality"))
    found = of_ultrasound(facts) if modality == "US" else []
    pixel, imager = pair(facts.get("pixel_spacing")), pair(facts.get("imager_spacing"))
    if modality in ("CT", "MR") and pixel:
        found.append(Scaling("PATIENT_PLANE", *pixel, 1.0))
    if modality in PROJECTIONS:
        found += of_projection(facts, pixel, imager)
    return tuple(each for each in found if all(0.001 <= mm <= 10 for mm in (each.row_mm, each.column_mm)))


def of_ultrasound(facts: Mapping[str, Any]) -> list[Scaling]:
    """A region of tissue whose pixels are told in centimetres; where regions differ, none is offered."""
    sizes: set[tuple[float, float]] = set()
    for region in facts.get("us_regions") or []:
        units = region.get("unit_x"), region.get("unit_y")
        deltas = number(region.get("delta_y")), number(region.get("delta_x"))
        if units == (CENTIMETRES, CENTIMETRES) and all(deltas):
            down, across = (round(abs(delta or 0.0) * 10, 8) for delta in deltas)
            sizes.add((down, across))
    if len(sizes) != 1:
        return []
    ((row, column),) = sizes
    return [Scaling("US_REGION", row, column, 2.0)]


def of_projection(
    facts: Mapping[str, Any], pixel: tuple[float, float] | None, imager: tuple[float, float] | None
) -> list[Scaling]:
    """Lengths at the detector are too long by the magnification, which holds for one depth only."""
    found = []
    kind = letters(facts.get("calibration_type"))
    if pixel and kind in ("FIDUCIAL", "GEOMETRY"):
        found.append(Scaling(f"CALIBRATED_{kind}", *pixel, 2.0 if kind == "FIDUCIAL" else 5.0))
    factor = magnification(facts, pixel if kind else None, imager)
    if imager and factor:
        found.append(Scaling("ERMF", imager[0] / factor, imager[1] / factor, 5.0, factor))
    if imager:
        found.append(Scaling("DETECTOR_PLANE", *imager, 10.0))
    return found


def magnification(
    facts: Mapping[str, Any], pixel: tuple[float, float] | None, imager: tuple[float, float] | None
) -> float | None:
    """As told; or how much smaller a pixel is in the patient than at the detector; or by the distances of the tube."""
    detector, patient = number(facts.get("source_to_detector_mm")), number(facts.get("source_to_patient_mm"))
    ways = (
        number(facts.get("magnification")),
        imager[0] / pixel[0] if imager and pixel else None,
        detector / patient if detector and patient else None,
    )
    return next((round(way, 5) for way in ways if way and 1 <= way <= 5), None)


def number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None


def pair(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    row, column = map(number, value)
    return (row, column) if row and column and min(row, column) > 0 else None
