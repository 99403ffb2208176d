"""Who is logged in, and still proves to be that person."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clinic import clock
from clinic.actions import proofs
from clinic.actions.factors import owes_second_factor
from clinic.middleware.requests import Answer, is_api, is_scripted
from clinic.rules.proofs import Why, why_shut
from clinic.views import standing
from clinic.views.attempts import remember_device
from clinic.views.errors import said
from clinic.views.proofs import ask


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
