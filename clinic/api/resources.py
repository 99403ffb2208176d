"""What each noun of the interface is: a list, one row, a change of it, and what is done to it.

A noun says what it is read as, what its list can be asked, and which action each write calls; it holds no rule.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic import audit
from clinic.api import feed, lists
from clinic.api.filters import Filter
from clinic.api.idempotency import once
from clinic.api.problems import PreconditionRequired
from clinic.api.shapes import Out
from clinic.errors import Fault, RuleBroken, Stale
from clinic.models import StaffMember

Told = dict[str, Any]


class Noun(APIView):
    """What the list and the one row of a noun have in common."""

    noun: ClassVar[str]  # as people say it of several: "prior treatments"
    one: ClassVar[str]  # and of one: "prior treatment"; audit events are named after it
    scope: ClassVar[str]  # the first part of a key's scopes
    model: ClassVar[type[models.Model]]
    out: ClassVar[type[Out]]
    patient: ClassVar[str] = "case__patient"  # the path to the patient; "" for patients themselves
    detail: ClassVar[str] = ""  # the name of the route of one row
    told_of: UUID | None = None  # the patient of the row that was answered with

    @property
    def patient_column(self) -> str:
        """The column of the patient; nouns that tell of none say "", and looking at them is not noted."""
        return f"{self.patient}_id" if self.patient else "pk"

    @property
    def scopes(self) -> dict[str, str | tuple[str, ...]]:
        """Which scope a key needs for each method; one of several."""
        return {"GET": f"{self.scope}:read", "POST": f"{self.scope}:write", "PATCH": f"{self.scope}:write"}

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """The rows that this person may read."""
        raise NotImplementedError

    def answer(self, row: UUID, by: StaffMember, code: int = status.HTTP_200_OK) -> Response:
        """One row as it is now, with its ETag, and where it was made with its address."""
        found, also = self.out.read(self.visible(by).filter(pk=row), *filter(None, [self.patient_column]))
        if not found:
            raise Http404
        self.told_of = also[0][0] if also[0] else None
        headers = {"Location": reverse(self.detail, args=[row])} if code == status.HTTP_201_CREATED else {}
        if "etag" in found[0]:
            headers["ETag"] = f'"{found[0]["etag"]}"'
        return Response(found[0], status=code, headers=headers)


class List(Noun):
    """A list; with `into` it can be added to."""

    into: ClassVar[type[serializers.Serializer[Any]] | None] = None
    filters: ClassVar[Mapping[str, Filter]] = {}
    asked: ClassVar[Mapping[str, str]] = {}  # further parameters, which `rows` reads, and what each is
    expands: ClassVar[Mapping[str, Any]] = {}  # by member, the noun whose row it names
    orderings: ClassVar[tuple[str, ...]] = ("pk",)  # the first holds where none is asked for
    is_followed: ClassVar[bool] = False  # by updated_since

    def listed(self, by: StaffMember) -> QuerySet[Any]:
        """The rows of the list, where they are fewer than may be read one by one."""
        return self.visible(by)

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        """Why these rows, which are not in the list, left it; only of those that this person once saw."""
        return {}

    def rows(self, request: Request) -> QuerySet[Any]:
        return self.listed(request.user)

    def get(self, request: Request) -> Response:
        if self.is_followed and "updated_since" in request.query_params:
            told, patients = feed.changes(request, self)
        else:
            told, patients = lists.page(request, self.rows(request), self)
        if self.patient_column:
            noun, rows = self.noun.replace(" ", "_"), len(told["results"])
            audit.listed(noun, by=request.user, rows=rows, patient_id=patients.pop() if len(patients) == 1 else None)
        return Response(told)


class Addable(List):
    """A list to which rows are added."""

    can_be_late: ClassVar[bool] = False  # what is sent names the row before it: 412 where that is the last no more

    def add(self, told: Told, by: StaffMember) -> Any:
        """Calls the action; what it made."""
        raise NotImplementedError

    @once
    def post(self, request: Request) -> Response:
        made = self.add(read(self.into, request), request.user)
        return self.answer(made.pk, request.user, status.HTTP_201_CREATED)


class One(Noun):
    """One row, by its id."""

    leads_on: ClassVar[bool] = False  # from a row that was merged to the one that is used

    def found(self, pk: UUID, by: StaffMember) -> Any:
        """The row, for an action. Raises Http404."""
        row = self.visible(by).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row


class Detail(One):
    """One row as it is read."""

    def get(self, request: Request, pk: UUID) -> Response:
        lists.refuse_unknown(request, set())
        response = self.answer(pk, request.user)
        if self.told_of:  # noted before the answer leaves
            audit.seen(self.one.replace(" ", "_"), by=request.user, about=self.model(pk=pk), patient_id=self.told_of)  # type: ignore[arg-type]
        if response.get("ETag") and request.headers.get("If-None-Match") == response["ETag"]:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": response["ETag"]})
        return response


class Changeable(Detail):
    """One row that can be changed: by a merge patch, with the version that it is a change of."""

    patch_with: ClassVar[type[serializers.Serializer[Any]]]

    def change(self, row: Any, version: int, told: Told, by: StaffMember) -> Any:
        """Calls the action with what is to be different. Raises Stale."""
        raise NotImplementedError

    def patch(self, request: Request, pk: UUID) -> Response:
        row = self.found(pk, request.user)
        version = if_match(request)
        told = read(self.patch_with, request)
        with transaction.atomic():
            self.change(row, version, told, request.user)
        return self.answer(pk, request.user)


class Act(One):
    """Something that is done to one row, with its version where that is asked for; answers with the row."""

    into: ClassVar[type[serializers.Serializer[Any]] | None] = None
    asks_version: ClassVar[bool] = True

    def do(self, row: Any, version: int, told: Told, by: StaffMember) -> Any:
        """Calls the action."""
        raise NotImplementedError

    @once
    def post(self, request: Request, pk: UUID) -> Response:
        row = self.found(pk, request.user)
        version = if_match(request) if self.asks_version else 0
        told = read(self.into, request)
        with transaction.atomic():
            self.do(row, version, told, request.user)
        return self.answer(pk, request.user)


def read(into: type[serializers.Serializer[Any]] | None, request: Request) -> Told:
    """What was sent, in the shape that is asked for; where none is, nothing may be sent. Raises ValidationError."""
    if into is None:
        if request.data:
            raise exceptions.ValidationError(dict.fromkeys(request.data, "There is no such member."), "unknown_member")
        return {}
    sent = into(data=request.data, partial=request.method == "PATCH")
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def if_match(request: Request) -> int:
    """The version that whoever changes a row saw. Raises PreconditionRequired (428), and Stale (412) for no version."""
    return version_of(etag_seen(request))


def etag_seen(request: Request) -> str:
    """The etag that `If-Match` names. Raises PreconditionRequired (428)."""
    told = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not told:
        raise PreconditionRequired
    return told


def version_of(told: str) -> int:
    """The version that an etag names. Raises Stale (412) for one that was never given."""
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise Stale
    return int(told)


def same_version(row: Any, version: int) -> None:
    """For actions that take no version: locks the row, so that it stays the one that was seen. Raises Stale."""
    locked = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk)
    if locked.values_list("version", flat=True).get() != version:
        raise Stale


def pointed_at(rows: QuerySet[Any], pk: UUID, member: str) -> Any:
    """The row that a member of what was sent names. Raises RuleBroken (422) for none that this person may see."""
    row = rows.filter(pk=pk).first()
    if row is None:
        told = "There is nothing here with this id, or it is not yours to see."
        raise RuleBroken("unknown_id", told, faults=[Fault(f"/{member}", "unknown_id", told)])
    return row
