"""Pages of a list as programs ask for them: limit, after, before, ordering, count; anything unknown is refused."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as NotThatField
from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.request import Request

from clinic.api.filters import Filter
from clinic.api.shapes import Out
from clinic.queries import UnknownMark, beyond, read_mark, written_mark

LIMIT, MOST = 25, 200
PAGING = frozenset({"limit", "after", "before", "ordering", "count"})


def page(
    request: Request,
    rows: QuerySet[Any],
    shape: type[Out],
    orderings: Sequence[str],
    filters: Mapping[str, Filter],
    *,
    also: Iterable[str] = (),
) -> dict[str, Any]:
    """One page of `rows`: {"next", "previous", "results"}, and "count" where it is asked for.

    Raises ValidationError for a parameter that is not known, one that cannot be read, and a cursor that is not ours.
    """
    refuse_unknown(request, PAGING | set(filters) | set(also))
    rows = filtered(request, rows, filters)
    field, falls = ordering(request, orderings)
    limit = read_limit(request.query_params.get("limit"))
    asked = {name: request.query_params.get(name, "") for name in ("after", "before")}
    backwards = bool(asked["before"])
    found, marks = shape.read(cut(rows, field, asked, falls=falls != backwards)[: limit + 1], field, "pk")
    has_more = len(found) > limit
    found, marks = found[:limit], marks[:limit]
    if backwards:
        found.reverse()
        marks.reverse()
    comes_after = bool(marks) and (backwards or has_more)
    comes_before = bool(marks) and (has_more if backwards else bool(asked["after"]))
    told = {
        "next": address(request, after=written_mark(*marks[-1])) if comes_after else None,
        "previous": address(request, before=written_mark(*marks[0])) if comes_before else None,
        "results": found,
    }
    if flag(request, "count"):
        told["count"] = rows.count()
    return told


def cut(rows: QuerySet[Any], field: str, asked: Mapping[str, str], *, falls: bool) -> QuerySet[Any]:
    """The rows beyond the mark, in their order."""
    mark = asked["before"] or asked["after"]
    try:
        beyond_it = rows.filter(beyond(field, *read_mark(mark), backwards=falls)) if mark else rows
    except (UnknownMark, NotThatField):
        name = "before" if asked["before"] else "after"
        raise exceptions.ValidationError({name: "not a place in this list: start again from the first page"}) from None
    sign = "-" if falls else ""
    return beyond_it.order_by(f"{sign}{field}", f"{sign}pk")


def filtered(request: Request, rows: QuerySet[Any], filters: Mapping[str, Filter]) -> QuerySet[Any]:
    asked = {}
    for name, each in filters.items():
        if (text := request.query_params.get(name)) is None:
            continue
        try:
            asked[each.lookup] = each.read(text)
        except ValueError:
            raise exceptions.ValidationError({name: f"write {each.told}"}) from None
    return rows.filter(**asked) if asked else rows


def ordering(request: Request, orderings: Sequence[str]) -> tuple[str, bool]:
    """The field of the order that is asked for, and whether the largest comes first."""
    text = request.query_params.get("ordering", orderings[0])
    field = text.removeprefix("-")
    if field not in {known.removeprefix("-") for known in orderings}:
        raise exceptions.ValidationError({"ordering": f"one of {', '.join(orderings)}, with - the other way round"})
    return field, text.startswith("-")


def flag(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise exceptions.ValidationError({name: "true or false"})
    return text == "true"


def refuse_unknown(request: Request, allowed: set[str] | frozenset[str]) -> None:
    unknown = sorted(set(request.query_params) - allowed)
    if unknown:
        raise exceptions.ValidationError(dict.fromkeys(unknown, "unknown parameter"), code="unknown_parameter")
    twice = sorted(name for name in request.query_params if len(request.query_params.getlist(name)) > 1)
    if twice:
        raise exceptions.ValidationError(dict.fromkeys(twice, "say it once"), code="unknown_parameter")


def read_limit(written: str | None) -> int:
    if written is None:
        return LIMIT
    if not written.isascii() or not written.isdigit() or not 1 <= int(written[:6]) <= MOST:
        raise exceptions.ValidationError({"limit": f"a number from 1 to {MOST}"})
    return int(written)


def address(request: Request, **mark: str) -> str:
    kept = {k: v for k, v in request.query_params.items() if k not in ("after", "before")}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, **mark})}")
