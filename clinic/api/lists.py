"""Pages of a list as programs ask for them: limit, after, before; anything unknown is refused."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.request import Request

from clinic.queries import UnknownMark, page_of

LIMIT, MOST = 25, 200


def asked_page(
    request: Request, rows: QuerySet[Any], field: str, allowed: set[str]
) -> tuple[list[Any], dict[str, str | None]]:
    """The rows of the page that the request asks for, and the addresses of those beside it.

    Raises ValidationError for a parameter that is not in `allowed` and for a cursor that is not ours.
    """
    refuse_unknown(request, allowed | {"limit", "after", "before"})
    asked = {name: request.query_params.get(name, "") for name in ("after", "before")}
    try:
        page = page_of(rows, field, limit=read_limit(request.query_params.get("limit")), **asked)
    except UnknownMark as no:
        raise exceptions.ValidationError({"after": "not a place in this list: start again from the first page"}) from no
    links = {
        "next": address(request, after=page.after) if page.after else None,
        "previous": address(request, before=page.before) if page.before else None,
    }
    return page.rows, links


def refuse_unknown(request: Request, allowed: set[str]) -> None:
    unknown = sorted(set(request.query_params) - allowed)
    if unknown:
        raise exceptions.ValidationError(dict.fromkeys(unknown, "unknown parameter"), code="unknown_parameter")


def read_limit(written: str | None) -> int:
    if written is None:
        return LIMIT
    if not written.isascii() or not written.isdigit() or not 1 <= int(written[:6]) <= MOST:
        raise exceptions.ValidationError({"limit": f"a number from 1 to {MOST}"})
    return int(written)


def address(request: Request, **mark: str) -> str:
    kept = {k: v for k, v in request.query_params.items() if k not in ("after", "before")}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, **mark})}")
