"""The REST interface's translator: every "no" leaves as application/problem+json (RFC 9457)."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from clinic import audit
from clinic.errors import Fault, MovedTo, NotAllowed, RuleBroken, Stale, from_database
from clinic.rules.texts import with_lf_within

TYPE = "application/problem+json"
DEEPEST = 20


def problem(
    status: int, code: str, title: str, detail: str = "", faults: Sequence[Fault] = (), **more: object
) -> HttpResponse:
    """One refusal as RFC 9457 writes it; `errors` name each place by JSON pointer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code,
    }
    if faults:
        body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.message} for f in faults]
    body |= more
    # What was sent may be told again: half a character, which JSON can name and UTF-8 cannot write, becomes "?".
    told = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(told, status=status, content_type=TYPE)


class PreconditionRequired(exceptions.APIException):
    """A change names the version that it is a change of."""

    status_code = 428
    default_detail = "Send If-Match with the etag of the row that you saw."
    default_code = "if_match_missing"


class StrictJSONParser(JSONParser):
    """JSON objects and nothing stranger: no NaN, no repeated members, no depth that only an attacker needs."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        try:
            text = stream.read().decode("utf-8")
            read = json.loads(text, object_pairs_hook=no_member_twice, parse_constant=no_constant)
            text.encode("utf-8")
        except (ValueError, RecursionError) as fault:
            raise exceptions.ParseError("The body is not readable JSON.") from fault
        if not isinstance(read, dict) or depth(read) > DEEPEST:
            raise exceptions.ParseError("The body must be one JSON object, not nested deeply.")
        return dict(with_lf_within(read))


class MergePatchParser(StrictJSONParser):
    """The same, under the name that RFC 7396 gives to a change."""

    media_type = "application/merge-patch+json"


def no_member_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a member stands twice")
    return read


def no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def depth(value: Any) -> int:
    """How deeply lists and objects are nested; infinite numbers, which JSON's 1e999 makes, count as too deep."""
    if isinstance(value, float) and math.isinf(value):
        return DEEPEST + 1
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inside), default=0)


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """DRF's exception handler; None lets an unexpected error become our 500."""
    if isinstance(error, OperationalError | InterfaceError):
        return None  # clinic.views.errors answers it, wherever it was found out
    if isinstance(error, DatabaseError):
        error = from_database(error) or error
    if isinstance(error, NotAllowed):
        request = context["request"]
        audit.refused(str(error.permission), by=getattr(request, "user", None), code="not_allowed")
        return problem(403, "not_allowed", "You may not do this.", f"This needs the permission {error.permission}.")
    if isinstance(error, exceptions.PermissionDenied):  # a key without the scope; a form without its token
        request = context["request"]
        audit.refused(str(request.method).lower(), by=getattr(request, "user", None), code="key_or_token")
    if isinstance(error, MovedTo):
        return moved(context["request"], error)
    if isinstance(error, RuleBroken):
        status = 412 if isinstance(error, Stale) else 409 if error.conflict else 422
        return problem(status, error.code, error.message, faults=error.faults, **error.more)
    return answer_to_framework(error)


def moved(request: Any, error: MovedTo) -> HttpResponse:
    """A program that reads is led on for good; one that writes decides for itself whether it means that row."""
    is_read = request.method in ("GET", "HEAD", "OPTIONS")
    response = problem(308 if is_read else 409, error.code, error.message)
    response["Location"] = error.leads_to(request.get_full_path())
    return response


def answer_to_framework(error: Exception) -> HttpResponse | None:
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here, or it is not yours to see.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400, "malformed", "The request does not have the shape it needs.", faults=list(flat(error.detail))
        )
    if not isinstance(error, exceptions.APIException):
        return None
    response = problem(error.status_code, str(error.default_code), str(error.detail))
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        response["Retry-After"] = str(math.ceil(error.wait))
    return response


def flat(detail: Any, pointer: str = "") -> Iterator[Fault]:
    """DRF's nested messages as one list with JSON pointers."""
    if isinstance(detail, Mapping):
        for name, inside in detail.items():
            yield from flat(inside, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        for place, inside in enumerate(detail):
            yield from flat(inside, f"{pointer}/{place}" if isinstance(inside, Mapping | list) else pointer)
    else:
        yield Fault(pointer, str(getattr(detail, "code", "invalid")), str(detail))
