"""What else belongs to a visit: adverse events that are over, the sheet of exercises, what was given all the same."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.rules.nhs_numbers import spaced
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from treatments.actions import adverse_events
from treatments.actions.letters import print_exercise_sheet
from treatments.models import AdverseEvent, GivenAgainst, Session
from treatments.queries.frozen import frozen
from treatments.queries.letter_parts import day
from treatments.rules.note_parts import in_plain_words
from treatments.views.papers import as_pdf, attached


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


def session_of(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).in_force()
    return get_object_or_404(
        rows.select_related(
            "case__patient__merged_into", "case__site", "case__lead", "site", "author", "signed_by"
        ).prefetch_related("addenda"),
        pk=pk,
    )


def exercise_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What to do at home, on paper."""
    session = session_of(request, pk)
    audit.seen("exercise_sheet", by=request.user, about=session, patient_id=session.case.patient_id)
    signed = frozen(session)
    context = {
        "session": session,
        "words": signed.words,
        "head": patient_head(session.case.patient),
        "case_line": case_head(session.case),
        "exercises": [(row.name, in_plain_words(row)) for row in signed.exercises],
    }
    return render(request, "treatments/visits/exercise_sheet.html", context)


def exercise_sheet_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a file, with boxes to tick."""
    session = session_of(request, pk)
    pdf = as_pdf("treatments/visits/exercise_sheet.typ", sheet_of(session), session.signed_at)
    print_exercise_sheet(session=session, by=request.user)
    return attached(pdf, f"exercises-{session.case.number}-{session.occurred_on}.pdf")


def sheet_of(session: Session) -> dict[str, Any]:
    """All that stands on the sheet of exercises, as it was when the visit was signed."""
    signed = frozen(session)
    patient = signed.words["patient"]
    born_on = date.fromisoformat(patient["born_on"])
    number = spaced(patient["nhs_number"]) if patient["nhs_number"] else ""
    who = {"patient": patient["name"], "born": day(born_on), "nhs_number": number}
    return {
        "title": _("Exercises for home"),
        "mark": "",
        "head": {"clinic": signed.words["site"], **who},
        "given": _("Given on %(day)s by %(who)s") % {"day": day(session.occurred_on), "who": session.signed_name},
        "exercises": [{"name": e.name, "words": in_plain_words(e)} for e in signed.exercises],
        "contact": signed.words["contact"],
    }


def given_against(request: HttpRequest) -> HttpResponse:
    """The lead's list: what was given though the screening held it back, newest first."""
    require(request.user, Permission.RULES_APPROVE)
    rows = (
        GivenAgainst.objects.in_force()
        .filter(case__in=Case.objects.visible_to(request.user))
        .select_related("case__patient", "session", "application__modality", "waiver")
    )
    with transaction.atomic():
        audit.record("given_against.seen", by=request.user)
    return render(request, "treatments/visits/given_against.html", {"rows": rows[:200]})
