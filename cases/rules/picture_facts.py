"""What a file of a picture says of itself, in our codes; whether it speaks of the person and side of the record.

All of it is offered to whoever receives the picture, and believed by nobody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from cases.rules.identity import plain
from cases.rules.scales import Scale, candidates, header_of

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
NAME, BIRTH_DATE, SEX, SIDE = "name", "birth_date", "sex", "side"


@dataclass(frozen=True)
class Offered:
    """What a file says, in our codes; "" or None where it does not say, or says what we have no code for."""

    taken_on: date | None = None
    modality: str = ""
    region: str = ""
    side: str = ""
    view: str = ""
    scales: tuple[Scale, ...] = ()


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
        scales=tuple(candidates(header_of(facts))),
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
