"""What is said of a signed session later: words added, values corrected, entered in error, entered again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cases.models import Case, Patient
from cases.queries import nearly_called
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid
from treatments.actions import addenda as actions
from treatments.forms.corrections import correction_sheet, corrections_from
from treatments.models import ErrorKind, Session

MOST = 20


def signed_session(request: HttpRequest, pk: UUID) -> Session:
    require(request.user, Permission.SESSION_SIGN)
    rows = Session.objects.visible_to(request.user).signed().prefetch_related("addenda")
    return get_object_or_404(rows.select_related("case__patient", "case__site", "case__lead"), pk=pk)


def heads(session: Session) -> dict[str, Any]:
    return {"session": session, "head": patient_head(session.case.patient), "case_line": case_head(session.case)}


def faults_of(no: RuleBroken | None) -> list[dict[str, str]]:
    """The refusal as the summary shows it."""
    if no is None:
        return []
    return [{"message": f.message, "anchor": f"id-{f.pointer.strip('/').replace('/', '-')}"} for f in no.faults] or [
        {"message": no.message, "anchor": ""}
    ]


def add_addendum(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Words that belong to a signed note."""
    found, no = signed_session(request, pk), None
    if request.method == "POST":
        try:
            actions.add_addendum(session=found, text=request.POST.get("text", ""), by=request.user)
            messages.success(request, _("The addendum is signed."))
            return redirect("session", pk)
        except RuleBroken as refused:
            no = refused
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {**heads(found), "text": request.POST.get("text", ""), "faults": faults_of(no)}
    return render(request, "treatments/addenda/add_addendum.html", context, status=422 if no else 200)


def correct_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The values that were signed, to be put right."""
    found, no, told = signed_session(request, pk), None, None
    if found.is_in_error:
        return redirect("session", pk)
    if request.method == "POST":
        told = corrections_from(request.POST)
        try:
            actions.correct_session(session=found, told=told, reason=request.POST.get("text", ""), by=request.user)
            messages.success(request, _("Corrected. What was signed first stays readable behind it."))
            return redirect("session", pk)
        except RuleBroken as refused:
            no = refused
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {
        **heads(found),
        "sheet": correction_sheet(found, told, no.faults if no else ()),
        "text": request.POST.get("text", ""),
        "faults": faults_of(no),
        "error": next((f.message for f in no.faults if f.pointer == "/text"), "") if no else "",
    }
    return render(request, "treatments/addenda/correct_session.html", context, status=422 if no else 200)


def mark_in_error(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What should not be in this record; next it may be entered in the right place."""
    found, no = signed_session(request, pk), None
    if request.method == "POST":
        error = request.POST.get("error", "")
        try:
            actions.mark_in_error(session=found, error=error, reason=request.POST.get("text", ""), by=request.user)
            messages.success(request, _("Marked as entered in error. It counts nowhere and stays readable."))
            return redirect("session" if error == ErrorKind.NOT_DONE else "copy_session", pk)
        except RuleBroken as refused:
            no = refused
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {
        **heads(found),
        "options": ErrorKind.choices,
        "error": request.POST.get("error", ""),
        "text": request.POST.get("text", ""),
        "faults": faults_of(no),
    }
    return render(request, "treatments/addenda/mark_in_error.html", context, status=422 if no else 200)


def copy_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where what was entered in error belongs: a case of this patient, or of another who is searched for."""
    found, no = signed_session(request, pk), None
    require(request.user, Permission.SESSION_LOG)
    if not found.is_in_error:
        return redirect("session", pk)
    open_cases = Case.objects.visible_to(request.user).not_discharged().select_related("patient")
    if request.method == "POST":
        chosen = request.POST.get("case", "")
        target = get_object_or_404(open_cases, pk=chosen) if is_uuid(chosen) else None
        try:
            if target is None:
                raise RuleBroken("missing", _("Choose the case that it belongs to."), field="case")
            draft = actions.copy_session(session=found, case=target, by=request.user)
            messages.success(request, _("Here it is as a note that is not signed. Read it, put it right, sign it."))
            return redirect(f"{reverse('log_session', args=[target.pk])}?{urlencode({'session': draft.pk})}")
        except RuleBroken as refused:
            no = refused
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    asked = request.GET.get("who", "").strip()[:100]
    context = {
        **heads(found),
        "asked": asked,
        "cases": list(cases_for(request, found, asked, open_cases)),
        "faults": faults_of(no),
    }
    return render(request, "treatments/addenda/copy_session.html", context, status=422 if no else 200)


def cases_for(request: HttpRequest, session: Session, asked: str, open_cases: QuerySet[Case]) -> QuerySet[Case]:
    """Open cases of who is searched for, of their merged records too; without a search this patient's own, where it
    is not the patient that was wrong.
    """
    if not asked:
        is_theirs = any(a.error == ErrorKind.WRONG_PATIENT for a in session.addenda.all())
        return open_cases.none() if is_theirs else open_cases.filter(patient=session.case.patient_id)
    visible = Patient.objects.visible_to(request.user)
    people = [p.pk for p in visible.matching(asked).order_by("sort_name", "id")[:MOST] or nearly_called(visible, asked)]
    named = Q(patient__in=people) | Q(patient__merged_into__in=people)
    return open_cases.filter(named).order_by("patient__sort_name", "-opened_on")[:MOST]
