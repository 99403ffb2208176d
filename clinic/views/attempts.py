"""Stops who guesses: attempts to log in and to prove oneself are counted, and the one too many is answered with 429."""

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clinic import clock
from clinic.database.attempts import count_attempt, take_back
from clinic.rules.attempts import CODE, DEVICE, NETWORK, PROOF, Counter, again_at, counters_of_login, network_of

SALT = "clinic.device"
LASTS_SECONDS = 365 * 24 * 60 * 60
MOST_PEOPLE = 20  # of whom one device remembers that they logged in there


class Tried:
    """The attempt of this request: counted when it is made, taken back where it succeeds."""

    def __init__(self, counters: list[Counter]) -> None:
        self.counters, self.until = counters, None
        for counter in counters:
            told = {"now": clock.now(), "window": counter.limit.window}
            count, ends_at = count_attempt(key_of(counter), **told)
            if count > counter.limit.most:
                self.until: datetime | None = max(self.until or ends_at, ends_at)

    def succeeded(self) -> None:
        for counter in self.counters:
            take_back(key_of(counter))


def key_of(counter: Counter) -> str:
    return f"{counter.limit.of} {counter.who}"


def login_tried(request: HttpRequest, email: str) -> Tried:
    known, people = device_of(request)
    device = known if mark_of(email) in people else ""
    return Tried(counters_of_login(email=email, address=address_of(request), device=device))


def passkey_tried(request: HttpRequest) -> Tried:
    """With a passkey there is no account yet, and nothing to guess: what is counted is the device, or the network."""
    device, _people = device_of(request)
    return Tried(
        [Counter(DEVICE, f"{device} passkey") if device else Counter(NETWORK, network_of(address_of(request)))]
    )


def code_tried(person_id: Any) -> Tried:
    """After the password: nobody uses these up who does not know it."""
    return Tried([Counter(CODE, str(person_id))])


def proof_tried(person_id: Any) -> Tried:
    """Of somebody who is logged in: nobody outside uses these up."""
    return Tried([Counter(PROOF, str(person_id))])


def too_many(request: HttpRequest, until: datetime) -> HttpResponse:
    """The page that says when to try again."""
    response = render(request, "429.html", {"again_at": again_at(until)}, status=429)
    return with_retry_after(response, until)


def said_too_many(until: datetime) -> str:
    told = timezone.localtime(again_at(until)).strftime("%H:%M")
    return _("Too many attempts. Try again at %(when)s, or ask somebody else to log in.") % {"when": told}


def with_retry_after(response: HttpResponse, until: datetime) -> HttpResponse:
    response["Retry-After"] = str(max(1, int((again_at(until) - clock.now()).total_seconds())))
    return response


def address_of(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR") or ""


def mark_of(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:24]


def device_of(request: HttpRequest) -> tuple[str, list[str]]:
    """The name of this device, and the marks of those who logged in with it; nothing where its cookie is not ours."""
    try:
        device, people = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE, ""), salt=SALT, max_age=LASTS_SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return device, people


def remember_device(request: HttpRequest, response: HttpResponse) -> None:
    """After a login; kept when logging out, and of no use to anybody without a password."""
    email = getattr(request, "logged_in_with", "")
    if not email:
        return
    device, people = device_of(request)
    mark = mark_of(email)
    kept = [mark, *(one for one in people if one != mark)][:MOST_PEOPLE]
    response.set_cookie(
        settings.DEVICE_COOKIE,
        signing.dumps([device or secrets.token_urlsafe(12), kept], salt=SALT),
        max_age=LASTS_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
