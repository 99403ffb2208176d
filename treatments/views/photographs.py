"""The photographs of a visit: added from the note, looked at, taken away. Their bytes leave through here alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.actions.documents import agree_to_photographs, documents, photo_consent
from cases.models import Case
from cases.rules.photographs import ENDINGS, LARGEST_BYTES
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.middleware import is_scripted
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told
from treatments.actions.photographs import add_photograph as add
from treatments.actions.photographs import take_away_photograph as take_away
from treatments.forms.photographs import PhotographForm
from treatments.models import Session, SessionDocument, SessionStatus
from treatments.queries import photographs_of, visits_with_photographs

JPEG = "image/jpeg"


def case_photographs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All photographs of a case, by visit."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("patient", "site", "lead"), pk=pk)
    audit.seen("photographs", by=request.user, about=case, patient_id=case.patient_id)
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "visits": visits_with_photographs(case),
    }
    return render(request, "treatments/photographs/of_case.html", context)


def add_photograph(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Adds photographs to one's own note: from the note by its script, or on a page of its own without one."""
    require(request.user, Permission.SESSION_LOG)
    mine = Session.objects.visible_to(request.user).written_by(request.user)
    session = get_object_or_404(mine.select_related("case__patient", "case__site", "case__lead"), pk=pk)
    if session.status != SessionStatus.DRAFT and request.method != "POST":
        return redirect("session", pk)
    injuries = list(session.case.injuries.select_related("region"))
    form = PhotographForm(request.POST if "title" in request.POST else None, injuries=injuries)
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            faults = posted(request, session, form)
        except RuleBroken as no:
            faults = [{"message": no.message, "anchor": ""}]
        if is_scripted(request):
            return answered(session, faults, request)
        if not faults:
            return redirect(note_of(session))
    audit.seen("session", by=request.user, about=session, patient_id=session.case.patient_id)
    context = {
        "session": session,
        "head": patient_head(session.case.patient),
        "case_line": case_head(session.case),
        "form": form,
        "faults": faults,
        "has_consent": photo_consent(session.case) is not None,
        "photographs": photographs_of(session),
        "back": note_of(session),
    }
    status = 422 if faults else 200
    return render(request, "treatments/photographs/add_photograph.html", context, status=status)


def posted(request: HttpRequest, session: Session, form: PhotographForm) -> list[dict[str, str]]:
    """Keeps the consent that was tapped, or each file that was sent; answers with what is wrong."""
    if request.POST.get("do") == "agree":
        agree_to_photographs(case=session.case, by=request.user)
        messages.success(request, _("Noted: photographs are agreed, verbally."))
        return []
    if not form.is_valid():
        return told(form)
    files = request.FILES.getlist("file")
    if not files:
        return [{"message": str(_("Take or choose a photograph first.")), "anchor": "id_file"}]
    return [fault for file in files for fault in added(file, session, form, request)]


def added(file: UploadedFile, session: Session, form: PhotographForm, request: HttpRequest) -> list[dict[str, str]]:
    """Adds one of the files; what is wrong with it does not keep the others out."""
    name = file.name or ""
    try:
        data = file.read(LARGEST_BYTES + 1)
        add(session=session, data=data, told=form.as_new(name), by=request.user)
    except RuleBroken as no:
        if no.faults and no.faults[0].pointer != "/file":
            place(no, form)
            return told(form)
        return [{"message": f"{name}: {no.message}" if name else no.message, "anchor": "id_file"}]
    return []


def answered(session: Session, faults: list[dict[str, str]], request: HttpRequest) -> JsonResponse:
    """For the note's script: all its photographs anew, or why one was not kept."""
    if faults:
        return JsonResponse({"message": " ".join(fault["message"] for fault in faults)}, status=422)
    row = {"photographs": photographs_of(session), "may_take_away": True}
    return JsonResponse({"html": render_to_string("treatments/photographs/_thumbnails.html", row, request)})


def note_of(session: Session) -> str:
    asked = urlencode({"session": session.pk, "photographs": "yes"})
    return f"{reverse('log_session', args=[session.case_id])}?{asked}#photographs"


def found_photograph(request: HttpRequest, pk: UUID) -> SessionDocument:
    rows = SessionDocument.objects.visible_to(request.user).select_related(
        "session", "document__region", "document__uploaded_by", "case__patient", "case__site", "case__lead"
    )
    return get_object_or_404(rows, document=pk)


def photograph(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One photograph, large, with what is known of it."""
    found = found_photograph(request, pk)
    return show(request, found)


def show(request: HttpRequest, found: SessionDocument, error: str = "", reason: str = "") -> HttpResponse:
    is_draft = found.session.status == SessionStatus.DRAFT
    is_mine = is_draft and found.session.author_id == request.user.pk
    audit.seen("photograph", by=request.user, about=found.document, **of(found))
    context = {
        "photograph": found.document,
        "session": found.session,
        "is_draft": is_draft,
        "head": patient_head(found.case.patient),
        "case_line": case_head(found.case),
        "may_take_away": is_mine and request.user.may(Permission.SESSION_LOG),
        "ending": ENDINGS[found.document.content_type],
        "back": note_of(found.session) if is_mine else reverse("session", args=[found.session_id]),
        "error": error,
        "reason": reason,
    }
    return render(request, "treatments/photographs/photograph.html", context, status=422 if error else 200)


@require_POST
def take_away_photograph(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a photograph out of a note that is not signed."""
    require(request.user, Permission.SESSION_LOG)
    found = found_photograph(request, pk)
    reason = request.POST.get("reason", "")
    try:
        take_away(photograph=found, reason=reason, by=request.user)
    except RuleBroken as no:
        return show(request, found, no.message, reason)
    messages.success(request, _("Taken away. What was uploaded is kept, and counts nowhere."))
    return redirect(note_of(found.session))


@require_safe
def photograph_thumbnail(request: HttpRequest, pk: UUID) -> FileResponse:
    """The small copy, for lists."""
    return sent(found_photograph(request, pk), "thumbnail", JPEG)


@require_safe
def photograph_picture(request: HttpRequest, pk: UUID) -> FileResponse:
    """The copy that is shown, or with `?download` saved: turned upright, without metadata."""
    found = found_photograph(request, pk)
    is_saved = "download" in request.GET
    audit.seen("photograph_copy" if is_saved else "photograph", by=request.user, about=found.document, **of(found))
    return sent(found, "shown", JPEG, saved_as=found.document.offered_as("jpg") if is_saved else "")


@require_safe
def photograph_original(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file as it was uploaded, with all that the camera wrote into it; never shown by a browser, only saved."""
    found = found_photograph(request, pk)
    document = found.document
    audit.seen("photograph_original", by=request.user, about=document, **of(found))
    name = document.offered_as(ENDINGS[document.content_type])
    return sent(found, "original", document.content_type, saved_as=name)


def of(found: SessionDocument) -> dict[str, Any]:
    return {"patient_id": found.case.patient_id}


def sent(found: SessionDocument, which: str, content_type: str, *, saved_as: str = "") -> FileResponse:
    """A file of a photograph. The type is what its bytes were decoded as, and no browser guesses another."""
    try:
        stored = documents().open(found.document.stored_as(which), "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type=content_type, as_attachment=bool(saved_as), filename=saved_as)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
