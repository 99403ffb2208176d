"""`Idempotency-Key`: what is sent again after a lost answer is done once, and answered as it was the first time."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock
from clinic.actions.repeats import KEPT
from clinic.api.rendering import FastRenderer
from clinic.errors import RuleBroken
from clinic.models import SentRequest

LONGEST = 255
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="What is sent again with it within 24 hours is done once.",
)
HEADERS = ("Location", "ETag")


class InFlight(exceptions.APIException):
    """The same key is being worked on at this moment."""

    status_code = 409
    default_detail = "The request with this key is not answered yet. Send it again in a second."
    default_code = "in_flight"
    wait = 1


def once(post: Callable[..., Response]) -> Callable[..., Response]:
    """A POST that may be sent again with the same `Idempotency-Key`.

    What it does and its answer are stored in one transaction: after a crash there are both, or neither. A refusal is
    not kept: it is asked anew. Raises InFlight (409), and RuleBroken (422) for another body under the same key.
    """

    @wraps(post)
    def answered(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(self, request, *args, **kwargs)
        if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
            raise exceptions.ValidationError({"Idempotency-Key": f"1 to {LONGEST} printable ASCII characters"})
        name, sent = digest([caller(request), key]), digest([request.path, request.data])
        with transaction.atomic():
            if not is_first(name):
                raise InFlight
            kept = SentRequest.objects.filter(name=name, created_at__gt=clock.now() - KEPT).first()
            if kept is not None:
                return again(self, request, kept, sent)
            response = post(self, request, *args, **kwargs)
            keep(name, sent, response)
            return response

    answered.is_once = True  # type: ignore[attr-defined]
    return answered


def caller(request: Request) -> str:
    return str(request.auth.pk if request.auth is not None else request.user.pk)


def digest(told: Any) -> str:
    text = json.dumps(told, sort_keys=True, default=digest_of_file)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_file(file: Any) -> str:
    """Of a file in multipart; it is left to be read from its beginning."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def is_first(name: str) -> bool:
    """Whether nobody else works on this key now; held until the transaction ends, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def keep(name: str, sent: str, response: Response) -> None:
    SentRequest.objects.filter(name=name).delete()  # of the day before
    SentRequest.objects.create(
        name=name,
        sent=sent,
        status=response.status_code,
        headers={header: response[header] for header in HEADERS if header in response},
        body=FastRenderer().render(response.data).decode(),
        row_id=row_of(response.data),
    )


def row_of(data: Any) -> Any:
    return data.get("id") if isinstance(data, dict) else None


def again(view: Any, request: Request, kept: SentRequest, sent: str) -> Response:
    """The answer that was given; not where its row is out of sight by now."""
    if kept.sent != sent:
        raise RuleBroken("idempotency_key_reused", "This Idempotency-Key was sent with another request.")
    visible = getattr(view, "visible", None)
    if kept.row_id and visible is not None and not visible(request.user).filter(pk=kept.row_id).exists():
        raise Http404
    return Response(json.loads(kept.body), status=kept.status, headers={**kept.headers, "Idempotent-Replayed": "true"})
