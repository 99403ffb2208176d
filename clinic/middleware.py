"""What happens to each request before and after our own code."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions import proofs, repeats
from clinic.actions.factors import owes_second_factor
from clinic.errors import MovedTo, NotAllowed, RuleBroken, from_database
from clinic.rules import routes
from clinic.rules.glass import OPEN_UNDER_GLASS
from clinic.rules.proofs import Why, why_shut
from clinic.rules.routes import ROUTES, answer_to
from clinic.views import standing
from clinic.views.attempts import remember_device
from clinic.views.errors import not_found, said
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
    OPEN = ("unlock", "passkey_options", "lock", "account_logout", "log_in_as_another")
    # What else somebody may ask for who has no second factor and must have one.
    SETS_UP = ("second_factor", "add_app", "add_passkey", "still_here")

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
            remember_device(request, response)
            return response
        finally:
            proofs.held.reset(token)

    def process_view(self, request: HttpRequest, view: Answer, args: Any, kwargs: Any) -> HttpResponse | None:
        is_public = not getattr(view, "login_required", True) and not is_api(request)
        if is_public or carries_key(request):
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
        if here not in self.SETS_UP and owes_second_factor(request.user):
            return without_factor(request)
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


def carries_key(request: HttpRequest) -> bool:
    """Whether it is a program's. Any other such header changes nothing: the cookie of a browser may come with it."""
    return is_api(request) and request.headers.get("Authorization", "").partition(" ")[0].lower() == "bearer"


def without_factor(request: HttpRequest) -> HttpResponse:
    """Led to the page that sets a second factor up; a script is told so."""
    told = _("Set up your second factor first: you find it under your name.")
    if is_api(request):
        return said(request, 403, "second_factor_needed", told)
    if is_scripted(request):
        return JsonResponse({"code": "second_factor_needed", "message": told}, status=403)
    return redirect("second_factor")


def brings_proof(request: HttpRequest) -> bool:
    return not is_api(request) and (standing.PASSWORD in request.POST or standing.PASSKEY in request.POST)


def without_proof(request: HttpRequest) -> None:
    """The view gets the form as it would have been without the question in between."""
    sent = request.POST.copy()
    for name in (standing.PASSWORD, standing.PASSKEY):
        sent.pop(name, None)
    sent._mutable = False
    request.POST = sent  # type: ignore[assignment]


class RepeatMiddleware:
    """A form that is sent twice is done once, and both answers lead to the same place.

    What is sent is known by its bytes: the token against forged requests in it is another on each page that is made.
    Scripts of ours are left out: they save the same page many times, and say which version they change.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came = audit.origin.get()
        if request.method != "POST" or is_api(request) or request.headers.get("X-Requested-With"):
            return self.get_response(request)
        if not request.user.is_authenticated or "csrfmiddlewaretoken" not in request.POST or came.request_id is None:
            return self.get_response(request)
        key = key_of(request)
        done = repeats.claim(key, came.request_id)
        if done is not None:
            return redirect(done.location or request.path)
        audit.with_form(key)
        response = self.get_response(request)
        if getattr(request, "is_done_elsewhere", False):
            return response
        if response.status_code < 400:
            repeats.settle(key, response.get("Location", request.path))
        else:
            repeats.release(key)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, audit.AlreadyDone):
            return None
        request.is_done_elsewhere = True  # type: ignore[attr-defined]
        return redirect(request.path)


def key_of(request: HttpRequest) -> str:
    """Of who sent what to where: the same bytes by the same person."""
    told = [
        str(request.user.pk),
        request.get_full_path(),
        *(f"{n}={v}" for n in request.POST for v in request.POST.getlist(n)),
    ]
    told += [f"{name}={file.name}/{file.size}" for name in request.FILES for file in request.FILES.getlist(name)]
    return hashlib.sha256("\x00".join(told).encode("utf-8", "surrogatepass")).hexdigest()


class WhoMayMiddleware:
    """Refuses, before any view, what the table of routes does not give to who asks (clinic/rules/routes.py).

    In the REST interface that is decided again once it is known who calls, and with which key (clinic/api/keys.py).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Answer, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        by = request.user if request.user.is_authenticated else None
        verdict, lacking = answer_to(name, request.method, by.permissions() if by else None)
        if verdict is routes.Answer.LOG_IN:
            return None if is_api(request) else redirect_to_login(request.get_full_path())
        if is_api(request) and name in ROUTES and not ROUTES[name].is_public:
            return None
        if verdict is routes.Answer.NO_SUCH_METHOD:
            allowed = HttpResponseNotAllowed(ROUTES[str(name)].methods)
            return said(request, 405, "method_not_allowed", "No such method.") if is_api(request) else allowed
        if verdict is routes.Answer.NOT_FOUND:
            return not_found(request)
        if verdict is routes.Answer.NOT_ALLOWED:
            return refused(request, lacking)
        if by is not None and name in OPEN_UNDER_GLASS:
            audit.through_glass(getattr(by, "known_openings", None) or ())
        return None


def refused(request: HttpRequest, permission: str) -> HttpResponse:
    """The page that says no, and the event of it."""
    by = request.user if request.user.is_authenticated else None
    audit.refused(permission, by=by, code="not_allowed")
    return said(request, 403, "not_allowed", "You may not do this.")


class RefusalMiddleware:
    """The pages' translator: a "no" that no view expected becomes a page that says what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return refused(request, str(error.permission))
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
