"""Subqueries whose SQL is made once in a process: what decides who sees what stands in nearly every statement, and
to write it anew each time took more than to ask it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

Build = Callable[..., QuerySet[Any, Any]]
Value = UUID | Sequence[UUID]


def prepared(build: Build, *values: Value) -> RawSQL | QuerySet[Any, Any]:
    """What `build(*values)` asks, for use in `column__in=…`: ids, or lists of ids, are all that may differ.

    `build` is a function of a module; what it asks depends on nothing but its values.
    """
    lists = [list(value) if not isinstance(value, UUID) else [value] for value in values]
    if not all(lists):
        return build(*values)  # Django asks nothing where nothing can be found
    sql, places = written(build, tuple(None if isinstance(value, UUID) else len(value) for value in values))
    ids = [each for some in lists for each in some]
    return RawSQL(sql, put_in(places, ids))  # noqa: S611


@cache
def written(build: Build, lengths: tuple[int | None, ...]) -> tuple[str, tuple[tuple[int, Any], ...]]:
    """The SQL for lists of these lengths (None: a single id), and its parameters as `places_of` tells them."""
    stand_ins = [uuid4() if length is None else [uuid4() for _each in range(length)] for length in lengths]
    ids = [each for some in stand_ins for each in (some if isinstance(some, list) else [some])]
    sql, parameters = build(*stand_ins).order_by().query.sql_with_params()
    return sql, places_of(parameters, ids)


def places_of(parameters: Sequence[Any], stand_ins: Sequence[Any]) -> tuple[tuple[int, Any], ...]:
    """Of each parameter, which of the stand-ins it is; or -1, and what it always is."""
    return tuple((stand_ins.index(each), None) if each in stand_ins else (-1, each) for each in parameters)


def put_in(places: Sequence[tuple[int, Any]], values: Sequence[Any]) -> list[Any]:
    """The parameters, with values in the places of their stand-ins."""
    return [known if place < 0 else values[place] for place, known in places]
