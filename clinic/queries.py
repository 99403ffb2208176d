"""Lists by keyset, no slower on the last page than on the first; and who changed what."""

import base64
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from clinic.models.audits import AuditEvent
from clinic.models.histories import RowChange


@dataclass(frozen=True)
class Page:
    """Some rows in order of (field, id), and the marks from which the pages beside it start; "" where there is none."""

    rows: list[Any]
    after: str
    before: str


class UnknownMark(ValueError):  # noqa: N818 - a sentence of the house
    """A mark that this list never gave."""


def page_of(
    rows: QuerySet[Any],
    field: str,
    *,
    limit: int,
    after: str = "",
    before: str = "",
    is_falling: bool = False,
    read: Callable[[QuerySet[Any]], Iterable[Any]] = list,
    place: Callable[[Any], tuple[Any, UUID]] | None = None,
) -> Page:
    """One page of `rows`, which follows the mark `after` or comes before the mark `before`; the largest first where
    `is_falling`. Raises UnknownMark.

    `read` takes the rows from the database where they are not wanted as models; then `place` tells of one the value of
    the field and the id.
    """
    place = place or (lambda row: (getattr(row, field), row.pk))
    backwards = bool(before)
    falls = backwards != is_falling
    mark = before or after
    if mark:
        try:
            rows = rows.filter(beyond(field, *read_mark(mark), backwards=falls))
        except ValidationError:  # the value of another field
            raise UnknownMark(mark) from None
    sign = "-" if falls else ""
    found = list(read(rows.order_by(f"{sign}{field}", f"{sign}id")[: limit + 1]))
    has_more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    comes_after = backwards or has_more
    comes_before = has_more if backwards else bool(mark)
    return Page(
        rows=found,
        after=mark_of(*place(found[-1])) if found and comes_after else "",
        before=mark_of(*place(found[0])) if found and comes_before else "",
    )


def mark_of(value: Any, pk: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(value), str(pk)]).encode()).decode()


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


@dataclass(frozen=True)
class Change:
    """One change of one row: {"phone": ("020 1", "020 2")}, when, by whom, by which action."""

    at: datetime
    by: str
    action: str
    row_type: str
    row_id: UUID
    fields: dict[str, tuple[Any, Any]]


def changes_of(rows: Collection[UUID], limit: int = 200) -> list[Change]:
    """What changed in these rows, the latest first; who did it says the audit event of the same transaction."""
    found = list(RowChange.objects.filter(row_id__in=rows).order_by("-at")[:limit])
    events = AuditEvent.objects.filter(row_id__in=rows, xid__in={c.xid for c in found}).select_related("staff")
    told: dict[tuple[UUID | None, int | None], list[AuditEvent]] = {}
    for event in events.order_by("at"):
        told.setdefault((event.row_id, event.xid), []).append(event)
    return [
        Change(
            at=change.at,
            by=event.staff.name if event and event.staff else "",
            action=event.action if event else "",
            row_type=change.row_type,
            row_id=change.row_id,
            fields={name: (old, new) for name, (old, new) in change.changes.items()},
        )
        for change in found
        for event in (told_of(change, told.get((change.row_id, change.xid), [])),)
    ]


def told_of(change: RowChange, events: list[AuditEvent]) -> AuditEvent | None:
    """The event that tells of a change: the first after it in its transaction, else the last before."""
    after = (event for event in events if event.at and event.at >= change.at)
    return next(after, events[-1] if events else None)
