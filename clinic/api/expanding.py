"""`?expand=`: the rows that those of a page point to, sent beside them, each once."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.request import Request

from clinic import audit
from clinic.api.shapes import Out
from clinic.models import ApiKey, StaffMember


class Expandable(Protocol):
    """What is known of a noun that others point to."""

    noun: str
    scope: str
    patient: str
    out: type[Out]

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """The rows that this person may read."""


def asked_for(request: Request, expands: Mapping[str, Any]) -> list[str]:
    """The members that are named. Raises ValidationError (400) for others, PermissionDenied (403) without the scope."""
    text = request.query_params.get("expand")
    names = [] if text is None else sorted(set(text.split(",")))
    if not set(names) <= set(expands):
        raise exceptions.ValidationError({"expand": f"one or more of {','.join(sorted(expands))}"})
    for name in names:
        needed = f"{expands[name].scope}:read"
        if isinstance(request.auth, ApiKey) and needed not in request.auth.scopes:
            raise exceptions.PermissionDenied(f"This key lacks the scope {needed}.")
    return names


def expanded(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], expands: Mapping[str, Any], by: StaffMember
) -> dict[str, dict[str, Any]]:
    """{"patient": {id: row}}, of whom this person may read; one statement and one event for each of `names`."""
    return {name: read(expands[name](), {row[name] for row in rows if row[name]}, by) for name in names}


def read(target: Expandable, ids: set[UUID], by: StaffMember) -> dict[str, Any]:
    whose = f"{target.patient}_id" if target.patient else "pk"
    found, also = target.out.read(target.visible(by).filter(pk__in=ids), "pk", whose)
    people = {patient for _pk, patient in also}
    one = people.pop() if len(people) == 1 else None
    audit.listed(target.noun.replace(" ", "_"), by=by, rows=len(found), patient_id=one)
    return {str(pk): row for row, (pk, _patient) in zip(found, also, strict=True)}
