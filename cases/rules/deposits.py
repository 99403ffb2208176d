"""By how much did a deposit change, and may the two pictures be compared at all?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

NOT_CALIBRATED = "NONE"
USUAL_ERROR_PERCENT = Decimal(10)  # a 5 % error of magnification is about 10 % of area
XRAY = frozenset({"IMG_XRAY_CR", "IMG_XRAY_DX"})
XRAYS_APART_DAYS = 42


MATURE = ("MORRIS_3", "MO_MATURE", "BROOKER_")  # grades of bone: not expected to shrink like chalk


class Category(StrEnum):
    """What a change of area amounts to (our scale, in the bounds that trials used: half, and 80 %)."""

    COMPLETE = "RES_COMPLETE"
    SUBTOTAL = "RES_SUBTOTAL"
    MARKED = "RES_MARKED"
    PARTIAL = "RES_PARTIAL"
    NONE = "RES_NONE"
    PROGRESSION = "RES_PROGRESSION"
    NOT_COMPARABLE = "RES_NOT_COMPARABLE"


class Reason(StrEnum):
    """Why two pictures may not be compared."""

    NO_REFERENCE = "NO_REFERENCE"
    OTHER_SIDE = "OTHER_SIDE"
    OTHER_MODALITY = "OTHER_MODALITY"
    OTHER_VIEW = "OTHER_VIEW"
    OTHER_CALIBRATION = "OTHER_CALIBRATION"
    NO_AREA = "NO_AREA"


@dataclass(frozen=True)
class Study:
    """One deposit on one picture. Areas in mm² where it is calibrated, in pixels where it is not; length in mm.

    A deposit that can no longer be seen has the area 0.
    """

    on: date
    modality: str
    view: str
    side: str
    calibration: str
    area_mm2: Decimal | None = None
    area_px: Decimal | None = None
    length_mm: Decimal | None = None
    is_visible: bool = True

    @property
    def is_calibrated(self) -> bool:
        return self.calibration != NOT_CALIBRATED

    @property
    def area(self) -> Decimal | None:
        if not self.is_visible:
            return Decimal(0)
        return self.area_mm2 if self.is_calibrated else self.area_px


@dataclass(frozen=True)
class Change:
    """A change of area in percent of the reference, to 0.1: the percent that is shown is the one that is classified.

    `is_relative_only`: neither picture is calibrated, so only the percentage can be said, and no millimetres.
    """

    category: Category
    percent: Decimal | None = None
    reason: Reason | None = None
    reference_on: date | None = None
    length_change_mm: Decimal | None = None
    error_percent: Decimal = USUAL_ERROR_PERCENT
    is_relative_only: bool = False


def compare(reference: Study | None, study: Study, error_percent: Decimal = USUAL_ERROR_PERCENT) -> Change:
    """The change from the chosen reference to a study; or the reason why they may not be compared."""
    reason = incomparable(reference, study)
    if reference is None or reason is not None:
        on = reference.on if reference else None
        return Change(Category.NOT_COMPARABLE, reason=reason, reference_on=on, error_percent=error_percent)
    before, after = reference.area or Decimal(0), study.area or Decimal(0)
    percent = rounded((after - before) / before * 100)
    lengths = (reference.length_mm, study.length_mm) if reference.is_calibrated else (None, None)
    return Change(
        category=classified(percent, after, error_percent),
        percent=percent,
        reference_on=reference.on,
        length_change_mm=None if lengths[0] is None or lengths[1] is None else lengths[1] - lengths[0],
        error_percent=error_percent,
        is_relative_only=not reference.is_calibrated,
    )


def incomparable(reference: Study | None, study: Study) -> Reason | None:
    """Only the same side, kind of picture, view and calibration tell a change; computed and digital X-ray are one."""
    if reference is None:
        return Reason.NO_REFERENCE
    if reference.side != study.side:
        return Reason.OTHER_SIDE
    if reference.modality != study.modality and not {reference.modality, study.modality} <= XRAY:
        return Reason.OTHER_MODALITY
    if reference.view != study.view:
        return Reason.OTHER_VIEW
    if study.is_visible and reference.calibration != study.calibration:
        return Reason.OTHER_CALIBRATION
    if not reference.area or study.area is None:
        return Reason.NO_AREA
    return None


def classified(percent: Decimal, area: Decimal, error_percent: Decimal) -> Category:
    """The category of a change in percent, as it is shown."""
    if not area:
        return Category.COMPLETE
    if percent < -80:
        return Category.SUBTOTAL
    if percent < -error_percent:
        return Category.MARKED if percent <= -50 else Category.PARTIAL
    return Category.NONE if percent <= error_percent else Category.PROGRESSION


def rounded(value: Decimal, places: str = "0.1") -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def is_mature(grades: Iterable[str]) -> bool:
    """Whether one of the grades says that the deposit is bone, which does not shrink like chalk."""
    return any(grade.startswith(MATURE) for grade in grades)


def largest(studies: Iterable[Study]) -> Study | None:
    """The study on which the deposit was largest: a reference that somebody may choose; the earliest of equals."""
    measured = [s for s in studies if s.area is not None]
    return max(sorted(measured, key=lambda s: s.on), key=lambda s: s.area or Decimal(0), default=None)


def magnification(source_to_detector_mm: Decimal, source_to_patient_mm: Decimal) -> Decimal:
    """The estimated radiographic magnification factor: how much larger the picture is than the thing."""
    return source_to_detector_mm / source_to_patient_mm


def area_mm2(pixels: Decimal, row_spacing_mm: Decimal, column_spacing_mm: Decimal, factor: Decimal) -> Decimal:
    """Pixels as square millimetres, given the spacing at the detector and the magnification."""
    return pixels * row_spacing_mm * column_spacing_mm / factor**2


def length_mm(pixels: Decimal, spacing_mm: Decimal, factor: Decimal) -> Decimal:
    """Pixels as millimetres, given the spacing at the detector and the magnification."""
    return pixels * spacing_mm / factor


def bosworth(length: Decimal) -> str:
    """The class of the longest diameter in mm; exactly 5 and 15 mm are medium (our choice)."""
    return "BOSWORTH_SMALL" if length < 5 else "BOSWORTH_LARGE" if length > 15 else "BOSWORTH_MEDIUM"


def sliding(excursion_mm: Decimal, other_side_mm: Decimal) -> tuple[Decimal, int]:
    """Percent of the other side, and the grade: 0 free (75 and more), 1 (50), 2 (25), 3 fixed (our scale)."""
    percent = rounded(excursion_mm / other_side_mm * 100, "1")
    return percent, 0 if percent >= 75 else 1 if percent >= 50 else 2 if percent >= 25 else 3


def is_too_soon(first: date, second: date) -> bool:
    """Whether two X-rays of one region are so near that the second needs a reason (42 days, our choice)."""
    return abs((second - first).days) < XRAYS_APART_DAYS
