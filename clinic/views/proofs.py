"""The page that asks for a proof, whatever was asked for before it; and locking a browser."""

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clinic import clock
from clinic.actions.passkeys import passkeys_of
from clinic.actions.proofs import SAID, held, lock_browser
from clinic.rules.proofs import Why, why_needed, why_shut
from clinic.views import standing
from clinic.views.attempts import with_retry_after

NOT_SENT_AGAIN = ("csrfmiddlewaretoken", standing.PASSWORD, standing.PASSKEY)


def ask(request: HttpRequest, why: Why | None, *, status: int, error: str = "") -> HttpResponse:
    """Asks for the proof. What a form sent is sent again with it, to where it was sent: so it goes on by itself.

    Nothing of it is kept here: it goes back into the page of the browser that it came from. Files cannot.
    """
    there = request.get_full_path()
    if request.method != "POST" or request.FILES:
        return proof_page(request, why, reverse("unlock"), [("next", there)], status=status, error=error)
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    fields = [(name, value) for name, value in sent if name not in NOT_SENT_AGAIN]
    return proof_page(request, why, there, fields, status=status, error=error)


def proof_page(
    request: HttpRequest, why: Why | None, action: str, fields: list[tuple[str, str]], *, status: int, error: str
) -> HttpResponse:
    context = {
        "why": SAID[why] if why else "",
        "error": error,
        "action": action,
        "fields": fields,
        "lost_files": bool(request.FILES),
        "has_passkey": bool(passkeys_of(request.user)),
        "page": request.get_full_path() if request.method != "POST" else dict(fields).get("next", "/"),
    }
    until = getattr(request, "proof_again_at", None)
    response = render(request, "clinic/proofs/proof.html", context, status=429 if until else status)
    return with_retry_after(response, until) if until else response


@sensitive_post_parameters()
def unlock(request: HttpRequest) -> HttpResponse:
    """A proof by itself: of a locked browser, or before it is asked for. The middleware lets it through."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    there = asked if url_has_allowed_host_and_scheme(asked, request.get_host(), request.is_secure()) else "/"
    scripted = request.headers.get("X-Requested-With") == "fetch"
    present = held.get()
    why = why_needed(present.standing, clock.now()) if present else None
    error = standing.prove(request) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return JsonResponse({"code": "proven"}) if scripted else redirect(there)
    if scripted:
        until = getattr(request, "proof_again_at", None)
        answer = JsonResponse({"code": "proof_refused", "message": error}, status=429 if until else 422)
        return with_retry_after(answer, until) if until else answer
    if request.method != "POST" and why is None:
        return redirect(there)
    fields = [("next", there)]
    return proof_page(request, why, reverse("unlock"), fields, status=422 if error else 200, error=error)


def passkey_options(request: HttpRequest) -> JsonResponse:
    """What a passkey of this person is asked to sign."""
    if not passkeys_of(request.user):
        told = _("You have no passkey yet. Type your password; you find “Passkeys” under your name.")
        return JsonResponse({"code": "no_passkey", "message": told}, status=422)
    return JsonResponse({"request_options": begin_authentication(request.user)})


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Nothing is shown in this browser until its person proves again who they are."""
    present = held.get()
    if present is not None and why_shut(present.standing, clock.now()) is None:
        lock_browser(by=request.user)
        standing.lock(request, present.standing)
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"code": "locked"})
    return redirect("today")


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody reads or scrolls: their hand told the page, and the page tells us. The middleware notes it."""
    return HttpResponse(status=204)
