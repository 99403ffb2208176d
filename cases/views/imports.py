"""Importing patients: a file, its columns, a look at each row's fate, and what became of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cases.actions import imports as actions
from cases.forms.imports import ImportForm
from cases.models import PatientImport
from cases.rules.patient_files import read_table
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.faults import place, told

PAGE = 50
EXAMPLES = 3


def import_patients(request: HttpRequest) -> HttpResponse:
    """A file is sent; imports that wait are found again."""
    require(request.user, Permission.PATIENT_IMPORT)
    form: forms.Form = ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()), by=request.user)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            made = actions.start_import(
                file_name=sent.name, content=sent.read(), site=form.cleaned_data["site"], by=request.user
            )
            return redirect("patient_import", made.pk)
        except RuleBroken as no:
            place(no, form)
    context = {
        "form": form,
        "faults": told(form),
        "imports": list(mine(request).order_by("-created_at").defer("text")[:20]),
    }
    return render(request, "cases/imports/import_patients.html", context, status=422 if form.errors else 200)


def mine(request: HttpRequest) -> Any:
    """The imports of one's own."""
    return PatientImport.objects.filter(made_by=request.user).select_related("site")


def patient_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which column is what; then each row's fate; then what became of them."""
    require(request.user, Permission.PATIENT_IMPORT)
    found = get_object_or_404(mine(request), pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            return act(request, found)
        except RuleBroken as no:
            refused = no.message
    if found.done_at is not None:
        return render(request, "cases/imports/done.html", {"import": found, **found.outcome})
    table = read_table(found.text)
    typed = request.POST.getlist("column") if "column" in request.POST else found.mapping
    context = {
        "import": found,
        "refused": refused,
        "choices": actions.WORDS.items(),
        "columns": [
            (header, typed[n] if n < len(typed) else "", [row[n] for row in table.rows[:EXAMPLES]])
            for n, header in enumerate(table.headers)
        ],
        "system": request.POST.get("system", found.system),
        "count": len(table.rows),
    }
    if "look" in request.GET and not refused:
        first = whole_number(request.GET["look"])
        context |= {
            "prospects": actions.prospects(found, slice(first, first + PAGE), request.user),
            "next": first + PAGE if first + PAGE < len(table.rows) else None,
            "previous": max(0, first - PAGE) if first else None,
            "first": first + 1,
        }
        return render(request, "cases/imports/look.html", context)
    return render(request, "cases/imports/columns.html", context, status=422 if refused else 200)


def act(request: HttpRequest, found: PatientImport) -> HttpResponse:
    """The button that was pressed: keep the columns, import, or give up."""
    if "give_up" in request.POST:
        actions.give_up_import(import_=found, by=request.user)
        messages.success(request, "The file is thrown away. Nothing was registered.")
        return redirect("import_patients")
    if "run" in request.POST:
        actions.run_import(import_=found, with_likely=request.POST.get("likely") == "yes", by=request.user)
        return redirect("patient_import", found.pk)
    actions.map_columns(
        import_=found,
        mapping=request.POST.getlist("column"),
        system=request.POST.get("system", ""),
        by=request.user,
    )
    return redirect(f"{request.path}?look=0")
