"""The files of a picture: added, answered about, and handed out. Their bytes leave through here alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases.actions.documents import documents
from cases.actions.imaging_files import Received, Sent, answer_identity, keep_files
from cases.models import ImagingFile
from cases.queries.imaging_files import TYPES, files_of, offered_as, visible_files
from cases.views.imaging import result_of, result_page
from clinic import audit
from clinic.errors import RuleBroken
from clinic.middleware import is_scripted

GREYS = "application/octet-stream"


@require_POST
def add_imaging_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps the files that were sent with a picture; what was refused is told file by file."""
    result = result_of(request, pk)
    sent = [Sent(file, file.name or "") for file in request.FILES.getlist("file")]
    try:
        received = keep_files(result=result, sent=sent, by=request.user)
    except RuleBroken as no:
        if is_scripted(request):
            return JsonResponse({"refused": [{"name": "", "message": no.message}], "kept": 0}, status=422)
        return result_page(request, result, files_refused=[no.message])
    refused = [each for each in received.outcomes if each.file is None]
    if is_scripted(request):
        told = {
            "refused": [{"name": each.name, "message": each.message} for each in refused],
            "summary": summed(received),
        }
        return JsonResponse({**told, "kept": len(received.outcomes) - len(refused), "html": listed(request, pk)})
    if refused:
        return result_page(request, result, files_refused=[f"{each.name}: {each.message}" for each in refused])
    messages.success(request, summed(received))
    return redirect("imaging_result", pk)


def listed(request: HttpRequest, pk: UUID) -> str:
    result = result_of(request, pk)
    context = {"result": result, "found": files_of(result)}
    return render_to_string("cases/imaging/_files.html", context, request)


def summed(received: Received) -> str:
    """How many were kept, were there already, and were left out."""
    status = [each.status for each in received.outcomes]
    kept, known = status.count("KEPT"), status.count("KNOWN")
    parts = [ngettext("%(n)s file kept.", "%(n)s files kept.", kept) % {"n": kept}]
    if known:
        parts.append(ngettext("%(n)s was here already.", "%(n)s were here already.", known) % {"n": known})
    if received.left_out:
        one, more = _("%(n)s file of the disc’s own was left out."), _("%(n)s files of the disc’s own were left out.")
        parts.append((one if received.left_out == 1 else more) % {"n": received.left_out})
    return " ".join(parts)


@require_POST
def answer_imaging_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps whose picture it is, where a file speaks of somebody else."""
    result = result_of(request, pk)
    is_ours = {"ours": True, "aside": False}.get(request.POST.get("whose", ""))
    try:
        if is_ours is None:
            raise RuleBroken("missing", _("Say whether it is this patient’s picture."), field="whose")
        answer_identity(result=result, is_ours=is_ours, reason=request.POST.get("reason", ""), by=request.user)
    except RuleBroken as no:
        return result_page(request, result_of(request, pk), identity_refused=no)
    done = _("Kept: it is this patient’s picture.") if is_ours else _("Set aside: it counts nowhere.")
    messages.success(request, done)
    return redirect("imaging_result", pk)


def found_file(request: HttpRequest, pk: UUID) -> ImagingFile:
    return get_object_or_404(visible_files(request.user).select_related("result__case"), pk=pk)


@require_safe
def imaging_frame(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """A frame as the viewer shows it: raw greys of 16 bits, packed, or a PNG in colour. Not of what was set aside."""
    row = get_object_or_404(visible_files(request.user).that_count(), pk=pk, rendering__isnull=False)
    if not 1 <= number <= row.frames:
        raise Http404
    if row.is_colour:
        return shown(request, row, f"frame-{number}", "image/png")
    response = shown(request, row, f"frame-{number}", GREYS)
    response["Content-Encoding"] = "gzip"
    return response


@require_safe
def imaging_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A small picture of the first frame, for lists."""
    row = get_object_or_404(visible_files(request.user).that_count(), pk=pk, rendering__isnull=False)
    return shown(request, row, "preview", "image/png")


@require_safe
def imaging_original(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file as it was uploaded; never shown by a browser, only saved."""
    row = found_file(request, pk)
    audit.seen("imaging_file_original", by=request.user, about=row, patient_id=row.result.case.patient_id)
    response = opened(row, "original", TYPES[row.kind], saved_as=offered_as(row))
    response["Cache-Control"] = "private, no-store"
    return response


def shown(request: HttpRequest, row: ImagingFile, which: str, content_type: str) -> HttpResponse:
    """A derived picture never changes: a viewer that still has it asks whether it may see it, and gets no other."""
    etag = f'"{row.pk}-{which}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = opened(row, which, content_type)  # type: ignore[assignment]
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    return response


def opened(row: ImagingFile, which: str, content_type: str, *, saved_as: str = "") -> FileResponse:
    """The type is what its bytes were read as, and no browser guesses another."""
    try:
        stored: Any = documents().open(row.stored_as(which), "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type=content_type, as_attachment=bool(saved_as), filename=saved_as)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
