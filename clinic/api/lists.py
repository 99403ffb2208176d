"""Pages of a list as programs ask for them: limit, after, before, ordering, count; anything unknown is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.request import Request

from clinic.api.expanding import asked_for, expanded
from clinic.api.filters import Filter
from clinic.api.shapes import Out
from clinic.queries import UnknownMark, page_of

LIMIT, MOST = 25, 200
PAGING = frozenset({"limit", "after", "before", "ordering", "count"})


class Listed(Protocol):
    """What a list says of itself."""

    out: ClassVar[type[Out]]
    orderings: ClassVar[tuple[str, ...]]
    filters: ClassVar[Mapping[str, Filter]]
    asked: ClassVar[Mapping[str, str]]
    expands: ClassVar[Mapping[str, Any]]
    patient_column: str


def page(request: Request, rows: QuerySet[Any], view: Listed) -> tuple[dict[str, Any], set[UUID]]:
    """One page of `rows`: {"next", "previous", "results"}, and "count" where it is asked for; and whose they are.

    Raises ValidationError for a parameter that is not known, one that cannot be read, and a cursor that is not ours.
    """
    refuse_unknown(request, PAGING | set(view.filters) | set(view.asked) | ({"expand"} if view.expands else set()))
    names = asked_for(request, view.expands)
    rows = filtered(request, rows, view.filters)
    field, falls = ordering(request, view.orderings)
    patient = [view.patient_column] if view.patient_column else []
    asked = {name: request.query_params.get(name, "") for name in ("after", "before")}
    try:
        found = page_of(
            rows,
            field,
            limit=read_limit(request.query_params.get("limit")),
            is_falling=falls,
            read=lambda chosen: zip(*view.out.read(chosen, field, "pk", *patient), strict=True),
            place=lambda pair: pair[1][:2],
            **asked,
        )
    except UnknownMark:
        name = "before" if asked["before"] else "after"
        told = "not a place in this list: start again from the first page"
        raise exceptions.ValidationError({name: told}) from None
    answer: dict[str, Any] = {
        "next": address(request, after=found.after) if found.after else None,
        "previous": address(request, before=found.before) if found.before else None,
        "results": [row for row, _also in found.rows],
    }
    if names:
        answer["expanded"] = expanded(names, answer["results"], view.expands, request.user)
    if flag(request, "count"):
        answer["count"] = rows.count()
    return answer, {also[2] for _row, also in found.rows if patient}


def filtered(request: Request, rows: QuerySet[Any], filters: Mapping[str, Filter]) -> QuerySet[Any]:
    asked = read_filters(request, filters)
    return rows.filter(**asked) if asked else rows


def read_filters(request: Request, filters: Mapping[str, Filter]) -> dict[str, Any]:
    """What is asked for, by look-up. Raises ValidationError for what cannot be read."""
    asked = {}
    for name, each in filters.items():
        if (text := request.query_params.get(name)) is None:
            continue
        try:
            asked[each.lookup] = each.read(text)
        except ValueError:
            raise exceptions.ValidationError({name: f"write {each.told}"}) from None
    return asked


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
