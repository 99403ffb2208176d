"""Checking the note of somebody who left or is away: it becomes part of the record, never in their name."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from treatments.actions.sessions import attest_session as attest
from treatments.actions.sessions import known_for
from treatments.models import Session
from treatments.queries import photographs_of
from treatments.views.reading import in_words, read


def attest_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What somebody else typed and did not sign; a POST says why they cannot, and that one has checked it."""
    require(request.user, Permission.SESSION_SIGN)
    drafts = Session.objects.visible_to(request.user).drafts().exclude(author=request.user)
    rows = drafts.select_related("case__patient", "case__site", "case__lead", "author")
    found = get_object_or_404(rows, pk=pk)
    refused: list[str] = []
    if request.method == "POST":
        version = request.POST.get("draft_version", "")
        try:
            attest(
                session=found,
                draft_version=whole_number(version),
                reason=request.POST.get("reason", ""),
                by=request.user,
            )
            messages.success(request, _("Checked. It is part of the record, and says that its author did not sign."))
            return redirect("session", pk)
        except RuleBroken as no:
            refused = [no.message, *(fault.message for fault in no.faults if fault.pointer != "/reason")]
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    note, wrong = read(found.draft, known_for(found.case))
    context = {
        "session": found,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "note": in_words(note) if note else None,
        "wrong": wrong,
        "photographs": photographs_of(found),
        "refused": refused,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "treatments/sessions/attest_session.html", context, status=422 if refused else 200)
