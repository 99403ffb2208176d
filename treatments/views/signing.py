"""Several notes one after the other: each is shown as it would be signed, then signed, or left for later."""

from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid, whole_number
from treatments.actions.sessions import known_for, sign_session
from treatments.models import Session, SessionStatus
from treatments.rules.note_values import Known
from treatments.views.reading import in_words, known_for_each, read

MOST = 50


def sign_notes(request: HttpRequest) -> HttpResponse:
    """One unsigned note of mine, whole; a POST signs the version that was seen, and the next one follows."""
    require(request.user, Permission.SESSION_SIGN)
    mine = Session.objects.visible_to(request.user).written_by(request.user)
    asked = request.POST.get("session", "")
    if request.method != "POST":
        found = following(mine, request.GET.get("after", "")).first()
        return show(request, found, []) if found else show_end(request, mine)
    found = get_object_or_404(with_case(mine), pk=asked if is_uuid(asked) else None)
    if found.status != SessionStatus.DRAFT:  # pressed twice
        return onward(request, found)
    try:
        version = whole_number(request.POST.get("draft_version", ""))
        listed = request.POST.get("as_listed") == "yes"
        sign_session(session=found, draft_version=version, accepts_untouched=listed, by=request.user)
    except RuleBroken as no:
        found.refresh_from_db(fields=["draft", "draft_version"])
        return show(request, found, [no.message, *(f.message for f in no.faults if f.message != no.message)])
    return onward(request, found)


def following(mine: QuerySet[Session], after: str) -> QuerySet[Session]:
    """The unsigned notes in the order in which they were begun, from the one after this on."""
    rows = with_case(mine).filter(status=SessionStatus.DRAFT).order_by("created_at", "id")
    last = mine.filter(pk=after).only("created_at").first() if is_uuid(after) else None
    if last is None:
        return rows
    return rows.filter(Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, id__gt=last.pk))


def with_case(rows: QuerySet[Session]) -> QuerySet[Session]:
    return rows.select_related("case__patient", "case__site", "case__lead").prefetch_related("case__injuries")


def show(request: HttpRequest, session: Session, refused: list[str]) -> HttpResponse:
    case = session.case
    audit.seen("session", by=request.user, about=session, patient_id=case.patient_id)
    note, wrong = read(session.draft, known_for(case))
    mine = Session.objects.visible_to(request.user).written_by(request.user)
    context = {
        "session": session,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "note": in_words(note) if note else None,
        "wrong": wrong,
        "refused": refused,
        "left": following(mine, str(session.pk)).count(),
        "began": began(request),
        "skip": address(request, session),
        "open": f"{reverse('log_session', args=[case.pk])}?{urlencode({'session': session.pk})}",
    }
    return render(request, "treatments/sessions/sign_notes.html", context, status=422 if refused else 200)


def show_end(request: HttpRequest, mine: QuerySet[Session]) -> HttpResponse:
    """What was signed since it began, and what waits, with the reason."""
    since = datetime.fromtimestamp(began(request), tz=UTC)
    done = mine.signed().filter(signed_by=request.user, signed_at__gte=since).select_related("case__patient")
    waiting = list(following(mine, "")[:MOST])
    known = known_for_each([session.case for session in waiting])
    context = {
        "signed": done.order_by("signed_at")[:MOST],
        "waiting": [(s, why_waiting(s, k)) for s, k in zip(waiting, known, strict=True)],
        "began": began(request),
    }
    return render(request, "treatments/sessions/signed_notes.html", context)


def why_waiting(session: Session, known: Known) -> str:
    note, wrong = read(session.draft, known)
    if note is None:
        told = ngettext("%(n)d thing to correct: %(first)s", "%(n)d things to correct, first: %(first)s", len(wrong))
        return told % {"n": len(wrong), "first": wrong[0]}
    if note.is_empty:
        return _("Empty: nothing to sign yet.")
    if note.untouched:
        n = len(note.untouched)
        return ngettext("%(n)d line stands as it was prefilled.", "%(n)d lines stand as they were prefilled.", n) % {
            "n": n
        }
    return _("Can be signed; you left it.")


def onward(request: HttpRequest, session: Session) -> HttpResponse:
    return redirect(address(request, session))


def address(request: HttpRequest, session: Session) -> str:
    """Where the note after this one is."""
    return f"{reverse('sign_notes')}?{urlencode({'after': session.pk, 'began': began(request)})}"


def began(request: HttpRequest) -> int:
    """When this round began, in seconds, as its own pages say it; now where none said it."""
    told = request.POST.get("began") or request.GET.get("began") or ""
    return int(told) if told.isascii() and told.isdigit() and len(told) == 10 else int(clock.now().timestamp())
