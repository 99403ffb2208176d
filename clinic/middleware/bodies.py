"""What is sent arrives whole and readable, or is refused; how pages are sent."""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.middleware.gzip import GZipMiddleware

from clinic.middleware.requests import Answer, is_api
from clinic.rules.texts import with_lf
from clinic.views.errors import said

# Files of pictures are written to the disk as they arrive: these pages take a patient's CD, with room for the form.
DISCS = re.compile(r"/(imaging/results|api/v1/imaging-results)/[0-9a-f-]{36}/files/")
LARGEST_DISC = 513 * 1024 * 1024
CUT_OFF = "The request was cut off on its way. Send it again."


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, with the padding by which Django keeps their secrets from being guessed by size.

    Not the API's answers: compression makes an ETag weak, and clients send it back in If-Match.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


class WholeBodyMiddleware:
    """Refuses a body that was cut off on its way, so that no stump of a note is stored; one far too large, before
    anything of it is read; and a form with bytes that are no text, which would be stored as something else.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        length = int(told) if told.isascii() and told.isdigit() else 0
        has_files = request.content_type == "multipart/form-data"
        takes_discs = has_files and DISCS.fullmatch(request.path)
        most = LARGEST_DISC if takes_discs else settings.LARGEST_UPLOAD
        largest = most if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if is_api(request) and length > largest:
            return said(request, 413, "too_large", "A body has at most two megabytes, with a file 64, of pictures 512.")
        if takes_discs and length > most:
            return plain_text("This is too large: at most 512 MB at once. Go back and send fewer files.", 413)
        if length > most:
            return plain_text("This is too large: at most 64 MB at once. Go back and send fewer photographs.", 413)
        if length and has_files:
            request._stream = WholeStream(request._stream, length)  # type: ignore[attr-defined]
            if not is_api(request) and not arrives(request):
                return plain_text(CUT_OFF, 400)
        elif length and len(request.body) < length:
            return said(request, 400, "cut_off", CUT_OFF) if is_api(request) else plain_text(CUT_OFF, 400)
        is_form = request.content_type == "application/x-www-form-urlencoded" and not is_api(request)
        if is_form and not is_text(request.body):
            return plain_text("The form holds bytes that are no text. Go back, type it again and send it.", 400)
        return self.get_response(request)


def arrives(request: HttpRequest) -> bool:
    """Reads the form with its files. Later it would be too late: what reads it then takes the fault for one of ours."""
    try:
        return request.POST is not None
    except UnreadablePostError:
        return False


class WholeStream:
    """The files of a form as they arrive; raises where they end before their end."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        return self.counted(self.stream.read(self.left if size is None or size < 0 else size), size)

    def readline(self, size: int = -1) -> bytes:
        return self.counted(self.stream.readline(self.left if size is None or size < 0 else size), size)

    def counted(self, data: bytes, size: int) -> bytes:
        self.left -= len(data)
        if not data and size != 0 and self.left > 0:
            raise UnreadablePostError(CUT_OFF)
        return data


def is_text(body: bytes) -> bool:
    try:
        unquote_to_bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def plain_text(told: str, status: int) -> HttpResponse:
    return HttpResponse(told, status=status, content_type="text/plain")


class LineEndMiddleware:
    """Lines that a browser sends end with CRLF; in the record they end with LF, as what programs send."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method != "POST" or is_api(request):
            return
        if any("\r" in value for values in request.POST.lists() for value in values[1]):
            sent = request.POST.copy()
            for name, values in request.POST.lists():
                sent.setlist(name, list(map(with_lf, values)))
            sent._mutable = False
            request.POST = sent  # type: ignore[assignment]
