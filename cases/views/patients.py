"""Finding and registering patients."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from cases.actions.patients import register_patient as register
from cases.forms.patients import RegisterPatientForm
from cases.models import Patient
from clinic import clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.queries import UnknownMark, page_of
from clinic.rules.permissions import Permission

PAGE = 25


def patients(request: HttpRequest) -> HttpResponse:
    """The patients whom this person may see, by name; with ?q= those that match."""
    query = request.GET.get("q", "").strip()[:100]
    found = Patient.objects.visible_to(request.user)
    if query:
        found = found.matching(query)
    try:
        page = page_of(
            found, "sort_name", limit=PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        )
    except UnknownMark:
        return redirect("patients")
    context: dict[str, Any] = {
        "query": query,
        "patients": page.rows,
        "next_url": beside(query, after=page.after),
        "previous_url": beside(query, before=page.before),
        "may_register": request.user.may(Permission.PATIENT_REGISTER),
        "today": clock.today(),
    }
    return render(request, "cases/patients/patients.html", context)


def beside(query: str, **mark: str) -> str:
    """The address of the page that starts at a mark; "" where there is none."""
    if not any(mark.values()):
        return ""
    return f"{reverse('patients')}?{urlencode({**({'q': query} if query else {}), **mark})}"


def register_patient(request: HttpRequest) -> HttpResponse:
    """A form; then the page of the patient who was registered."""
    require(request.user, Permission.PATIENT_REGISTER)
    form = RegisterPatientForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            patient = register(by=request.user, **form.cleaned_data)
            return redirect("patient", patient.pk)
        except RuleBroken as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
    return render(request, "cases/patients/register_patient.html", {"form": form}, status=422 if form.errors else 200)
