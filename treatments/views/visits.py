"""What else belongs to a visit: adverse events that are over, the sheet of exercises, what was given all the same."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from treatments.actions import adverse_events
from treatments.models import AdverseEvent, GivenAgainst, Session
from treatments.rules.note_parts import sentence_of


@require_POST
def resolve_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that an adverse event is over, today."""
    visible = AdverseEvent.objects.filter(case__in=Case.objects.visible_to(request.user))
    event = get_object_or_404(visible, pk=pk)
    try:
        adverse_events.resolve_event(event=event, by=request.user)
        messages.success(request, _("Noted: it is over."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("session", event.session_id)


def exercise_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What to do at home, on paper."""
    rows = Session.objects.visible_to(request.user).in_force()
    session = get_object_or_404(rows.select_related("case__patient", "case__site", "case__lead"), pk=pk)
    audit.seen("exercise_sheet", by=request.user, about=session, patient_id=session.case.patient_id)
    context = {
        "session": session,
        "site": session.case.site,
        "head": patient_head(session.case.patient),
        "case_line": case_head(session.case),
        "exercises": [(row, sentence_of(row)) for row in session.exercises.all()],
    }
    return render(request, "treatments/visits/exercise_sheet.html", context)


def given_against(request: HttpRequest) -> HttpResponse:
    """The lead's list: what was given though the screening held it back, newest first."""
    require(request.user, Permission.RULES_APPROVE)
    rows = (
        GivenAgainst.objects.in_force()
        .filter(case__in=Case.objects.visible_to(request.user))
        .select_related("case__patient", "session", "application__modality")
    )
    audit.record("given_against.seen", by=request.user)
    return render(request, "treatments/visits/given_against.html", {"rows": rows[:200]})
