"""Alerts of a patient: noting and ending them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.actions import alerts as actions
from cases.forms.alerts import AlertForm
from cases.models import Patient, PatientAlert
from cases.queries.merges import used_patient
from cases.views.patients import place
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission


def note_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for a new alert, and all alerts that there were."""
    require(request.user, Permission.PATIENT_REGISTER)
    patient = used_patient(Patient.objects.visible_to(request.user).select_related("site"), pk)
    form = AlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_alert(patient=patient, by=request.user, **form.cleaned_data)
            messages.success(request, _("The alert is noted. Everybody who opens this record sees it."))
            return redirect("patient", pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("patient", by=request.user, about=patient, patient_id=patient.pk)
    rows = PatientAlert.objects.filter(patient__in=Patient.objects.one_with(patient).values("pk"))
    alerts = rows.select_related("noted_by", "ended_by").order_by("-id")
    context = {"patient": patient, "form": form, "alerts": alerts}
    return render(request, "cases/alerts/note_alert.html", context, status=422 if form.errors else 200)


def end_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends an alert; a visit to this address alone changes nothing."""
    require(request.user, Permission.PATIENT_REGISTER)
    visible = Patient.objects.visible_to(request.user)
    alert = get_object_or_404(
        PatientAlert.objects.filter(patient__in=visible).select_related("patient__merged_into"), pk=pk
    )
    if request.method == "POST":
        try:
            actions.end_alert(alert=alert, by=request.user)
            messages.success(request, _("The alert is ended."))
        except RuleBroken as no:
            messages.error(request, no.message)
    return redirect("note_alert", alert.patient.survivor.pk)
