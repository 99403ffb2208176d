"""The description of the interface, made from what each noun says of itself."""

import re
from typing import Any
from uuid import UUID

from django.urls import resolve
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, inline_serializer
from rest_framework import serializers

from clinic.api.answers import ALLOWANCE, ALWAYS, ALWAYS_IN, HEADERS, LED_ON, UNCHANGED, WHY
from clinic.api.filters import Filter
from clinic.api.idempotency import IDEMPOTENCY_KEY
from clinic.api.keys import ANY_KEY, scopes_of
from clinic.api.lists import LIMIT, MOST
from clinic.api.resources import Act, Addable, Changeable, Detail, List, Noun
from clinic.rules.routes import ROUTES

PROBLEM = "application/problem+json"
PATCH = "application/merge-patch+json"


class FaultOut(serializers.Serializer[Any]):
    """One thing to correct; `pointer` is a JSON pointer into what was sent."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FaultOut(many=True, required=False)


class GoneOut(serializers.Serializer[Any]):
    """A row that is gone from sight, and why; of a merged one, where it is found."""

    id = serializers.UUIDField()
    reason = serializers.ChoiceField(
        ["merged", "discarded", "archived", "no_longer_visible", "in_error", "corrected", "withdrawn"]
    )
    into = serializers.UUIDField(required=False)


class HouseSchema(AutoSchema):
    """Names, parameters, bodies and answers of a noun; a view that is none says its own by `extend_schema`."""

    def noun(self) -> Noun | None:
        return self.view if isinstance(self.view, Noun) else None

    def get_operation_id(self) -> str:
        view = self.noun()
        if view is None:
            return str(super().get_operation_id())
        name = view.noun.replace(" ", "_")
        if isinstance(view, Act):
            return f"{name}_{type(view).__name__.lower()}"
        did = {"GET": "list" if isinstance(view, List) else "read", "POST": "create", "PATCH": "change"}
        return f"{name}_{did[self.method]}"

    def get_summary(self) -> str | None:
        view = self.noun()
        if view is None:
            return super().get_summary()  # type: ignore[no-any-return]
        if isinstance(view, Act):
            return first_line(view)
        told = {
            "GET": f"List {view.noun}" if isinstance(view, List) else f"Read {a(view.one)}",
            "POST": f"Add {a(view.one)}",
            "PATCH": f"Change {a(view.one)}",
        }
        return told[self.method]

    def get_description(self) -> str:
        needed = scopes_of(self.view, self.method)
        told = str(super().get_description() or "").strip()
        if not needed:
            return told
        said = "any" if needed == (ANY_KEY,) else " or ".join(f"`{scope}`" for scope in needed)
        return f"{told}\n\nScope: {said}."

    def get_tags(self) -> list[str]:
        view = self.noun()
        return [view.noun] if view is not None else list(super().get_tags())

    def get_override_parameters(self) -> list[OpenApiParameter]:
        view = self.noun()
        if view is None:
            return list(super().get_override_parameters())
        told = []
        if self.method == "GET" and isinstance(view, List):
            told += list_parameters(view)
        if self.is_compared():
            told.append(header("If-None-Match", "The etag that is known; 304 where it is still the row's."))
        if self.method == "PATCH" or (isinstance(view, Act) and view.asks_version):
            told.append(header("If-Match", "The etag of the row that is changed.", required=True))
        if self.method == "POST":
            told.append(IDEMPOTENCY_KEY)
        return told

    def get_request_serializer(self) -> Any:
        view = self.noun()
        if view is None:
            return super().get_request_serializer()
        if self.method == "PATCH" and isinstance(view, Changeable):
            return view.patch_with(partial=True)
        return view.into() if isinstance(view, Addable | Act) and self.method == "POST" and view.into else None

    def get_response_serializers(self) -> Any:
        view = self.noun()
        if view is None:
            return super().get_response_serializers()
        code = 201 if self.method == "POST" and isinstance(view, Addable) else 200
        answer = page_of(view) if self.method == "GET" and isinstance(view, List) else view.out()
        return {code: answer}

    def _get_response_bodies(self, direction: str = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in self.refusals():
            if str(code) not in bodies:
                bodies[str(code)] = {
                    "description": WHY[code],
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
        if self.is_compared():
            bodies[str(UNCHANGED)] = {"description": "Nothing is new: its etag is the one in If-None-Match."}
        self.resolve_serializer(ProblemOut(), "response")
        for code, told in bodies.items():
            if headers := self.headers_of(int(code)):
                told["headers"] = headers
        return bodies

    def has_etag(self) -> bool:
        """Whether the answer is one row with an etag."""
        view = self.noun()
        is_list = isinstance(view, List) and self.method == "GET"
        return view is not None and not is_list and "etag" in view.out().fields

    def is_compared(self) -> bool:
        """Whether what is read may be known already."""
        return self.method == "GET" and isinstance(self.view, Detail) and self.has_etag()

    def headers_of(self, code: int) -> dict[str, Any]:
        """What each answer with this status has in its head."""
        found = ALWAYS_IN.get(code, ALLOWANCE if code < 300 else ())
        found += ("Location",) if code == 201 and getattr(self.view, "detail", "") else ()
        found += ("ETag",) if code == UNCHANGED or (code < 300 and self.has_etag()) else ()
        return {name: HEADERS[name] for name in found}

    def refusals(self) -> list[int]:
        found = set(ALWAYS)
        if "{" in self.path or ROUTES[route_of(self.path)].known_to:
            found |= {404}
        if self.method == "GET":
            found |= {410} if getattr(self.view, "is_followed", False) else set()
            found |= {LED_ON} if getattr(self.view, "leads_on", False) else set()
        else:
            found |= {409, 413, 415, 422}
            found |= {412} if getattr(self.view, "can_be_late", False) else set()
            found |= {412, 428} if any(p.name == "If-Match" for p in self.get_override_parameters()) else set()
        return sorted(found)

    def map_parsers(self) -> list[str]:
        return [PATCH, "application/json"] if self.method == "PATCH" else list(super().map_parsers())

    def get_examples(self) -> list[OpenApiExample]:
        view = self.noun()
        found = list(super().get_examples())
        sent = None if self.method == "GET" else getattr(self.get_request_serializer(), "EXAMPLE", None)
        if sent is not None:
            found.append(OpenApiExample("Sent", value=sent, request_only=True))
        if view is None:
            return found
        got = getattr(view.out, "EXAMPLE", None)
        if got is not None:
            is_page = self.method == "GET" and isinstance(view, List)
            value = {"next": None, "previous": None, "results": [got]} if is_page else got
            found.append(OpenApiExample("Answered", value=value, response_only=True, status_codes=["200", "201"]))
        return found


def route_of(path: str) -> str:
    """The name of the route of an address of the description."""
    return str(resolve(re.sub(r"\{\w+\}", str(UUID(int=0)), path)).url_name)


def page_of(view: List) -> Any:
    name = "".join(word.title() for word in view.noun.split())
    nullable = serializers.URLField(allow_null=True, required=False)
    members: dict[str, Any] = {
        "next": nullable,
        "previous": serializers.URLField(allow_null=True, required=False),
        "count": serializers.IntegerField(required=False),
        "results": view.out(many=True),
    }
    if view.expands:
        of_rows = serializers.DictField(child=serializers.DictField(), help_text="Rows by id.")
        told = "With `expand`: of each member that was named the rows that it points to, by id."
        members["expanded"] = serializers.DictField(child=of_rows, required=False, help_text=told)
    if view.is_followed:
        members |= {
            "gone": GoneOut(many=True, required=False),
            "next_since": serializers.CharField(required=False),
            "has_more": serializers.BooleanField(required=False),
        }
    return inline_serializer(f"{name}Page", members)


def list_parameters(view: List) -> list[OpenApiParameter]:
    told = [
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}),
        OpenApiParameter("after", str, description="From `next` of the page before."),
        OpenApiParameter("before", str, description="From `previous` of the page after."),
        OpenApiParameter("count", bool, description="Whether to count them all, which is slow."),
        OpenApiParameter("ordering", str, enum=[o for f in view.orderings for o in both_ways(f)]),
        *[filtering(name, each) for name, each in view.filters.items()],
        *[OpenApiParameter(name, str, description=said) for name, said in view.asked.items()],
    ]
    if view.expands:
        named = ", ".join(f"`{name}` ({noun.scope}:read)" for name, noun in view.expands.items())
        told.append(OpenApiParameter("expand", str, description=f"One or more, with commas between: {named}."))
    if view.is_followed:
        told.append(
            OpenApiParameter(
                "updated_since",
                str,
                description="Empty to begin, then `next_since` of the answer before: what changed, and what is gone.",
            )
        )
    return told


def both_ways(field: str) -> list[str]:
    bare = field.removeprefix("-")
    return [bare, f"-{bare}"]


def filtering(name: str, each: Filter) -> OpenApiParameter:
    return OpenApiParameter(name, each.schema, description=f"{each.told[0].upper()}{each.told[1:]}.")


def header(name: str, told: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=told)


def a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def first_line(view: Any) -> str:
    return str(type(view).__doc__ or "").strip().splitlines()[0].rstrip(".")
