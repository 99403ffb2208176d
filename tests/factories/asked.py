"""Requests made from the description of the interface, sent by each role, and what is wrong with the answers."""

import json
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
from django.core.signals import got_request_exception
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories.described import Described, bearer, used
from tests.factories.rows import kind_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# What a member or a parameter names, where it is not called as the kind of row is.
ALSO_CALLED = {
    "continues": "case",
    "lead": "staff",
    "author": "staff",
    "owner": "staff",
    "sites": "site",
    "imaging_result": "result",
    "other": "twin",
}
# Headers that no description can list, each with what a client may make of it.
ODD: dict[str, list[str]] = {
    "Accept": ["application/json", "*/*", "text/html", "text/csv", "x", "", "\xe9", "application/json; version=9", "*/*;q=0"],
    "Accept-Language": ["cy", "x" * 300, "\xff", "en;q=nonsense"],
    "Authorization": ["", "Bearer", "Bearer ", "Bearer pck_nobody", "Basic eDp5", "Bearer \xff", "x" * 5000],
    "Content-Type": [
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "x",
        "",
        "\xff",
    ],
    "Cookie": ["sessionid=x", "sessionid=\xff", "csrftoken=x; sessionid=", ";;;="],
    "Idempotency-Key": ["", "a", "\xff", "x" * 256],
    "If-Match": ["", "*", '"1"', 'W/"1"', '"1", "2"', "9" * 30, "\xff", '"1.1"'],
    "If-None-Match": ["*", '"1"', '"1.1"', "\xff"],
    "If-Modified-Since": ["yesterday", "Mon, 30 Nov 2099 00:00:00 GMT"],
    "Range": ["bytes=0-3", "bytes=9-1"],
    "X-Forwarded-For": ["\xff", "127.0.0.1, ::1"],
    "X-Forwarded-Host": ["elsewhere.example.org"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Requested-With": ["fetch", "poll"],
}  # fmt: skip


# Values that break software, wherever one may stand; the texts among them stand in parameters too.
ODD_TEXTS = [
    *("\x00", "a\x00b", "", " ", "\u202e", "\u0663", "9" * 30, "-1", "1e999", "nan", "true", "null", "%00", "x" * 5000),
    *("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W10", "2026", "2026-13", "10000-01-01"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-09-14T09:30:00", "2026-09-14T24:00:00Z", "24:00"),
    *("2026-09-14T09:30:00+99:99", "00000000-0000-0000-0000-000000000000", "{01a2f3c4-0000-7000-8000-000000000003}"),
]  # fmt: skip
ODD_VALUES = [
    *ODD_TEXTS,
    *("\ud800", "a\udfff", 10**30, -(10**30), 2**31, 2**63, 1e308, 5e-324, -0.0, 0, -1, 1.5, None, True),
    *([], {}, [[]], [None], {"": ""}, [{}], {"\x00": "\x00"}, {"\ud800": 1}, ["x"] * 300),
]


@dataclass
class Request:
    """A case, and what is sent otherwise than it says: headers, and a body as JSON."""

    case: Any
    headers: dict[str, str]
    body: str | None = None

    @property
    def is_odd(self) -> bool:
        return bool(self.headers) or self.body is not None


@dataclass
class Asked:
    """What was sent and what came of it."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)  # those that were answered with what was asked for
    wrong: dict[str, str] = field(default_factory=dict)  # by operation and check, the first of its kind

    def fail_where_wrong(self) -> None:
        if self.wrong:
            told = (f"{where}\n{what}" for where, what in sorted(self.wrong.items()))
            pytest.fail("\n\n".join(told), pytrace=False)


def asked_by(role: str, clinic: Described, examples: int, blocker: Any) -> Asked:
    """Each operation asked so often by this role: the same requests each time that it is called."""
    asked = Asked()
    with used(clinic.database, blocker):
        for found in clinic.description.get_all_operations():
            ask(found.ok(), clinic, role, examples, asked)
    return asked


def ask(operation: Any, clinic: Described, role: str, examples: int, asked: Asked) -> None:
    @seed(crc32(f"{role} {operation.label}".encode()))
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(operation, clinic))
    def each(request: Request) -> None:
        status, wrong = answered(request, clinic.keys[role])
        asked.cases += 1
        asked.statuses[status] += 1
        asked.operations.add(operation.label)
        asked.done |= {operation.label} if status < 300 else set()
        for kind, told in wrong.items():
            asked.wrong.setdefault(f"{operation.label}: {kind}", f"{role}: {told}")

    each()


@st.composite
def requests(draw: st.DrawFn, operation: Any, clinic: Described) -> Request:
    """A case that fits the description, or one that does not; with odd values, and headers that it does not speak of."""
    if not draw(st.integers(0, 3)):
        return Request(plain(draw, draw(operation.as_strategy()), draw(st.sampled_from(clinic.rows)), clinic), {})
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(operation.as_strategy(mode))
    if draw(st.integers(0, 3)):
        of_rows(draw, case, clinic)
    odd: dict[str, str] = {}
    if case.query and not draw(st.integers(0, 4)):
        case.query[draw(st.sampled_from(sorted(case.query)))] = draw(st.sampled_from(ODD_TEXTS))
    if not draw(st.integers(0, 4)):
        for name in sorted(draw(st.sets(st.sampled_from(sorted(ODD)), min_size=1, max_size=2))):
            odd[name] = draw(st.sampled_from(ODD[name]))
    body = None
    if isinstance(case.body, dict) and case.body and not draw(st.integers(0, 3)):
        body = json.dumps(with_one_odd(draw, case.body))
    return Request(case, odd, body)


def plain(draw: st.DrawFn, case: Any, rows: dict[str, str], clinic: Described) -> Any:
    """What somebody sends who has read the description: no more than is needed, an example, rows that are there."""
    needed = {each.name for each in case.operation.query if each.is_required}
    case.query = {name: value for name, value in case.query.items() if name in needed}
    case.headers.pop("Idempotency-Key", None)
    case.headers.pop("If-None-Match", None)
    name_rows(case, rows)
    if "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{clinic.etags.get(case.path_parameters.get("id", ""), "1")}"'
    if isinstance(case.body, dict):
        case.body = with_rows(example_of(case.operation) or case.body, rows)
    return case


def with_one_odd(draw: st.DrawFn, value: Any) -> Any:
    """The same with one odd value in it, at any depth."""
    if not value or not isinstance(value, dict | list) or not draw(st.integers(0, 3)):
        return draw(st.sampled_from(ODD_VALUES))
    place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    changed = value.copy()
    changed[place] = with_one_odd(draw, value[place])
    return changed


def of_rows(draw: st.DrawFn, case: Any, clinic: Described) -> None:
    """Lets a case name rows that are there, and their versions; its body is an example with some members of its own."""
    rows = draw(st.sampled_from([clinic.rows[0], clinic.rows[0], *clinic.rows]))
    if name_rows(case, rows) and "If-Match" in case.headers and draw(st.integers(0, 3)):
        case.headers["If-Match"] = f'"{clinic.etags.get(case.path_parameters.get("id", ""), "1")}"'
    for name in case.query:
        if (called := ALSO_CALLED.get(name, name)) in rows and draw(st.booleans()):
            case.query[name] = rows[called]
    example = example_of(case.operation)
    if isinstance(case.body, dict):
        if example is not None:
            own = draw(st.sets(st.sampled_from(sorted(case.body)), max_size=2)) if case.body else set[str]()
            case.body = {**example, **{name: case.body[name] for name in own}}
        case.body = with_rows(case.body, rows)


def name_rows(case: Any, rows: dict[str, str]) -> bool:
    kind = kind_of(case.path.removeprefix("/").replace("{id}", "<uuid:pk>"))
    if "id" not in case.path_parameters or kind not in rows:
        return False
    case.path_parameters["id"] = rows[kind]
    return True


def with_rows(value: Any, rows: dict[str, str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {each: with_rows(inside, rows, each) for each, inside in value.items()}
    if isinstance(value, list):
        return [with_rows(each, rows, name) for each in value]
    if name in ("other_etag", "kept_etag"):
        return rows.get(name, value)
    called = ALSO_CALLED.get(name, name)
    return rows[called] if called in rows and is_id(value) else value


def is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def example_of(operation: Any) -> Any:
    told = operation.schema.raw_schema["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    for media in told.get("content", {}).values():
        for each in media.get("examples", {}).values():
            return json.loads(json.dumps(each["value"]))
    return None


def answered(request: Request, key: str) -> tuple[int, dict[str, str]]:
    """The status, and what is wrong with the answer, by its kind. What was done is undone."""
    case, faults = request.case, list[str]()
    raw = {} if request.body is None else {"data": request.body.encode()}

    def note(**_told: Any) -> None:
        faults.append(traceback.format_exc())

    got_request_exception.connect(note)
    try:
        with transaction.atomic():
            response = case.call(headers={**bearer(key), **request.headers}, **raw)
            if response.status_code < 400:
                with connection.cursor() as cursor:  # what would be found out when it is stored
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    finally:
        got_request_exception.disconnect(note)
    # An odd header or body was put in by us: whether the rest is right by the description says nothing of the answer.
    checks = [check for check in CHECKS if not (request.is_odd and check is negative_data_rejection)]
    try:
        case.validate_response(response, checks=checks)
    except FailureGroup as found:
        body = request.body or repr(case.body)
        sent = f"{case.method} {case.formatted_path} {case.query} {dict(case.headers)} {request.headers} {body:.2000}"
        got = response.content[:600].decode(errors="replace")
        return response.status_code, {
            f"{type(each).__name__} {response.status_code}": "\n".join(
                [str(each.message)[:1500], sent, f"{response.status_code} {got}", *faults]
            )
            for each in found.exceptions
        }
    return response.status_code, {}
