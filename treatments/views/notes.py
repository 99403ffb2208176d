"""The note of a visit while it is typed: started with what is planned, saved as one types, signed."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.actions.documents import agree_to_photographs, photo_consent
from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import Fault, RuleBroken, Stale
from clinic.middleware import is_scripted
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from clinic.views.asked import day_in, is_uuid
from treatments.actions.overrides import held_back
from treatments.actions.sessions import UNTOUCHED, known_for, save_draft, sign_session
from treatments.actions.shared_visits import NoteRefused, sign_visit
from treatments.forms.conflicts import differences
from treatments.forms.documents import document_from
from treatments.forms.photographs import ELSEWHERE, places_of
from treatments.forms.sheets import anchor, confirmed, labels_of, sheet_of, started_document
from treatments.models import Session, SessionKind, SessionStatus, Snippet
from treatments.queries import (
    PLANNED,
    Progress,
    Screened,
    expected_at,
    offered,
    photographs_of,
    plan_of,
    progress_of,
    screened,
    story_of,
)
from treatments.queries.wording import course_of
from treatments.rules.notes import read_note
from treatments.views.checks import red_flags_of, take_step, typed_in
from treatments.views.photographs import note_of
from treatments.views.reviews_in_visits import findings_html, review_of
from treatments.views.shared_visits import SIGN_ALL, go_on_with, seen_with, told_of, untouched_beside, visit_of

SIGN = ("sign", "sign_as_listed", *SIGN_ALL)


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
    document, asked = document_from(request.POST), request.POST.get("do", "save")
    if asked == "confirm":
        document = confirmed(document)
    try:
        session = save_draft(case=case, session_id=session_id, document=document, draft_version=seen, by=request.user)
        if asked in SIGN:
            sign(request, session, asked)
            return redirect("session", session.pk)
        take_step(request, case, session.pk, asked)
        if asked == "agree_photographs":
            agree_to_photographs(case=case, by=request.user)
            return redirect(note_of(session))
        opened = go_on_with(request, case, session, asked)
    except RuleBroken as no:
        return refused(request, case, no, session_id, document)
    if is_scripted(request):
        told = {"draft_version": session.draft_version, "saved": saved_words(session)}
        if "review-shown" in request.POST:
            told["findings"] = findings_html(case, session, document)
        return JsonResponse(told)
    if asked in ("screening", "red_flags"):
        return redirect(asked, case.pk)
    if asked == "photograph":
        return redirect("add_photograph", session.pk)
    return redirect(f"{reverse('log_session', args=[opened.case_id])}?{urlencode({'session': opened.pk})}")


def sign(request: HttpRequest, session: Session, asked: str) -> None:
    """This note alone, or all of its visit."""
    accepts = asked.endswith("_as_listed")
    if asked not in SIGN_ALL:
        sign_session(session=session, draft_version=session.draft_version, accepts_untouched=accepts, by=request.user)
        return
    try:
        sign_visit(seen=seen_with(request, session), accepts_untouched=accepts, by=request.user)
    except NoteRefused as no:
        if no.session.pk == session.pk:
            raise no.of from no
        raise


def show_note(request: HttpRequest, case: Case) -> HttpResponse:
    """My unsigned note of this case, the one that is named, or a new one; writes nothing."""
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    mine = Session.objects.filter(case=case).drafts().written_by(request.user)
    named = request.GET.get("session", "")
    if named:
        session = get_object_or_404(mine, pk=named) if is_uuid(named) else None
    else:
        session = None if "new" in request.GET else mine.order_by("-created_at").first()
    document = session.draft if session else None
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
    document: dict[str, Any] | None,
    *,
    session_id: UUID,
    session: Session | None,
    no: RuleBroken | None = None,
) -> HttpResponse:
    """The page for a document as it is typed; None starts a new note."""
    progress, known, state = progress_of(case), known_for(case), plan_of(case)
    today = clock.today(case.site.time_zone)
    offers = offered(case, state, progress)
    day = day_in(str((document or {}).get("occurred_on") or "")) or today
    found = screened(case, today=day)
    held = held_back(case, day, found)
    if document is None:
        document = started_document(today.isoformat(), offers, known, held, starts_at(case, request.user))
    beside = no if isinstance(no, NoteRefused) else None
    faults = no.faults if no and not beside else ()
    visit = visit_of(case, session, request.user)
    injuries, last = case.injuries.all(), last_of(progress)
    sheet = sheet_of(document, known, case.key_measures.all(), injuries, last, faults, offers=offers, held=held)
    labels = labels_of(sheet)
    listed = [listed_fault(f, anchor(f.pointer, document, sheet), labels) for f in faults]
    conflict = session if isinstance(no, Stale) else None
    is_untouched = no is not None and no.code == UNTOUCHED
    planned = any(row.is_untouched and row.origin == PLANNED for row in sheet.applications)
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "sheet": sheet,
        "kinds": SessionKind.choices,
        "kind_label": dict(SessionKind.choices).get(sheet.kind, ""),
        "is_today": sheet.occurred_on == today.isoformat(),
        "session": session,
        "session_id": session_id,
        "draft_version": session.draft_version if session else 0,
        "faults": [] if is_untouched or no is None else summary(no, listed),
        "is_saved": no is not None and session is not None and session.draft == document,
        "asks_untouched": is_untouched,
        "untouched": read_note(document, known)[0].untouched if is_untouched else (),
        "untouched_beside": untouched_beside(visit["drafts"]) if is_untouched else [],
        "visit": visit,
        "same_as": _("Same as planned") if planned else _("Same as last time"),
        "differences": differences(conflict.draft, document, known) if conflict else [],
        "saved": "Not saved" if conflict else saved_words(session) if session else "Nothing typed yet",
        "courses": [c for c in map(course_of, progress.series) if c and c.is_key],
        "last_session": progress.sessions[-1] if progress.sessions else None,
        "about": next((s for s in reversed(progress.sessions) if s.kind == SessionKind.TREATMENT), None),
        "asks_exercises": bool(offers.exercises),
        "snippets": list(Snippet.objects.of(request.user)),
        "state": state,
        "review": review_of(case, state, session, document),
        "screened": screened_words(found),
        "red_flags": red_flags_of(case, session.pk if session else None, typed_in(request.POST if no else {})),
        "photographs": photographs_in(request, case, session),
        "count": sum(s.kind == SessionKind.TREATMENT for s in progress.sessions),
    }
    status = 200 if no is None else 412 if isinstance(no, Stale) else 422
    return render(request, "treatments/sessions/log_session.html", context, status=status)


def starts_at(case: Case, by: StaffMember) -> str:
    """The time with which a note of today starts: that of the day list, else now."""
    zone = ZoneInfo(case.site.time_zone)
    now = clock.now()
    expected = expected_at(by, case.patient_id, now, case.site.time_zone)
    return f"{(expected.starts_at if expected else now).astimezone(zone):%H:%M}"


def screened_words(found: Screened) -> dict[str, Any]:
    """What the screening says, in one line."""
    if not found.answers:
        return {"text": _("The contraindication questions were not asked yet."), "tone": "watch", "was_asked": False}
    asked = date_format(found.screenings[-1].asked_on, "j M Y")
    if found.next_expiry is None:
        return {"text": _("Asked %(day)s; answers ran out.") % {"day": asked}, "tone": "watch", "was_asked": True}
    until = date_format(found.next_expiry, "j M")
    told = _("Screened %(day)s, good until %(until)s.") % {"day": asked, "until": until}
    return {"text": told, "tone": "plain", "was_asked": True}


def photographs_in(request: HttpRequest, case: Case, session: Session | None) -> dict[str, Any]:
    """What the page needs to take photographs: those there are, whether the patient agreed, and what to start from."""
    rows = list(photographs_of(session)) if session else []
    places = places_of(list(case.injuries.all()))
    return {
        "rows": rows,
        "has_consent": photo_consent(case) is not None,
        "title": places[0][1] if places[0] != ELSEWHERE else "",
        "places": places,
        "is_open": bool(rows) or "photographs" in request.GET,
    }


def summary(no: RuleBroken, listed: list[dict[str, str]]) -> list[dict[str, str]]:
    """Everything that is wrong, in lines: with this note, or with the one beside it."""
    if isinstance(no, NoteRefused):
        return told_of(no)
    return listed or [{"message": no.message, "anchor": ""}]


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
