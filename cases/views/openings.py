"""Break glass: the form, the record that it opens, closing it early, and the list that admins and auditors read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.actions import openings as actions
from cases.forms.restrictions import BreakGlassForm
from cases.models import Opening
from cases.queries.openings import MOST, openings_read_by
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told


def break_glass(request: HttpRequest) -> HttpResponse:
    """Exactly whom, and why; and what is open now. Whoever is not found is answered alike, whatever the cause."""
    require(request.user, Permission.BREAK_GLASS)
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = {name: form.cleaned_data[name] for name in ("reason", "because")}
        try:
            made = actions.break_glass(asked=form.asked(), by=request.user, **why)
            return redirect("patient", made.patient_id)
        except RuleBroken as no:
            place(no, form)
    mine = Opening.objects.of(request.user).in_force().select_related("patient").order_by("opened_at")
    context = {"form": form, "faults": told(form), "open": list(mine)}
    return render(request, "cases/openings/break_glass.html", context, status=422 if form.errors else 200)


def close_opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends one of one's own openings."""
    require(request.user, Permission.BREAK_GLASS)
    mine = get_object_or_404(Opening.objects.of(request.user), pk=pk)
    try:
        actions.close_opening(opening=mine, by=request.user)
        messages.success(request, _("The record is closed."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("break_glass")


def openings(request: HttpRequest) -> HttpResponse:
    """Who opened which record, when and why, what was looked at meanwhile, and which admin has seen that."""
    require(request.user, Permission.OPENINGS_READ)
    context = {
        "rows": list(openings_read_by(request.user)[:MOST]),
        "may_review": request.user.may(Permission.OPENINGS_REVIEW),
        "reads_patients": request.user.may(Permission.PATIENT_READ),
        "me": request.user.pk,
    }
    return render(request, "cases/openings/openings.html", context)


def see_opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An admin has looked into an opening."""
    require(request.user, Permission.OPENINGS_REVIEW)
    found = get_object_or_404(Opening.objects.select_related("staff"), pk=pk)
    try:
        actions.see_opening(opening=found, note=request.POST.get("note", ""), by=request.user)
        messages.success(request, _("Noted as seen."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("openings")
