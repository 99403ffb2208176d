"""Reading a picture: deposits with their sizes, grades of classifications. Signed as it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import (
    Calibration,
    Case,
    Classification,
    Deposit,
    DepositMeasurement,
    ImagingFile,
    ImagingGrade,
    ImagingReading,
    ImagingResult,
    Injury,
    Origin,
    Outline,
    Term,
)
from cases.models.sealed import READING
from cases.rules import catalogues
from cases.rules.deposits import NOT_CALIBRATED, USUAL_ERROR_PERCENT
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.seals import seal_row
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

REPORTED = "REPORTED"
LIMITS = {  # C 3.2: they catch typing errors
    "length_mm": (Decimal("0.3"), Decimal(300)),
    "width_mm": (Decimal("0.3"), Decimal(150)),
    "thickness_mm": (Decimal("0.3"), Decimal(150)),
    "area_mm2": (Decimal("0.1"), Decimal(30000)),
    "area_px": (Decimal(1), Decimal(100000000)),
}


@dataclass(frozen=True)
class Drawn:
    """The edge of a deposit as it was drawn: points (x, y) in image coordinates on a frame of a file, and its scale."""

    file: ImagingFile
    frame: int
    points: tuple[tuple[float, float], ...]
    scale: Calibration | None


@dataclass(frozen=True)
class NewMeasurement:
    """One deposit as it is seen: by its label ("D1"), or a new one where that is empty. Lengths mm, area mm² or px."""

    deposit: str = ""
    is_visible: bool = True
    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    thickness_mm: Decimal | None = None
    area_mm2: Decimal | None = None
    area_px: Decimal | None = None
    drawn: Drawn | None = None

    @property
    def sizes(self) -> dict[str, Decimal | None]:
        return {name: getattr(self, name) for name in LIMITS}


@transaction.atomic
def sign_reading(
    *,
    result: ImagingResult,
    origin: str,
    calibration: str,
    measurements: Sequence[NewMeasurement],
    by: StaffMember,
    grades: Sequence[tuple[str, str]] = (),
    note: str = "",
    error_percent: Decimal = USUAL_ERROR_PERCENT,
    replaces: ImagingReading | None = None,
    replaces_because: str = "",
) -> ImagingReading:
    """Keeps what was read on a picture, by the reporter or by us, for good.

    `grades` are (classification, grade). A correction names the reading that it replaces, and why.
    """
    require(by, Permission.SESSION_SIGN)
    case = result.case
    scale = Term.objects.filter(code=calibration, list="CALIBRATION", retired_on=None).first()
    faults = Faults()
    check_origin(faults, origin, calibration, scale)
    injury = calcified(case)
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)  # one new deposit at a time
    require_same_person(result)
    known = {d.label: d for d in Deposit.objects.filter(case=case)}
    if measurements and injury is None:
        faults.add("/measurements", "no_calcification", _("This case has no calcification to measure."))
    for place, measured in enumerate(measurements):
        check_measurement(faults, f"/measurements/{place}", measured, calibration, known)
    schemes = check_grades(faults, grades, result, injury)
    if not (measurements or grades or note.strip()):
        faults.add("/note", "empty", _("Nothing is read yet: a size, a grade or a note."))
    if not 1 <= error_percent <= 50:
        faults.add("/error_percent", "out_of_range", _("Between 1 and 50 percent."))
    check_replaced(faults, replaces, replaces_because, result, origin)
    faults.stop()
    reading = ImagingReading.objects.create(
        result=result,
        origin=origin,
        calibration=scale,
        error_percent=error_percent,
        note=note.strip(),
        read_on=clock.today(case.site.time_zone),
        signed_by=by,
        signed_name=by.name,
        signed_hcpc=by.hcpc_number,
        replaces=replaces,
        replaces_because=replaces_because.strip(),
    )
    for measured in measurements:
        deposit = known.get(measured.deposit) or new_deposit(case, injury, known)
        row = DepositMeasurement.objects.create(
            reading=reading,
            deposit=deposit,
            is_calibrated=calibration != NOT_CALIBRATED,
            is_visible=measured.is_visible,
            **measured.sizes,
        )
        if drawn := measured.drawn:
            Outline.objects.create(measurement=row, **vars(drawn))
    for scheme, grade in grades:
        ImagingGrade.objects.create(reading=reading, classification=schemes[scheme], grade=grade)
    sealed = seal_row(READING, reading.pk, patient_id=case.patient_id)
    audit.record("imaging.read", by=by, about=reading, patient_id=case.patient_id, details={"origin": origin} | sealed)
    return reading


def require_same_person(result: ImagingResult) -> None:
    """Raises RuleBroken while a file of the picture speaks of another person or side, and nobody has answered."""
    ImagingResult.objects.select_for_update(no_key=True, of=("self",)).get(pk=result.pk)  # no file meanwhile
    if ImagingFile.objects.unanswered().filter(result=result).exists():
        told = _("A file of this picture speaks of another person or side. Answer that first, on the picture’s page.")
        raise RuleBroken("identity_open", told, conflict=True)


def calcified(case: Case) -> Injury | None:
    """The injury of which deposits are: the first calcification of the case."""
    return case.injuries.filter(kind="CALCIFICATION").select_related("pathology", "structure", "region").first()


def new_deposit(case: Case, injury: Injury | None, known: dict[str, Deposit]) -> Deposit:
    """The next of D1, D2 …"""
    label = next(f"D{n}" for n in range(1, 100) if f"D{n}" not in known)
    known[label] = Deposit.objects.create(case=case, injury=injury, label=label, structure=injury.structure)
    return known[label]


def check_origin(faults: Faults, origin: str, calibration: str, scale: Term | None) -> None:
    if origin not in Origin.values:
        faults.add("/origin", "not_a_choice", _("Say whether it is reported or measured by us."))
    if scale is None:
        faults.add("/calibration", "not_a_choice", _("Say how the millimetres are known."))
    elif origin == Origin.MEASURED and calibration == REPORTED:
        faults.add("/calibration", "reported", _("What we measure has a calibration of its own, or none."))
    elif origin == Origin.REPORTED and calibration not in (REPORTED, NOT_CALIBRATED):
        faults.add("/calibration", "not_reported", _("Sizes from a report are “from the report”."))


def check_measurement(
    faults: Faults, where: str, measured: NewMeasurement, calibration: str, known: dict[str, Deposit]
) -> None:
    if measured.deposit and measured.deposit not in known:
        faults.add(f"{where}/deposit", "unknown_deposit", _("This deposit is not known in this case."))
    told = {name: size for name, size in measured.sizes.items() if size is not None}
    for name, size in told.items():
        low, high = LIMITS[name]
        if not low <= size <= high:
            faults.add(
                f"{where}/{name}", "out_of_range", _("Between %(low)s and %(high)s.") % {"low": low, "high": high}
            )
    if not measured.is_visible and told:
        faults.add(f"{where}/is_visible", "gone", _("A deposit that is no longer seen has no size."))
    if measured.is_visible and not {"length_mm", "width_mm", "area_mm2", "area_px"} & set(told):
        faults.add(f"{where}/length_mm", "missing", _("Give a length or an area, or say that it is no longer seen."))
    if calibration == NOT_CALIBRATED and set(told) - {"area_px"}:
        faults.add(
            f"{where}/length_mm", "not_calibrated", _("Without a calibration there are pixels only, no millimetres.")
        )
    if measured.width_mm and measured.length_mm and measured.width_mm > measured.length_mm:
        faults.add(f"{where}/width_mm", "wider_than_long", _("The width is the shorter one."))


def check_grades(
    faults: Faults, grades: Sequence[tuple[str, str]], result: ImagingResult, injury: Injury | None
) -> dict[str, Classification]:
    """The classifications that are named; a fault for each that does not fit this picture and what is on it."""
    offered = {c.code: c for c in fitting(result, injury)}
    for scheme, grade in grades:
        known = {g["code"] for g in offered[scheme].content["grades"]} if scheme in offered else set()
        if scheme not in offered:
            faults.add(f"/grades/{scheme}", "does_not_fit", _("This classification does not fit this picture."))
        elif grade not in known:
            faults.add(f"/grades/{scheme}", "unknown_grade", _("Choose a grade of the list."))
    return offered


def fitting(result: ImagingResult, injury: Injury | None) -> list[Classification]:
    """The classifications that fit the kind of picture and what is looked at; the others are left empty."""
    structure = injury.structure.code if injury and injury.structure else ""
    pathology = injury.pathology.code if injury and injury.pathology else ""

    def fits(row: Classification) -> bool:
        rule = catalogues.Classification.model_validate(row.content)
        return rule.fits(
            family=result.modality.family, structure=structure, region=result.region.code, pathology=pathology
        )

    return [row for row in Classification.objects.filter(retired_on=None) if fits(row)]


def check_replaced(
    faults: Faults, replaces: ImagingReading | None, because: str, result: ImagingResult, origin: str
) -> None:
    if replaces is None:
        return
    if replaces.result_id != result.pk or replaces.origin != origin:
        faults.add("/replaces", "other_reading", _("A correction takes the place of a reading of the same picture."))
    if ImagingReading.objects.filter(replaces=replaces).exists():
        raise RuleBroken("replaced", _("This reading was corrected already. Look at it again."), conflict=True)
    if not because.strip():
        faults.add("/replaces_because", "missing", _("Say what was wrong."))
