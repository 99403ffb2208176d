"""Records that only those on a list may see: restricting one, its list, lifting it, and the admin's list of all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.actions import restrictions as actions
from cases.forms.restrictions import NameForm, RestrictForm
from cases.models import Case, Patient, Restriction
from cases.queries.openings import list_of, restrictions_kept_by, restrictions_read_by
from cases.views.heads import patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid
from clinic.views.faults import place, told

MOST = 200


def restrict_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form that shuts a record to all but those on its list."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    actions.require_to_restrict(patient, request.user)
    form = RestrictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.restrict_patient(patient=patient, by=request.user, **form.cleaned_data)
            messages.success(request, _("The record is restricted. Only those on this list find it now."))
            return redirect("restriction", made.pk)
        except RuleBroken as no:
            place(no, form)
    context = {"patient": patient, "head": patient_head(patient), "form": form, "faults": told(form)}
    return render(request, "cases/restrictions/restrict_patient.html", context, status=422 if form.errors else 200)


def restrictions(request: HttpRequest) -> HttpResponse:
    """For admins: which records are or were restricted, by whom, when and why; no names of those they may not see."""
    require(request.user, Permission.RESTRICTIONS_MANAGE)
    rows = list(restrictions_read_by(request.user).select_related("restricted_by", "lifted_by", "patient")[:MOST])
    context = {"rows": with_names(rows, request.user)}
    return render(request, "cases/restrictions/restrictions.html", context)


def with_names(rows: list[Restriction], by: StaffMember) -> list[tuple[Restriction, str]]:
    """Each with the patient's name where one may see it, else ""."""
    seen = set(Patient.objects.visible_to(by).filter(pk__in={r.patient_id for r in rows}).values_list("pk", flat=True))
    return [(row, row.patient.full_name if row.patient_id in seen else "") for row in rows]


def found(request: HttpRequest, pk: UUID) -> Restriction:
    manages = request.user.may(Permission.RESTRICTIONS_MANAGE)
    rows = restrictions_read_by(request.user) if manages else restrictions_kept_by(request.user)
    return get_object_or_404(rows.select_related("patient__site", "restricted_by", "lifted_by"), pk=pk)


def restriction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is on the list of a restricted record; a POST puts somebody on it, or takes them off."""
    require(request.user, Permission.PATIENT_RESTRICT)
    row = found(request, pk)
    sites = [row.patient.site_id, *Case.objects.filter(patient=row.patient_id).values_list("site_id", flat=True)]
    form = NameForm(request.POST if "add" in request.POST else None, sites=sites)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        person = form.cleaned_data["person"] if form.is_bound else taken_off(request, row)
        try:
            actions.name_on_restriction(
                restriction=row, person=person, may_see="remove" not in request.POST, by=request.user
            )
            return redirect(*(("restriction", pk) if still_kept(request, pk) else ("today",)))
        except RuleBroken as no:
            messages.error(request, no.message)
    [(_row, name)] = with_names([row], request.user)
    context: dict[str, Any] = {"row": row, "name": name, "people": list_of(row), "form": form, "faults": told(form)}
    return render(request, "cases/restrictions/restriction.html", context, status=422 if form.errors else 200)


def taken_off(request: HttpRequest, row: Restriction) -> StaffMember:
    """Whom a button beside a name means: nobody but those whom the page lists."""
    asked = request.POST.get("remove") or request.POST.get("again") or ""
    pks = [each.person.pk for each in list_of(row)]
    return get_object_or_404(StaffMember.objects.filter(pk__in=pks), pk=asked if is_uuid(asked) else None)


def still_kept(request: HttpRequest, pk: UUID) -> bool:
    """Whether one may still see this list: one may have taken oneself off it."""
    by = request.user
    rows = restrictions_read_by(by) if by.may(Permission.RESTRICTIONS_MANAGE) else restrictions_kept_by(by)
    return rows.filter(pk=pk).exists()


def lift_restriction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record is found again by everybody of its sites."""
    require(request.user, Permission.PATIENT_RESTRICT)
    row = found(request, pk)
    try:
        actions.lift_restriction(restriction=row, because=request.POST.get("because", ""), by=request.user)
        audit.seen("restriction", by=request.user, about=row, patient_id=row.patient_id)
        messages.success(request, _("The restriction is lifted. That there was one stays on record."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("restriction", pk)
