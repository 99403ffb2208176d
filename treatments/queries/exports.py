"""Cases and measurements as rows of a file: what counts, of those patients whom somebody may see. No patient's name."""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.csv_files import BYTE_ORDER_MARK, csv_line
from treatments.models import Measurement

AT_ONCE = 1000
KINDS = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


@dataclass(frozen=True)
class Export:
    """One file: its columns by name, the rows that somebody may see, and the columns of day and site to choose by."""

    columns: Mapping[str, str]
    visible_to: Callable[[StaffMember], QuerySet[Any]]
    day: str
    site: str

    def narrowed(self, by: StaffMember, since: date | None, until: date | None, site: Any = None) -> QuerySet[Any]:
        asked = {f"{self.day}__gte": since, f"{self.day}__lte": until, self.site: site}
        return self.visible_to(by).filter(**{lookup: value for lookup, value in asked.items() if value is not None})


def measurements_of(by: StaffMember) -> QuerySet[Any]:
    """What counts, of cases that this person may see: as last corrected, and of no session in error."""
    return Measurement.objects.in_force().filter(case__in=Case.objects.visible_to(by))


EXPORTS = {
    "cases": Export(
        {
            "id": "pk",
            "number": "number",
            "patient": "patient_id",
            "title": "title",
            "status": "status",
            "site": "site__name",
            "lead": "lead__name",
            "opened_on": "opened_on",
            "onset_on": "onset_on",
            "onset_precision": "onset_precision",
            "referral": "referral",
            "continues": "continues_id",
        },
        lambda by: Case.objects.visible_to(by),
        "opened_on",
        "site_id",
    ),
    "measurements": Export(
        {
            "id": "pk",
            "case": "case_id",
            "case_number": "case__number",
            "patient": "case__patient_id",
            "session": "session_id",
            "taken_on": "session__occurred_on",
            "measure": "measure_id",
            "display": "measure__label",
            "unit": "measure__unit",
            "context": "context",
            "side": "side",
            "moment": "moment",
            "value": "value",
        },
        measurements_of,
        "session__occurred_on",
        "case__site_id",
    ),
}


def named(file: str, known: Container[str] = frozenset(EXPORTS)) -> tuple[str, str] | None:
    """What a file's name asks for: ("cases", "csv"). None for a name that is none of ours."""
    what, _, kind = file.partition(".")
    return (what, kind) if what in known and kind in KINDS else None


def lines_of(export: Export, rows: QuerySet[Any], kind: str) -> Iterator[str]:
    """The file, line by line. Never more than a thousand rows are held at once, however many there are."""
    return lines(list(export.columns), values_of(export, rows), kind)


def lines(names: Sequence[str], rows: Iterable[tuple[Any, ...]], kind: str) -> Iterator[str]:
    """A file of these columns: as CSV with its head, or an object a line."""
    if kind == "csv":
        return chain([BYTE_ORDER_MARK + csv_line(names)], (csv_line([as_cell(v) for v in row]) for row in rows))
    return (f"{json.dumps(as_members(names, row), cls=DjangoJSONEncoder, ensure_ascii=False)}\n" for row in rows)


def values_of(export: Export, rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    """In the order in which they were written; a row that is written meanwhile may come too."""
    rows, after = rows.order_by("pk"), None
    while True:
        page = rows if after is None else rows.filter(pk__gt=after)
        found = list(page.values_list(*export.columns.values())[:AT_ONCE])
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1][0]


def as_cell(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | date) or hasattr(value, "normalize") else str(value)


def as_members(names: Sequence[str], row: tuple[Any, ...]) -> dict[str, Any]:
    """Numbers as numbers; what is missing as null."""
    plain = (float(v) if hasattr(v, "normalize") else None if v == "" else v for v in row)
    return dict(zip(names, plain, strict=True))
