"""What the login of a browser keeps of its person's proof, and how a proof is checked.

It is kept in the login's own row: it begins and ends with it, and costs no statement to read. Activity is written at
most once a minute: that is exact enough for a quarter of an hour, and a write for each request would lock one row.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from clinic import clock
from clinic.actions import proofs
from clinic.actions.proofs import give_proof, refuse_proof
from clinic.forms.passkeys import NO_ANSWER
from clinic.models.logins import LOGIN
from clinic.models.logins import PROOF as KEY
from clinic.models.records import new_id
from clinic.rules.proofs import Standing, why_needed
from clinic.views.attempts import proof_tried, said_too_many

WRITTEN_EVERY = timedelta(minutes=1)
PASSWORD, PASSKEY = "proof_password", "proof_credential"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def standing_of(request: HttpRequest) -> Standing | None:
    """None where nobody is logged in. A login that keeps nothing yet is as old as its person's last login."""
    if not request.user.is_authenticated:
        return None
    kept = request.session.get(KEY) or {}
    login = request.user.last_login or BEGINNING
    mark = kept.get("mark", "")
    return Standing(
        proven_at=datetime.fromisoformat(kept["proven_at"]) if "proven_at" in kept else login,
        active_at=datetime.fromisoformat(kept["active_at"]) if "active_at" in kept else login,
        is_locked=bool(kept.get("is_locked")),
        used_by_another=bool(mark) and not constant_time_compare(mark, request.COOKIES.get(settings.PROOF_COOKIE, "")),
    )


def keep(request: HttpRequest, standing: Standing, mark: str | None = None) -> None:
    request.session[KEY] = {
        "proven_at": standing.proven_at.isoformat(),
        "active_at": standing.active_at.isoformat(),
        "is_locked": standing.is_locked,
        "mark": (request.session.get(KEY) or {}).get("mark", "") if mark is None else mark,
    }


def begin(request: HttpRequest) -> None:
    """A login is a proof. The browser gets a mark of it, which the next person's login replaces."""
    now = clock.now()
    request.session[LOGIN] = {
        "id": str(new_id()),
        "began_at": now.isoformat(),
        "came_from": request.META.get("REMOTE_ADDR") or None,
        "browser": request.headers.get("User-Agent", "")[:200].replace("\x00", ""),
    }
    keep(request, Standing(now, now), secrets.token_urlsafe(16))
    request.proof_is_new = True  # type: ignore[attr-defined]
    request.logged_in_with = request.user.email  # type: ignore[attr-defined]
    give_proof(means="login", because="LOGIN", by=request.user)


def was_active(request: HttpRequest, standing: Standing) -> Standing:
    """Notes that the person did something."""
    now = clock.now()
    if now - standing.active_at < WRITTEN_EVERY:
        return standing
    standing = replace(standing, active_at=now)
    keep(request, standing)
    return standing


def lock(request: HttpRequest, standing: Standing) -> None:
    """Under a new key: a request on its way cannot write the state from before the lock back."""
    keep(request, replace(standing, is_locked=True))
    request.session.cycle_key()


def prove(request: HttpRequest) -> str:
    """Checks the password or passkey that was sent with the request; answers with what is wrong with it, or nothing."""
    means = "passkey" if request.POST.get(PASSKEY) else "password"
    present = proofs.held.get()
    tried = proof_tried(request.user.pk)
    if tried.until is not None:
        refuse_proof(means=means, code="too_many", by=request.user)
        request.proof_again_at = tried.until  # type: ignore[attr-defined]
        return said_too_many(tried.until)
    code = refusal_of(request, means)
    if code:
        refuse_proof(means=means, code=code, by=request.user)
        return {
            "password": _("That is not your password. Nothing is lost: try again."),
            "passkey": _("That passkey did not prove who you are. Try again, or type your password."),
        }[code]
    tried.succeeded()
    now = clock.now()
    why = why_needed(present.standing, now) if present else None
    give_proof(means=means, because=why or "", by=request.user)
    kept = request.session.get(KEY) or {}
    keep(request, Standing(now, now), kept.get("mark") or secrets.token_urlsafe(16))
    request.proof_is_new = True  # type: ignore[attr-defined]
    if present is not None:
        present.standing = Standing(now, now)
    return ""


def refusal_of(request: HttpRequest, means: str) -> str:
    """The code of a refusal, or nothing."""
    if means == "passkey":
        try:
            form = ReauthenticateWebAuthnForm({"credential": request.POST[PASSKEY]}, user=request.user)
            if form.is_valid():
                form.save()
                return ""
        except NO_ANSWER:
            pass
        return "passkey"
    return "" if request.user.check_password(request.POST.get(PASSWORD, "")[:1000]) else "password"


def leave_mark(request: HttpRequest, response: HttpResponse) -> None:
    """After a proof this browser is known as the one in which it was given."""
    mark = (request.session.get(KEY) or {}).get("mark", "")
    if mark and getattr(request, "proof_is_new", False):
        response.set_cookie(
            settings.PROOF_COOKIE,
            mark,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
