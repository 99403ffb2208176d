"""A case: starting it, and seeing where it stands."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cases.actions.cases import start_case as start
from cases.models import Case, Patient
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from treatments.forms.cases import InjuryFormSet, PriorTreatmentFormSet, StartCaseForm
from treatments.models import Session
from treatments.queries import Progress, last_asked, progress_of, story_of
from treatments.rules import charts
from treatments.views.heads import case_head, patient_head
from treatments.views.wording import course_of, curves_of, rows_of

FORMSETS = {"injuries": InjuryFormSet, "prior_treatments": PriorTreatmentFormSet}


def start_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for a patient's new case; then the page of the case."""
    require(request.user, Permission.CASE_START)
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    form = StartCaseForm(request.POST or None, by=request.user)
    sets = {name: made(request.POST or None, prefix=name) for name, made in FORMSETS.items()}
    if request.method == "POST" and all([form.is_valid(), *(s.is_valid() for s in sets.values())]):
        told = {name: form.cleaned_data[name] for name in ("site", "title", "onset", "history", "referral")}
        lists = {name: s.filled() for name, s in sets.items()}
        try:
            case = start(patient=patient, by=request.user, key_measures=form.asked(), **told, **lists)
            return redirect("case", case.pk)
        except RuleBroken as no:
            place_faults(no, form, sets)
    context = {"patient": patient, "head": patient_head(patient), "form": form, **sets, "faults": faults_of(form, sets)}
    return render(request, "treatments/cases/start_case.html", context, status=422 if context["faults"] else 200)


def place_faults(no: RuleBroken, form: forms.Form, sets: dict[str, Any]) -> None:
    """Puts each fault of a refused case beside the field that it points to."""
    for fault in no.faults:
        name, *rest = fault.pointer.strip("/").split("/")
        if name in sets and len(rest) == 2:
            filled = [f for f in sets[name].forms if f.has_changed()]
            target = filled[int(rest[0])]
            target.add_error(rest[1] if rest[1] in target.fields else None, fault.message)
        else:
            form.add_error(name if name in form.fields else None, fault.message)
    if not no.faults:
        form.add_error(None, no.message)


def faults_of(form: forms.Form, sets: dict[str, Any]) -> list[dict[str, str]]:
    """All messages of the page with the fields that they belong to."""
    listed = [{"message": str(error), "anchor": ""} for s in sets.values() for error in s.non_form_errors()]
    for each in [form, *(f for s in sets.values() for f in s.forms)]:
        for name, errors in each.errors.items():
            anchor = each[name].id_for_label if name in each.fields else ""
            label = f"{each.fields[name].label}: " if name in each.fields else ""
            listed += [{"message": f"{label}{error}", "anchor": anchor} for error in errors]
    return listed


def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where a case stands: before us, now, next; progress; sessions."""
    found = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    audit.seen("case", by=request.user, about=found, patient_id=found.patient_id)
    progress = progress_of(found)
    today = clock.today(found.site.time_zone)
    screened_on, clear_until = last_asked(found)
    context = {
        "screened_on": screened_on,
        "clear_until": clear_until,
        "case": found,
        "head": patient_head(found.patient),
        "case_line": case_head(found),
        "today": today,
        "progress": progress,
        "courses": [course_of(s) for s in progress.series],
        "chart": chart_of(progress),
        "sessions": progress.sessions[::-1],
        "drafts": list(Session.objects.filter(case=found).drafts().select_related("author").order_by("-created_at")),
        "may_log": request.user.may(Permission.SESSION_LOG),
    }
    return render(request, "treatments/cases/case.html", context)


def chart_of(progress: Progress) -> charts.Chart | None:
    def link(session_id: UUID) -> str:
        return reverse("session", args=[session_id])

    today = clock.today(progress.case.site.time_zone)
    return charts.draw(curves_of(progress, link), rows_of(progress, link), today=today)
