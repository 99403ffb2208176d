"""What the viewer shows of a study: its pictures with their scales, the deposits of the case, what was outlined."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Prefetch

from cases.models import Calibration, Deposit, ImagingFile, ImagingReading, ImagingResult, Outline
from cases.rules.scales import Scale, candidates, header_of


@dataclass(frozen=True)
class Shown:
    """A picture that can be shown, the scale that counts (None: pixels only), and those that the file offers."""

    file: ImagingFile
    scale: dict[str, Any] | None
    offered: list[dict[str, Any]]


def shown_of(result: ImagingResult) -> list[Shown]:
    """The pictures of a study whose frames are written, in their order; without what was set aside. Two statements."""
    rows = result.files.that_count().filter(rendering__isnull=False).select_related("rendering")
    kept = Prefetch("calibrations", Calibration.objects.select_related("kind"))
    return [shown(row) for row in rows.prefetch_related(kept)]


def shown(row: ImagingFile) -> Shown:
    offered = [as_told(scale) for scale in candidates(header_of(row.facts))]
    calibrations = list(row.calibrations.all())
    if not calibrations:
        return Shown(row, offered[0] if offered else None, offered)
    scale = as_scale(calibrations[-1])
    same = [each for each in offered if all(each[name] == scale[name] for name in ("kind", "row_mm", "column_mm"))]
    return Shown(row, same[0] if same else scale, offered)


def as_told(scale: Scale) -> dict[str, Any]:
    return {name: value for name, value in asdict(scale).items() if value is not None}


def as_scale(kept: Calibration) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": kept.kind.code,
        "row_mm": float(kept.row_mm),
        "column_mm": float(kept.column_mm),
        "error_percent": float(kept.error_percent),
    }
    if kept.line is not None:
        x0, y0, x1, y1 = kept.line
        told |= {"line": [[x0, y0], [x1, y1]], "known_mm": float(kept.line_mm or 0)}
    return told


def outlines_of(result: ImagingResult) -> list[dict[str, Any]]:
    """What was outlined in the readings that count, as the viewer takes it."""
    rows = Outline.objects.filter(measurement__reading__result=result, measurement__reading__replaced_by=None)
    return [
        {
            "deposit": row.measurement.deposit.label,
            "file": str(row.file_id),
            "frame": row.frame,
            "points": row.points,
            "by": row.measurement.reading.signed_name,
            "read_on": row.measurement.reading.read_on.isoformat(),
            "area_mm2": None if row.measurement.area_mm2 is None else float(row.measurement.area_mm2),
        }
        for row in rows.select_related("measurement__deposit", "measurement__reading").order_by("created_at", "id")
    ]


def deposits_of(result: ImagingResult) -> list[str]:
    return list(Deposit.objects.filter(case=result.case_id).order_by("label").values_list("label", flat=True))


def reading_to_correct(result: ImagingResult, pk: str) -> ImagingReading | None:
    """The reading of ours that somebody named by its id; signing refuses one that was corrected already."""
    return next((row for row in result.readings.filter(origin="MEASURED") if str(row.pk) == pk), None)


def comparable_with(result: ImagingResult) -> list[ImagingResult]:
    """The other studies of the case that have pictures to show, the newest first."""
    others = ImagingResult.objects.filter(case=result.case_id, files__rendering__isnull=False).exclude(pk=result.pk)
    return list(others.distinct().select_related("modality", "region", "view").order_by("-taken_on", "-id"))


def reference_for(result: ImagingResult, others: list[ImagingResult], chosen: str) -> ImagingResult | None:
    """The study to compare with: the chosen one; else the first before it of the same kind and view; else any."""
    by_id: dict[str, ImagingResult] = {str(each.pk): each for each in others}
    if chosen in by_id:
        return by_id[chosen]
    alike = [each for each in others if (each.modality_id, each.view_id, each.side) == view_of(result)]
    earlier = [each for each in alike if each.taken_on <= result.taken_on]
    return (earlier or alike or others or [None])[-1]


def view_of(result: ImagingResult) -> tuple[str, str | None, str]:
    return result.modality_id, result.view_id, result.side
