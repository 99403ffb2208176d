"""A visit: typing its note, signing it, reading it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime

from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import Fault, RuleBroken, Stale
from clinic.middleware import is_scripted
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid
from treatments.actions.sessions import discard_session as discard
from treatments.actions.sessions import known_for, save_draft, sign_session
from treatments.forms.conflicts import differences
from treatments.forms.documents import document_from
from treatments.forms.sheets import anchor, labels_of, sheet_of
from treatments.models import Session, SessionKind, SessionStatus
from treatments.queries import Progress, modalities_of, plan_of, progress_of, sentence_of, story_of
from treatments.views.wording import course_of


def log_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The note of a visit. A script posts it as it is typed; a person saves or signs it."""
    require(request.user, Permission.SESSION_LOG)
    case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    if request.method != "POST":
        return show_note(request, case)
    try:
        session_id, seen = UUID(request.POST.get("session", "")), int(request.POST.get("draft_version", ""))
    except ValueError:
        return redirect("log_session", case.pk)
    document = document_from(request.POST)
    try:
        session = save_draft(case=case, session_id=session_id, document=document, draft_version=seen, by=request.user)
        if request.POST.get("do") == "sign":
            sign_session(session=session, draft_version=session.draft_version, by=request.user)
            return redirect("session", session.pk)
    except RuleBroken as no:
        return refused(request, case, no, session_id, document)
    if is_scripted(request):
        return JsonResponse({"draft_version": session.draft_version, "saved": saved_words(session)})
    return redirect(f"{reverse('log_session', args=[case.pk])}?{urlencode({'session': session.pk})}")


def show_note(request: HttpRequest, case: Case) -> HttpResponse:
    """My unsigned note of this case, the one that is named, or an empty one; writes nothing."""
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    mine = Session.objects.filter(case=case).drafts().written_by(request.user)
    named = request.GET.get("session", "")
    if named:
        session = get_object_or_404(mine, pk=named) if is_uuid(named) else None
    else:
        session = None if "new" in request.GET else mine.order_by("-created_at").first()
    today = clock.today(case.site.time_zone)
    document = session.draft if session else {"occurred_on": today.isoformat(), "kind": "TREATMENT"}
    return note_page(request, case, document, session_id=session.pk if session else new_id(), session=session)


def refused(
    request: HttpRequest, case: Case, no: RuleBroken, session_id: UUID, document: dict[str, Any]
) -> HttpResponse:
    """The same page with what was typed; where somebody else saved, with what they saved beside it."""
    session = Session.objects.filter(pk=session_id, case=case, author=request.user).first()
    if is_scripted(request):
        return JsonResponse({"code": no.code, "message": no.message}, status=412 if isinstance(no, Stale) else 422)
    if session is not None and session.status == SessionStatus.SIGNED:
        return redirect("session", session.pk)
    return note_page(request, case, document, session_id=session_id, session=session, no=no)


def note_page(
    request: HttpRequest,
    case: Case,
    document: dict[str, Any],
    *,
    session_id: UUID,
    session: Session | None,
    no: RuleBroken | None = None,
) -> HttpResponse:
    progress, known = progress_of(case), known_for(case)
    faults = no.faults if no else ()
    sheet = sheet_of(document, known, case.key_measures.all(), case.injuries.all(), last_of(progress), faults)
    labels = labels_of(sheet)
    listed = [listed_fault(f, anchor(f.pointer, document, sheet), labels) for f in faults]
    conflict = session if isinstance(no, Stale) else None
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "sheet": sheet,
        "kinds": SessionKind.choices,
        "session": session,
        "session_id": session_id,
        "draft_version": session.draft_version if session else 0,
        "faults": listed or ([{"message": no.message, "anchor": ""}] if no else []),
        "differences": differences(conflict.draft, document, known) if conflict else [],
        "saved": "Not saved" if conflict else saved_words(session) if session else "Nothing typed yet",
        "courses": [c for c in map(course_of, progress.series) if c and c.is_key],
        "last_session": progress.sessions[-1] if progress.sessions else None,
        "state": plan_of(case),
        "count": sum(s.kind == SessionKind.TREATMENT for s in progress.sessions),
    }
    status = 200 if no is None else 412 if isinstance(no, Stale) else 422
    return render(request, "treatments/sessions/log_session.html", context, status=status)


def listed_fault(fault: Fault, place: str, labels: dict[str, str]) -> dict[str, str]:
    """One line of the summary: which field, what is wrong with it, and where it is."""
    label = labels.get(place)
    return {"message": f"{label}: {fault.message}" if label else fault.message, "anchor": place}


def saved_words(session: Session) -> str:
    return f"Saved {localtime(session.draft_saved_at or session.created_at):%H:%M}"


def last_of(progress: Progress) -> dict[str, str]:
    """What was given or measured last, in words: by modality code, and by measure|context|side."""
    last = {
        lane.modality.code: f"{lane.doses[-1].in_short} ({date_format(lane.doses[-1].on, 'j M')})"
        for lane in progress.lanes
    }
    for series in progress.series:
        if series.last is not None:
            slot = "|".join((series.measure.code, series.context, series.side))
            last[slot] = f"last {series.measure.shown(series.last.value)}, {date_format(series.last.on, 'j M')}"
    return last


def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A signed session as it was signed; a draft only as far as it is one's own."""
    rows = Session.objects.visible_to(request.user).select_related(
        "case__patient", "case__site", "case__lead", "author", "signed_by", "block"
    )
    found = get_object_or_404(rows, pk=pk)
    if found.status == SessionStatus.DRAFT and found.author_id == request.user.pk:
        return redirect(f"{reverse('log_session', args=[found.case_id])}?{urlencode({'session': found.pk})}")
    audit.seen("session", by=request.user, about=found, patient_id=found.case.patient_id)
    applications = list(found.applications.select_related("injury__pathology"))
    rules = modalities_of(a.modality_id for a in applications)
    for application in applications:
        application.sentence = sentence_of(application, rules[application.modality_id])
    measured = [
        (rule.name(m.context, m.side), m, rule.shown(m.value))
        for m in found.measurements.select_related("measure").prefetch_related("measure__thresholds")
        for rule in (m.measure.as_rule(),)
    ]
    context = {
        "session": found,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "may_sign": request.user.may(Permission.SESSION_SIGN),
        "applications": applications,
        "measured": measured,
        "texts": [
            (n.capitalize(), getattr(found, n))
            for n in ("subjective", "objective", "assessment", "plan")
            if getattr(found, n)
        ],
    }
    return render(request, "treatments/sessions/session.html", context)


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
    context = {
        "session": found,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "error": error,
    }
    return render(request, "treatments/sessions/discard_session.html", context, status=422 if error else 200)
