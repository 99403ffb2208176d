"""`updated_since`: what changed since a mark, and what is gone from sight, so that a copy can be kept."""

import base64
import hashlib
import json
from typing import Any, Protocol
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from rest_framework import exceptions
from rest_framework.request import Request

from clinic import audit
from clinic.api.lists import read_limit, refuse_unknown
from clinic.api.shapes import Out
from clinic.database import marks
from clinic.database.marks import NOWHERE, Place
from clinic.models import PatientTouch, StaffMember


class StartAgain(exceptions.APIException):
    """A mark that leads nowhere any more."""

    status_code = 410
    default_detail = (
        "What this key may see, or the server, is another since this mark was given. Ask with an empty updated_since."
    )
    default_code = "start_again"


class Followed(Protocol):
    """What a list says of itself so that it can be followed."""

    model: type[models.Model]
    out: type[Out]
    patient: str
    patient_column: str

    def listed(self, by: StaffMember) -> QuerySet[Any]:
        """The rows of the list."""

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, dict[str, Any]]:
        """Why rows that left the list did, of those that once were in this person's sight."""


def changes(request: Request, view: Followed) -> tuple[dict[str, Any], set[UUID]]:
    """{"results", "gone", "next_since", "has_more"}: ask again at once where there is more; and whose the rows are.

    Raises StartAgain (410) where roles, sites or scopes are others since the mark was given.
    """
    refuse_unknown(request, {"updated_since", "limit"})
    limit = read_limit(request.query_params.get("limit"))
    now = marks.settled()
    reach = reach_of(request.user)
    since = read_since(request.query_params["updated_since"], now.server, reach)
    table = view.model._meta.db_table
    if since.xid < 0:
        marks.begin(table)
    places = marks.marked(table, since, now.below, limit + 1)
    if since.xid >= 0:
        places += of_touched_patients(view, since, now.below, limit + 1)
    found = marks.next_of(places, limit + 1)
    has_more, found = len(found) > limit, found[:limit]
    ids = [place.row_id for place in found]
    rows, seen = view.out.read(view.listed(request.user).filter(pk__in=ids), "pk", view.patient_column)
    there = {pk for pk, _patient in seen}
    left = [pk for pk in ids if pk not in there]
    # A copy that is begun holds nothing that could be gone.
    gone = view.gone(left, request.user) if left and since.xid >= 0 else {}
    last = found[-1] if has_more else Place(now.below, NOWHERE)
    told = {
        "results": rows,
        "gone": [{"id": pk, **why} for pk, why in gone.items()],
        "next_since": written(now.server, reach, last),
        "has_more": has_more,
    }
    return told, {patient for _pk, patient in seen}


def of_touched_patients(view: Followed, since: Place, below: int, most: int) -> list[Place]:
    """The next rows of patients of whom others see more or less since then, each where it was touched last."""
    mine, merged = view.patient_column, f"{view.patient}__merged_into_id" if view.patient else "merged_into_id"
    touches = PatientTouch.objects.filter(xid__gte=since.xid, xid__lt=below)
    touched = touches.values("patient_id")
    last = (
        touches.filter(Q(patient_id=OuterRef(mine)) | Q(patient_id=OuterRef(merged))).order_by("-xid").values("xid")[:1]
    )
    rows = view.model._default_manager.filter(Q(**{f"{mine}__in": touched}) | Q(**{f"{merged}__in": touched}))
    found = rows.annotate(touched_in=Subquery(last)).order_by("touched_in", "pk")
    beyond = Q(touched_in__gt=since.xid) | Q(touched_in=since.xid, pk__gt=since.row_id)
    return [Place(*each) for each in found.filter(beyond).values_list("touched_in", "pk")[:most]]


def reach_of(by: StaffMember) -> str:
    """What decides how far somebody sees, beside the rows themselves; as a digest."""
    limits = audit.origin.get().limits
    held = by.permissions() if limits is None else by.permissions() & limits
    told = [*sorted(held), *sorted(map(str, by.site_ids)), str(by.pk)]
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:12]


def written(server: str, reach: str, place: Place) -> str:
    told = json.dumps([server, reach, place.xid, str(place.row_id)])
    return base64.urlsafe_b64encode(told.encode()).decode()


def read_since(text: str, server: str, reach: str) -> Place:
    """Raises ValidationError for what is no mark of ours."""
    if not text:
        return Place()
    try:
        of_server, of_reach, xid, row = json.loads(base64.urlsafe_b64decode(text.encode()).decode())
        if type(xid) is not int or not 0 <= xid < 2**62:
            raise ValueError
        place = Place(xid, UUID(row))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise exceptions.ValidationError({"updated_since": "not a mark of ours: ask with an empty one"}) from None
    if (of_server, of_reach) != (server, reach):
        raise StartAgain
    return place
