"""Finding, registering, correcting and archiving patients."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import patients as actions
from cases.actions.patients import LikelyDuplicate
from cases.forms.patients import ChangePatientForm, RegisterPatientForm
from cases.models import Patient
from cases.queries import nearly_called
from cases.queries.merges import used_patient
from cases.rules.identity import Reason
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.queries import Page, UnknownMark, page_of
from clinic.rules.permissions import Permission
from clinic.views.corrections import Correction
from clinic.views.faults import place

PAGE = 25
BECAUSE = {
    Reason.SAME_NHS_NUMBER: gettext_lazy("same NHS number"),
    Reason.OTHER_NHS_NUMBER: gettext_lazy("another NHS number"),
    Reason.SAME_NAME: gettext_lazy("same name"),
    Reason.SIMILAR_NAME: gettext_lazy("similar name"),
    Reason.SWAPPED_NAMES: gettext_lazy("names exchanged"),
    Reason.FORMER_NAME: gettext_lazy("a former name"),
    Reason.SAME_BIRTH_DATE: gettext_lazy("same date of birth"),
    Reason.TRANSPOSED_BIRTH_DATE: gettext_lazy("day and month of birth exchanged"),
    Reason.SIMILAR_BIRTH_DATE: gettext_lazy("date of birth differs by one digit"),
    Reason.SAME_PHONE: gettext_lazy("same telephone"),
}


def patients(request: HttpRequest) -> HttpResponse:
    """The patients whom this person may see, by name; with ?q= those that match, archived ones too, else near names."""
    query = request.GET.get("q", "").strip()[:100]
    visible = Patient.objects.visible_to(request.user)
    found = visible.found_as(query) if query else visible.current()
    try:
        page = page_of(
            found, "sort_name", limit=PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        )
    except UnknownMark:
        return redirect("patients")
    near = nearly_called(visible, query) if query and not page.rows else []
    page = Page(near, "", "") if near else page
    context: dict[str, Any] = {
        "query": query,
        "is_near": bool(near),
        "patients": page.rows,
        "next_url": beside(query, after=page.after),
        "previous_url": beside(query, before=page.before),
        "may_register": request.user.may(Permission.PATIENT_REGISTER),
        "may_import": request.user.may(Permission.PATIENT_IMPORT),
        "today": clock.today(),
    }
    return render(request, "cases/patients/patients.html", context)


def beside(query: str, **mark: str) -> str:
    """The address of the page that starts at a mark; "" where there is none."""
    if not any(mark.values()):
        return ""
    return f"{reverse('patients')}?{urlencode({**({'q': query} if query else {}), **mark})}"


def register_patient(request: HttpRequest) -> HttpResponse:
    """A form; then those who look like this person, if there are any; then the page of the patient."""
    require(request.user, Permission.PATIENT_REGISTER)
    form = RegisterPatientForm(request.POST or None, by=request.user)
    duplicates: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            is_another = "is_another" in request.POST
            return redirect(
                "patient",
                actions.register_patient(by=request.user, is_another=is_another, **form.cleaned_data).pk,
            )
        except LikelyDuplicate as no:
            duplicates = [
                {"patient": each.patient, "because": [BECAUSE[reason] for reason in each.reasons]} for each in no.found
            ]
        except RuleBroken as no:
            place(no, form)
    context = {"form": form, "duplicates": duplicates}
    status = 409 if duplicates else 422 if form.errors else 200
    return render(request, "cases/patients/register_patient.html", context, status=status)


def change_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known of a person, to be corrected; a change in the meantime is told, and nothing is lost."""
    require(request.user, Permission.PATIENT_REGISTER)
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    correction = Correction(request, patient, partial(ChangePatientForm.of, request.user))
    if correction.is_ready():
        version, changes = correction.form.change()
        try:
            actions.change_patient(patient=patient, version=version, changes=changes, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("patient", pk)
        except RuleBroken as no:
            correction.refuse(no)
    if request.method != "POST":
        audit.seen("patient", by=request.user, about=patient, patient_id=patient.pk)
    context = {"patient": correction.row, **correction.context()}
    return render(request, "cases/patients/change_patient.html", context, status=correction.status())


def archive_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks once, then puts a record away; or takes it back."""
    require(request.user, Permission.PATIENT_ARCHIVE)
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    if request.method == "POST":
        try:
            if patient.archived_at is None:
                actions.archive_patient(patient=patient, by=request.user)
                messages.success(request, _("Archived. It is found by a search, and can be restored."))
            else:
                actions.restore_patient(patient=patient, by=request.user)
                messages.success(request, _("Restored."))
        except RuleBroken as no:
            messages.error(request, no.message)
        return redirect("patient", pk)
    return render(request, "cases/patients/archive_patient.html", {"patient": patient})
