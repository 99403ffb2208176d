"""Consents of a patient: given, and withdrawn."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions.consents import give_consent
from cases.actions.consents import withdraw_consent as withdraw
from cases.forms.consents import GiveConsentForm
from cases.models import Consent, Patient
from cases.queries.merges import used_patient
from cases.views.heads import patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import Seal
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told
from treatments.models import Modality
from treatments.rules.demands import HIGHER_RISK


def consents(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a patient agreed to and took back; a POST keeps one more consent."""
    require(request.user, Permission.CASE_READ)
    patient = used_patient(Patient.objects.visible_to(request.user).select_related("site"), pk)
    labels = dict(Modality.objects.filter(retired_on=None).values_list("code", "label"))
    form = GiveConsentForm(
        request.POST or None, modalities=[(c, labels[c]) for c in sorted(HIGHER_RISK) if c in labels]
    )
    if request.method == "POST" and form.is_valid():
        try:
            give_consent(patient=patient, told=form.as_new(), by=request.user)
            messages.success(request, _("The consent is kept."))
            return redirect("consents", pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("consents", by=request.user, about=patient, patient_id=patient.pk)
    counting = Consent.objects.counting_for(patient).filter(pk=OuterRef("pk"))
    rows = Consent.objects.of_person(patient).annotate(counts=Exists(counting))
    rows = list(rows.select_related("taken_by", "withdrawal", "withdrawal__noted_by"))
    sealed = Seal.objects.words_of(row.pk for row in rows)
    context = {
        "patient": patient,
        "head": patient_head(patient),
        "form": form,
        "consents": [
            (row, labels.get(row.modality_code, ""), sealed.get(row.pk, {}).get("taken_by", row.taken_by.name))
            for row in rows
        ],
        "faults": told(form),
        "may_change": request.user.may(Permission.CASE_START),
    }
    return render(request, "treatments/consents/consents.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a consent back."""
    require(request.user, Permission.CASE_START)
    row = get_object_or_404(
        Consent.objects.filter(patient__in=Patient.objects.visible_to(request.user)).select_related(
            "patient__merged_into"
        ),
        pk=pk,
    )
    try:
        withdraw(consent=row, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Withdrawn."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("consents", row.patient.survivor.pk)
