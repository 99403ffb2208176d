"""What happens to each request before and after our own code."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic import audit
from clinic.errors import NotAllowed, RuleBroken, from_database

Answer = Callable[[HttpRequest], HttpResponse]


def is_scripted(request: HttpRequest) -> bool:
    """Sent by our own script: it cannot follow a redirect to the login page."""
    return request.headers.get("X-Requested-With") == "fetch"


class WholeBodyMiddleware:
    """Refuses a body that was cut off on its way, so that no stump of a note is stored; and one that is far too large,
    before anything of it is read.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdigit() and int(told) > settings.LARGEST_UPLOAD:
            return HttpResponse(
                "This is too large: at most 64 MB at once. Go back and send fewer photographs.",
                status=413,
                content_type="text/plain",
            )
        is_read_here = told.isdigit() and int(told) > 0 and request.content_type != "multipart/form-data"
        if is_read_here and len(request.body) < int(told):
            return HttpResponse(
                "The request was cut off on its way. Send it again.", status=400, content_type="text/plain"
            )
        return self.get_response(request)


class OriginMiddleware:
    """Notes for the audit log where a request came from; keeps what is behind the login out of caches."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        token = audit.origin.set(audit.Origin())
        try:
            came = audit.came_by(door, request.META.get("REMOTE_ADDR") or None)
            response = self.get_response(request)
            response["X-Request-ID"] = str(came.request_id)
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store"
            return response
        finally:
            audit.origin.reset(token)


class LoginMiddleware(LoginRequiredMiddleware):
    """A stranger goes to the login page; a script of ours is told so instead."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        if is_scripted(request):
            return JsonResponse({"code": "login_needed"}, status=401)
        return super().handle_no_permission(request, view_func)


class RefusalMiddleware:
    """The pages' translator: a "no" that no view expected becomes a page that says what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            by = request.user if request.user.is_authenticated else None
            audit.refused(str(error.permission), by=by, code="not_allowed")
            return render(request, "403.html", status=403)
        if isinstance(error, ValueError) and "NUL" in str(error):
            told = _("What was sent holds a character that cannot be stored. Go back, remove it and send it again.")
            error = RuleBroken("unreadable_character", told)
        if isinstance(error, DatabaseError):
            found = from_database(error)
            error = found if found is not None else error
        if isinstance(error, RuleBroken):
            return render(request, "errors/refused.html", {"refusal": error}, status=409 if error.conflict else 422)
        return None
