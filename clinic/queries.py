"""Lists by keyset: stable while rows are added, and no slower on the last page than on the first."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Page:
    """Some rows in order of (field, id), and the marks from which the pages beside it start; "" where there is none."""

    rows: list[Any]
    after: str
    before: str


class UnknownMark(ValueError):  # noqa: N818 - a sentence of the house
    """A mark that this list never gave."""


def page_of(rows: QuerySet[Any], field: str, *, limit: int, after: str = "", before: str = "") -> Page:
    """One page of `rows`, which follows the mark `after` or comes before the mark `before`. Raises UnknownMark."""
    backwards = bool(before)
    mark = before or after
    if mark:
        rows = rows.filter(beyond(field, *read_mark(mark), backwards=backwards))
    sign = "-" if backwards else ""
    found = list(rows.order_by(f"{sign}{field}", f"{sign}id")[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    comes_after = backwards or has_more
    comes_before = has_more if backwards else bool(mark)
    return Page(
        rows=found,
        after=mark_of(found[-1], field) if found and comes_after else "",
        before=mark_of(found[0], field) if found and comes_before else "",
    )


def mark_of(row: Any, field: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(getattr(row, field)), str(row.pk)]).encode()).decode()


def read_mark(mark: str) -> tuple[str, str]:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(mark.encode()).decode())
        if isinstance(value, str) and "\x00" not in value:
            return value, str(UUID(pk))
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise UnknownMark(mark)


def beyond(field: str, value: str, pk: str, *, backwards: bool) -> Q:
    past = "lt" if backwards else "gt"
    return Q(**{f"{field}__{past}": value}) | Q(**{field: value, f"id__{past}": pk})
