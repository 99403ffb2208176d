"""Two records of one person: put side by side, merged, and taken apart again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions import merges as actions
from cases.actions.patients import CHANGEABLE
from cases.models import Patient
from cases.queries import maybe_known, nearly_called
from cases.views.heads import patient_head
from cases.views.histories import shown
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid, whole_number

MOST = 10


def merge_patients(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who may be the same person; with `?other=` the two side by side; a POST merges that one into this one."""
    require(request.user, Permission.PATIENT_MERGE)
    visible = Patient.objects.visible_to(request.user)
    kept = get_object_or_404(visible, pk=pk)
    asked = request.POST.get("other") or request.GET.get("other", "")
    query = request.GET.get("q", "").strip()[:100]
    mergeable = visible.filter(merged_into=None).exclude(pk=pk)
    if query:
        found = list(mergeable.matching(query).order_by("sort_name", "id")[:MOST])
        found = found or nearly_called(mergeable, query)[:MOST]
    else:
        seen = set(mergeable.values_list("pk", flat=True).filter(pk__in=[p.pk for p in alike(kept)]))
        found = [patient for patient in alike(kept) if patient.pk in seen]
    other = next((p for p in mergeable.filter(pk=asked)), None) if is_uuid(asked) else None
    if request.method == "POST" and other is not None:
        version = request.POST.get("version", "")
        try:
            number = whole_number(version)
            actions.merge_patients(kept=kept, other=other, version=number, by=request.user)
            messages.success(request, _("Merged. The other record is kept, and can be taken apart again."))
            return redirect("patient", pk)
        except RuleBroken as no:
            messages.error(request, no.message)
    if other is not None:
        audit.seen("patient", by=request.user, about=other, patient_id=other.pk)
    context = {
        "patient": kept,
        "head": patient_head(kept),
        "found": found,
        "query": query,
        "other": other,
        "rows": side_by_side(kept, other) if other else [],
    }
    return render(request, "cases/patients/merge_patients.html", context)


def alike(patient: Patient) -> list[Patient]:
    return [other for other, _likeness in maybe_known(patient.as_person(), but=patient)][:MOST]


def side_by_side(kept: Patient, other: Patient) -> list[dict[str, Any]]:
    """Each detail of the two, without clinical words."""
    return [
        {
            "name": str(Patient._meta.get_field(name).verbose_name),
            "kept": shown(Patient, name, getattr(kept, name), {}),
            "other": shown(Patient, name, getattr(other, name), {}),
            "differs": getattr(kept, name) != getattr(other, name),
        }
        for name in CHANGEABLE
        if name not in Patient.CLINICAL and (getattr(kept, name) or getattr(other, name))
    ]


@require_POST
def unmerge_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a merged record apart."""
    require(request.user, Permission.PATIENT_MERGE)
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    try:
        actions.unmerge_patient(patient=patient, by=request.user)
        messages.success(request, _("The two records are apart again."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("patient", pk)
