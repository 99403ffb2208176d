"""Looking at pictures: one study with what is drawn on it, and two side by side."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions.outlines import read_drawn, sign_outlines
from cases.actions.readings import calcified, fitting
from cases.forms.imaging import grade_rows, grades_in
from cases.models import ImagingResult
from cases.queries.pictures import courses_of
from cases.queries.viewers import (
    Shown,
    comparable_with,
    deposits_of,
    outlines_of,
    reading_to_correct,
    reference_for,
    shown_of,
)
from cases.queries.wording import rows_of
from cases.views.imaging import heads, result_of
from clinic import audit
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission


def look_at_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pictures of a study in the viewer; what is outlined is signed with a POST, which a script sends."""
    result = result_of(request, pk)
    if request.method == "POST":
        return signed(request, result)
    shown = shown_of(result)
    may_sign = request.user.may(Permission.SESSION_SIGN)
    injury = calcified(result.case)
    audit.seen("imaging", by=request.user, about=result, patient_id=result.case.patient_id)
    labels = deposits_of(result)
    context = {
        **heads(result.case),
        "result": result,
        "shown": shown,
        "data": manifest(shown, labels, outlines_of(result), may_measure=may_sign and injury is not None),
        "strip": [strip(each, n) for n, each in enumerate(shown, 1)] if len(shown) > 1 else [],
        "may_sign": may_sign,
        "has_calcification": injury is not None,
        "labels": labels,
        "grades": grade_rows(fitting(result, injury), {}),
        "corrects": reading_to_correct(result, request.GET.get("replaces", "")),
        "waits": result.files.that_count().filter(frames__gte=1, rendering=None).count(),
    }
    return render(request, "cases/imaging/look_at_imaging.html", context)


def signed(request: HttpRequest, result: ImagingResult) -> JsonResponse:
    """{"location"} of the picture's page; or 422 with what is wrong, and nothing that was drawn is lost."""
    typed = request.POST
    try:
        drawn = read_drawn(json.loads(typed.get("drawn", "")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return JsonResponse({"refused": [_("What was drawn did not arrive whole. Send it again.")]}, status=422)
    schemes = fitting(result, calcified(result.case))
    try:
        sign_outlines(
            result=result,
            by=request.user,
            grades=grades_in(schemes, typed.dict()),
            note=typed.get("note", ""),
            replaces=reading_to_correct(result, typed.get("replaces", "")),
            replaces_because=typed.get("replaces_because", ""),
            **drawn,
        )
    except RuleBroken as no:
        return JsonResponse({"refused": [fault.message for fault in no.faults] or [no.message]}, status=422)
    messages.success(request, _("Signed."))
    return JsonResponse({"location": reverse("imaging_result", args=[result.pk])})


def compare_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A study beside an earlier one, or `?with=`: how the deposits changed between them, or why that cannot be said."""
    result = result_of(request, pk)
    others = comparable_with(result)
    reference = reference_for(result, others, request.GET.get("with", ""))
    pair = [(each, side(each)) for each in (reference, result) if each is not None]
    courses = courses_of(result.case, reference) if reference else []
    audit.seen("imaging", by=request.user, about=result, patient_id=result.case.patient_id)
    context = {
        **heads(result.case),
        "result": result,
        "reference": reference,
        "others": others,
        "pair": [(study, data) for study, data in pair if data],
        "courses": [(c, [r for r in rows_of(c) if r["seen"].result in (reference, result)]) for c in courses],
    }
    return render(request, "cases/imaging/compare_imaging.html", context)


def side(result: ImagingResult) -> dict[str, Any] | None:
    """The one picture of a study that is compared: that which was outlined, else the first."""
    shown, outlined = shown_of(result), outlines_of(result)
    files = {each["file"] for each in outlined}
    chosen = next((each for each in shown if str(each.file.pk) in files), next(iter(shown), None))
    return manifest([chosen], [], outlined, may_measure=False) if chosen else None


def manifest(
    shown: list[Shown], labels: list[str], outlined: list[dict[str, Any]], *, may_measure: bool
) -> dict[str, Any]:
    """What the viewer's scripts are told, in the shape of clinic/static/clinic/js/viewer.js."""
    return {
        "files": [picture(each) for each in shown],
        "deposits": [{"label": label} for label in labels],
        "outlines": outlined,
        "may_measure": may_measure,
    }


def picture(each: Shown) -> dict[str, Any]:
    file, frames = each.file, each.file.rendering
    return {
        "id": str(file.pk),
        "kind": file.kind,
        "number": file.number,
        "frames": file.frames,
        "rows": file.rows_px,
        "columns": file.columns_px,
        "is_colour": file.is_colour,
        "is_inverted": file.is_inverted,
        "sample": "int16" if frames.is_signed else "uint16",
        "low": frames.low,
        "high": frames.high,
        "centre": frames.centre,
        "width": frames.width,
        "frame_url": reverse("imaging_frame", args=[file.pk, 0]).replace("/0/", "/{n}/"),
        "preview_url": reverse("imaging_preview", args=[file.pk]),
        "scale": each.scale,
        "offered": each.offered,
    }


def strip(each: Shown, n: int) -> dict[str, Any]:
    return {
        "id": str(each.file.pk),
        "preview_url": reverse("imaging_preview", args=[each.file.pk]),
        "words": _("Picture %(n)s") % {"n": n},
    }
