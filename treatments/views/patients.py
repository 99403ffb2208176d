"""A patient, with all that is theirs."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cases.models import Case, Patient
from cases.views.heads import patient_head
from clinic import audit
from clinic.rules.permissions import Permission


def patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who this is, how to reach them, and, for those who may read cases, their cases."""
    found = get_object_or_404(Patient.objects.visible_to(request.user).select_related("site", "merged_into"), pk=pk)
    audit.seen("patient", by=request.user, about=found, patient_id=found.pk)
    cases = (
        Case.objects.visible_to(request.user)
        .filter(Q(patient=found) | Q(patient__merged_into=found))
        .select_related("lead")
        .order_by("-opened_on", "-number")
    )
    context = {
        "patient": found,
        "head": patient_head(found),
        "cases": cases,
        "reads_cases": request.user.may(Permission.CASE_READ),
        "may_start_case": request.user.may(Permission.CASE_START)
        and found.archived_at is None
        and found.merged_into is None,
        "may_change": request.user.may(Permission.PATIENT_REGISTER),
        "merged": list(found.merged.order_by("sort_name")),
        "may_merge": request.user.may(Permission.PATIENT_MERGE),
        "may_archive": request.user.may(Permission.PATIENT_ARCHIVE),
    }
    return render(request, "treatments/patients/patient.html", context)
