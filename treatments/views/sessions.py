"""A visit that was signed, and the drafts that are given up."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from treatments.actions.sessions import discard_session as discard
from treatments.models import Session, SessionStatus
from treatments.queries import photographs_of
from treatments.queries.frozen import frozen
from treatments.rules.note_parts import sentence_of as sentence_of_exercise


def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A signed session as it was signed; a draft only as far as it is one's own."""
    rows = Session.objects.visible_to(request.user).select_related(
        "case__patient", "case__site", "case__lead", "author", "signed_by", "block", "copied_from", "site"
    )
    found = get_object_or_404(rows.prefetch_related("addenda"), pk=pk)
    if found.status == SessionStatus.DRAFT and found.author_id == request.user.pk:
        return redirect(f"{reverse('log_session', args=[found.case_id])}?{urlencode({'session': found.pk})}")
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {
        "session": found,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "may_sign": request.user.may(Permission.SESSION_SIGN),
        "addenda": list(found.addenda.all()),
        "copies": list(
            Session.objects.visible_to(request.user)
            .filter(copied_from=found)
            .exclude(status=SessionStatus.DISCARDED)
            .select_related("case__patient")
        ),
        "told_later": found.told_later.in_force().select_related("session").first(),
        "beside": beside_of(found),
        "red_flag_check": found.case.red_flag_checks.filter(contact=found.pk).first(),
        "events": list(found.adverse_events.select_related("suspected")),
        "photographs": photographs_of(found) if found.status == SessionStatus.SIGNED else [],
    }
    if found.status == SessionStatus.SIGNED:
        context |= as_signed(found)
    return render(request, "treatments/sessions/session.html", context)


def as_signed(session: Session) -> dict[str, Any]:
    """What the seals say of it."""
    signed = frozen(session)
    applications, measured = signed.shown()
    return {
        "signed": signed,
        "applications": applications,
        "measured": measured,
        "since": signed.since,
        "exercises": list(map(sentence_of_exercise, signed.exercises)),
        "texts": [
            (name.capitalize(), text)
            for name in ("subjective", "objective", "assessment", "plan")
            if (text := getattr(signed.row, name))
        ],
    }


def beside_of(session: Session) -> list[Session]:
    """The other notes of the same visit."""
    if session.visit is None:
        return []
    rows = Session.objects.filter(visit=session.visit).exclude(pk=session.pk).exclude(status=SessionStatus.DISCARDED)
    return list(rows.select_related("case").order_by("created_at"))


def discard_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why, then takes the note off the list."""
    require(request.user, Permission.SESSION_LOG)
    mine = Session.objects.visible_to(request.user).drafts().written_by(request.user)
    found = get_object_or_404(mine.select_related("case__patient", "case__site", "case__lead"), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            discard(session=found, reason=request.POST.get("reason", ""), by=request.user)
            return redirect("case", found.case_id)
        except RuleBroken as no:
            error = no.message
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {
        "session": found,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "error": error,
    }
    return render(request, "treatments/sessions/discard_session.html", context, status=422 if error else 200)
