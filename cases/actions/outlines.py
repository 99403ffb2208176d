"""A reading made by drawing: deposits outlined on a frame, and how its pixels become millimetres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.faults import Faults
from cases.actions.readings import Drawn, NewMeasurement, sign_reading
from cases.models import Calibration, Deposit, ImagingFile, ImagingReading, ImagingResult, Term
from cases.rules import outlines, scales
from cases.rules.deposits import NOT_CALIBRATED, USUAL_ERROR_PERCENT
from cases.rules.outlines import Spacing
from cases.rules.scales import Scale
from clinic import audit
from clinic.actions.permissions import require
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

Points = tuple[tuple[float, float], ...]
WORDS = {
    outlines.Fault.TOO_FEW: gettext_lazy("An outline needs three points."),
    outlines.Fault.TOO_MANY: gettext_lazy("An outline has 2,000 points at most."),
    outlines.Fault.OFF_PICTURE: gettext_lazy("A point lies off the picture."),
    outlines.Fault.NO_AREA: gettext_lazy("The points lie on one line."),
    outlines.Fault.CROSSES_ITSELF: gettext_lazy("The outline crosses itself: move or remove a point."),
}
LINE_WORDS = {
    scales.LineFault.TOO_SHORT: gettext_lazy("The line is too short to tell a scale: at least 20 pixels."),
    scales.LineFault.NO_LENGTH: gettext_lazy("Say how long the line is: 0.5 to 1,000 mm."),
}


@dataclass(frozen=True)
class NewOutline:
    """A deposit ("D1"; any other label is a new one) as it was drawn on a frame, counted from 1."""

    deposit: str
    points: Points
    frame: int = 1


@dataclass(frozen=True)
class NewScale:
    """What was chosen: a scale that the file offers, by its kind and millimetres; or a drawn line of known length."""

    kind: str = NOT_CALIBRATED
    row_mm: float | None = None
    column_mm: float | None = None
    line: Points = ()
    line_mm: float | None = None


@transaction.atomic
def sign_outlines(
    *,
    result: ImagingResult,
    file: UUID,
    drawn: Sequence[NewOutline],
    by: StaffMember,
    scale: NewScale | None = None,
    gone: Sequence[str] = (),
    **rest: Any,
) -> ImagingReading:
    """Keeps what was outlined on one file of a picture, and the sizes that follow from it, for good.

    `gone` are deposits that are no longer seen; `rest` is what else `sign_reading` takes: grades, note, replaces.
    Raises RuleBroken with a fault for each outline that is none.
    """
    require(by, Permission.SESSION_SIGN)
    faults = Faults()
    found = result.files.that_count().filter(pk=file, frames__gte=1).first()
    if found is None:
        faults.add("/file", "unknown_file", _("This file is not one of this picture’s any more. Look at it again."))
        faults.stop()
        raise AssertionError  # stop() raised
    chosen = scale_of(faults, found, scale or NewScale())
    for place, each in enumerate(drawn):
        check_outline(faults, f"/outlines/{place}", each, found, chosen)
    faults.stop()
    kept = keep_scale(found, chosen, scale, by) if chosen else None
    known = set(Deposit.objects.filter(case=result.case_id).values_list("label", flat=True))
    ordered = sorted(drawn, key=lambda each: (len(each.deposit), each.deposit))
    spacing = Spacing(chosen.row_mm, chosen.column_mm, chosen.error_percent) if chosen else None
    measurements = [measured(each, known, found, kept, spacing) for each in ordered]
    measurements += [NewMeasurement(deposit=label, is_visible=False) for label in gone]
    return sign_reading(
        result=result,
        origin="MEASURED",
        calibration=str(chosen.kind) if chosen else NOT_CALIBRATED,
        measurements=measurements,
        error_percent=Decimal(str(chosen.error_percent)) if chosen else USUAL_ERROR_PERCENT,
        by=by,
        **rest,
    )


def measured(
    each: NewOutline, known: set[str], file: ImagingFile, kept: Calibration | None, spacing: Spacing | None
) -> NewMeasurement:
    size = outlines.size(each.points, spacing)
    return NewMeasurement(
        deposit=each.deposit if each.deposit in known else "",
        length_mm=size.length_mm,
        width_mm=size.width_mm,
        area_mm2=size.area_mm2,
        area_px=size.area_px,
        drawn=Drawn(file, each.frame, each.points, kept),
    )


def check_outline(faults: Faults, where: str, each: NewOutline, file: ImagingFile, scale: Scale | None) -> None:
    wrong = outlines.fault(each.points, rows=file.rows_px or 0, columns=file.columns_px or 0)
    if wrong:
        faults.add(where, wrong.lower(), f"{each.deposit}: {WORDS[wrong]}")
    elif not 1 <= each.frame <= file.frames:
        faults.add(where, "no_frame", _("There is no such frame."))
    elif scale and scale.box and not all(is_within(point, scale.box) for point in each.points):
        told = _("%(deposit)s: the scale of the machine holds in its own part of the picture only.")
        faults.add(where, "off_scale", told % {"deposit": each.deposit})


def is_within(point: tuple[float, float], box: tuple[int, int, int, int]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def scale_of(faults: Faults, file: ImagingFile, told: NewScale) -> Scale | None:
    """The scale that was chosen, made anew from what the file says or from the line; None: pixels only."""
    if told.kind == NOT_CALIBRATED:
        return None
    offered = scales.candidates(scales.header_of(file.facts))
    if told.kind == scales.Kind.MANUAL_SCALE:
        if len(told.line) != 2 or told.line_mm is None:
            faults.add("/scale", "missing", _("Draw a line over something of known length, and say how long it is."))
            return None
        wrong = scales.line_fault(*told.line, told.line_mm)
        if wrong:
            faults.add("/scale", wrong.lower(), str(LINE_WORDS[wrong]))
            return None
        stretch = offered[0].row_mm / offered[0].column_mm if offered else 1.0
        return scales.of_line(*told.line, told.line_mm, stretch=stretch)
    wanted = (told.kind, told.row_mm, told.column_mm)
    for each in offered:
        if (str(each.kind), each.row_mm, each.column_mm) == wanted:
            return each
    told_so = _("The file does not offer this scale. Choose one that it offers, or draw one.")
    faults.add("/scale", "not_offered", told_so)
    return None


def keep_scale(file: ImagingFile, scale: Scale, told: NewScale | None, by: StaffMember) -> Calibration:
    """The calibration of the file: the one that counts, where it is the same."""
    line = [*told.line[0], *told.line[1]] if told and told.line else None
    columns: dict[str, Any] = {
        "row_mm": Decimal(str(scale.row_mm)),
        "column_mm": Decimal(str(scale.column_mm)),
        "magnification": None if scale.magnification is None else round(Decimal(str(scale.magnification)), 5),
        "error_percent": Decimal(str(scale.error_percent)),
        "line": line,
        "line_mm": None if line is None or told is None else round(Decimal(str(told.line_mm)), 1),
    }
    kind = Term.objects.filter(code=str(scale.kind), list="CALIBRATION", retired_on=None).get()
    last = file.calibrations.select_related("kind").last()
    if last and last.kind_id == kind.key and all(getattr(last, name) == value for name, value in columns.items()):
        return last
    kept = Calibration.objects.create(file=file, kind=kind, made_by=by, **columns)
    audit.record("imaging.calibrated", by=by, about=kept, patient_id=file.result.case.patient_id)
    return kept


def read_drawn(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a viewer sends, as `sign_outlines` takes it: {"file", "scale", "outlines", "gone"}. Raises ValueError."""
    scale = told.get("scale") or {}
    line = tuple(point_in(each) for each in scale.get("line") or ())
    return {
        "file": UUID(str(told["file"])),
        "scale": NewScale(
            str(scale.get("kind") or NOT_CALIBRATED),
            number_in(scale.get("row_mm")),
            number_in(scale.get("column_mm")),
            line,
            number_in(scale.get("known_mm")),
        ),
        "drawn": [
            NewOutline(str(each["deposit"])[:4], tuple(map(point_in, each["points"])), int(each.get("frame") or 1))
            for each in list(told.get("outlines") or ())[:20]
        ],
        "gone": [str(label)[:4] for label in list(told.get("gone") or ())[:20]],
    }


def point_in(told: Any) -> tuple[float, float]:
    x, y = told
    return float(x), float(y)


def number_in(told: Any) -> float | None:
    return None if told in (None, "") else float(told)
