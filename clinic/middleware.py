"""What happens to each request before and after our own code."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions import proofs
from clinic.errors import MovedTo, NotAllowed, RuleBroken, from_database
from clinic.rules.proofs import Why, why_shut
from clinic.views import standing
from clinic.views.errors import said
from clinic.views.proofs import ask

Answer = Callable[[HttpRequest], HttpResponse]


def is_scripted(request: HttpRequest) -> bool:
    """Sent by our own script: it cannot follow a redirect to the login page."""
    return request.headers.get("X-Requested-With") == "fetch"


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, with the padding by which Django keeps their secrets from being guessed by size.

    Not the API's answers: compression makes an ETag weak, and clients send it back in If-Match.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


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


class ProofMiddleware:
    """Lets nobody see or do anything in a browser that is locked or was idle, until its person proves who they are.

    Where an action asked for a proof, whatever its page made of that, the answer is the question for it; and where a
    form brings the proof with it, it is checked first. Tells the actions how the proof stands (proofs.held).
    """

    # What a locked browser may ask for: unlocking it, and leaving it to somebody else.
    OPEN = ("unlock", "passkey_options", "lock", "account_logout")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = proofs.held.set(None)
        try:
            response = self.get_response(request)
            present = proofs.held.get()
            if present is not None and present.asked is not None and not is_api(request):
                response = self.refuse(request, present.asked, proofs.PROOF_NEEDED, 409)
            standing.leave_mark(request, response)
            return response
        finally:
            proofs.held.reset(token)

    def process_view(self, request: HttpRequest, view: Answer, args: Any, kwargs: Any) -> HttpResponse | None:
        is_public = not getattr(view, "login_required", True) and not is_api(request)
        if is_public or request.headers.get("Authorization"):
            return None
        known = standing.standing_of(request)
        if known is None:
            return None
        present = proofs.Held(known)
        proofs.held.set(present)
        here = request.resolver_match.url_name if request.resolver_match else ""
        if here in self.OPEN:
            return None
        if request.method == "POST" and brings_proof(request):
            error = standing.prove(request)
            if error:
                return ask(request, None, status=422, error=error)
            without_proof(request)
        shut = why_shut(present.standing, clock.now())
        if shut is not None:
            return self.refuse(request, shut, "locked", 423)
        if request.headers.get("X-Requested-With") != "poll":  # what a page asks by itself is nobody's doing
            present.standing = standing.was_active(request, present.standing)
        return None

    def refuse(self, request: HttpRequest, why: Why, code: str, status: int) -> HttpResponse:
        told = str(proofs.SAID[why])
        if is_api(request):
            return said(request, status, code, told)
        if is_scripted(request):
            return JsonResponse({"code": code, "message": told}, status=status)
        return ask(request, why, status=status)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def brings_proof(request: HttpRequest) -> bool:
    return not is_api(request) and (standing.PASSWORD in request.POST or standing.PASSKEY in request.POST)


def without_proof(request: HttpRequest) -> None:
    """The view gets the form as it would have been without the question in between."""
    sent = request.POST.copy()
    for name in (standing.PASSWORD, standing.PASSKEY):
        sent.pop(name, None)
    sent._mutable = False
    request.POST = sent  # type: ignore[assignment]


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
        if isinstance(error, MovedTo):
            return moved(request, error)
        if isinstance(error, RuleBroken):
            return render(request, "errors/refused.html", {"refusal": error}, status=409 if error.conflict else 422)
        return None


def moved(request: HttpRequest, error: MovedTo) -> HttpResponse:
    """Who reads is led to where it is now; who writes is told, and writes there if that is what they mean."""
    link = error.leads_to(request.path)
    if request.method in ("GET", "HEAD"):
        messages.info(request, error.message)
        asked = request.META.get("QUERY_STRING", "")
        return redirect(f"{link}?{asked}" if asked else link)
    return render(request, "errors/refused.html", {"refusal": error, "link": link}, status=409)
