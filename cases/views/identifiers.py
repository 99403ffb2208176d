"""Numbers of a patient in other systems."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from cases.actions import identifiers as actions
from cases.forms.consents import IdentifierForm
from cases.models import Patient, PatientIdentifier
from cases.queries.merges import used_patient
from cases.views.heads import patient_head
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told


def identifiers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What other systems call a patient; a POST adds one."""
    require(request.user, Permission.PATIENT_REGISTER)
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_identifier(patient=patient, by=request.user, **form.cleaned_data)
            return redirect("identifiers", pk)
        except RuleBroken as no:
            place(no, form)
    context = {
        "patient": patient,
        "head": patient_head(patient),
        "form": form,
        "identifiers": list(
            PatientIdentifier.objects.in_force().filter(patient__in=Patient.objects.one_with(patient).values("pk"))
        ),
        "faults": told(form),
    }
    return render(request, "cases/identifiers/identifiers.html", context, status=422 if form.errors else 200)


@require_POST
def end_identifier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one away."""
    visible = PatientIdentifier.objects.filter(patient__in=Patient.objects.visible_to(request.user))
    row = get_object_or_404(visible.select_related("patient__merged_into"), pk=pk)
    try:
        actions.end_identifier(identifier=row, by=request.user)
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("identifiers", row.patient.survivor.pk)
