"""Bringing a clinic's history here: a file, how far its job is, what became of it; and the visits that it brought."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.actions.history_imports import give_up_history_import, in_words, start_history_import
from cases.forms.imports import HistoryForm
from cases.models import Case, ImportStatus
from cases.queries import history_imports_of
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.queries import UnknownMark, page_of
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told

KINDS = {
    "patient": ("patient", "patients"),
    "case": ("case", "cases"),
    "prior_treatment": ("earlier treatment", "earlier treatments"),
    "session": ("visit", "visits"),
}
FATES = {"new": "brought", "known": "known already", "changed": "changed over there since, left as it is here"}
PAGE = 50


def import_history(request: HttpRequest) -> HttpResponse:
    """A file is sent; imports that are at work or have ended are found again."""
    require(request.user, Permission.PATIENT_IMPORT)
    form = HistoryForm(*((request.POST, request.FILES) if request.method == "POST" else ()), by=request.user)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("form", "site", "system", "lead", "with_lookalikes")}
        sent = form.cleaned_data["file"]
        try:
            made = start_history_import(file_name=sent.name, content=sent.read(), by=request.user, **given)
            return redirect("history_import", made.pk)
        except RuleBroken as no:
            place(no, form)
    context = {
        "form": form,
        "faults": told(form),
        "imports": list(history_imports_of(request.user).order_by("-created_at")[:20]),
    }
    return render(request, "cases/imports/import_history.html", context, status=422 if form.errors else 200)


def history_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; then what it brought, or what is to be corrected."""
    require(request.user, Permission.PATIENT_IMPORT)
    found = get_object_or_404(history_imports_of(request.user), pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            give_up_history_import(import_=found, by=request.user)
            messages.success(request, _("The file is thrown away. Nothing of it was imported."))
            return redirect("import_history")
        except RuleBroken as no:
            refused = no.message
    counts = found.outcome.get("counts", {})
    context = {
        "import": found,
        "refused": refused,
        "is_waiting": found.status == ImportStatus.WAITING and not found.is_stuck,
        "counts": [
            (KINDS[kind][0 if number == 1 else 1], FATES[fate], number)
            for kind in KINDS
            for fate, number in counts.get(kind, {}).items()
        ],
        "faults": [(line, pointer, in_words(code)) for line, pointer, code in found.outcome.get("faults", [])],
    }
    return render(request, "cases/imports/history_import.html", context, status=409 if refused else 200)


def earlier_visits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The visits of a case that were entered in another system, newest first."""
    visible = Case.objects.visible_to(request.user).select_related("patient", "site", "lead")
    case = get_object_or_404(visible, pk=pk)
    audit.listed("earlier_visits", by=request.user, patient_id=case.patient_id)
    rows = case.earlier_visits.select_related("brought_by")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    try:
        page = page_of(rows, "occurred_on", limit=PAGE, is_falling=True, after=after, before=before)
    except UnknownMark:
        page = page_of(rows, "occurred_on", limit=PAGE, is_falling=True)
    context = {
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "case": case,
        "page": page,
        "next_url": f"?after={page.after}" if page.after else "",
        "previous_url": f"?before={page.before}" if page.before else "",
    }
    return render(request, "cases/cases/earlier_visits.html", context)
