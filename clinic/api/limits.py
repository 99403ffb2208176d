"""How often a program may ask: by key, by person in a browser, by network where nobody is known; for all processes.

The count is one statement beside the request's transaction (clinic/database/attempts.py), which also notes now and then
that a key was used. A request is counted once, by whoever asks first.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from clinic import clock
from clinic.database.attempts import count_attempt, count_request_of_key
from clinic.models import ApiKey, StaffMember
from clinic.rules.allowances import WINDOW, Allowance, allowance
from clinic.rules.attempts import network_of


class TooManyRequests(exceptions.Throttled):
    """The allowance of this minute is spent."""

    default_code = "too_many_requests"

    def __init__(self, spent: Allowance) -> None:
        super().__init__(wait=spent.reset_seconds)
        told = f"At most {spent.limit} requests a minute. Try again in {spent.reset_seconds} seconds."
        self.detail = exceptions.ErrorDetail(told, self.default_code)


class RequestLimits(BaseThrottle):
    """Named in REST_FRAMEWORK. Most requests were counted before: HasScope asks first, as a refusal costs an event."""

    def allow_request(self, request: Request, view: Any) -> bool:
        require_allowance(request)
        return True


def require_allowance(request: Request) -> None:
    """Raises TooManyRequests."""
    found = allowance_of(request)
    if found.is_spent:
        raise TooManyRequests(found)


def require_allowance_of_network(request: Request) -> None:
    """The same where a key was sent that is none: who guesses keys is nobody we know."""
    found = kept(request, lambda: by_network(address_of(request)))
    if found.is_spent:
        raise TooManyRequests(found)


def allowance_of(request: Request | HttpRequest) -> Allowance:
    """What is left of it after this request, which is counted the first time that this is asked."""
    return kept(request, lambda: counted(request))


def kept(request: Request | HttpRequest, count: Any) -> Allowance:
    there = getattr(request, "_request", request)
    if not hasattr(there, "allowance"):
        there.allowance = count()
    found: Allowance = there.allowance
    return found


def counted(request: Request | HttpRequest) -> Allowance:
    key, person = getattr(request, "auth", None), getattr(request, "user", None)
    if isinstance(key, ApiKey):
        return by_key(key, address_of(request))
    if isinstance(person, StaffMember):
        return by_person(person)
    return by_network(address_of(request))


def by_key(key: ApiKey, address: str) -> Allowance:
    now = clock.now()
    told = {"key_id": key.pk, "network": network_of(address), "now": now, "window": WINDOW}
    count, ends_at = count_request_of_key(f"requests of key {key.pk}", **told)
    return allowance(settings.API_LIMIT, count, ends_at=ends_at, now=now)


def by_person(person: StaffMember) -> Allowance:
    return plainly(f"requests of person {person.pk}", settings.API_LIMIT)


def by_network(address: str) -> Allowance:
    return plainly(f"requests of network {network_of(address)}", settings.API_LIMIT_ANONYMOUS)


def plainly(counter: str, limit: int) -> Allowance:
    now = clock.now()
    count, ends_at = count_attempt(counter, now=now, window=WINDOW)
    return allowance(limit, count, ends_at=ends_at, now=now)


def address_of(request: Request | HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR") or ""
