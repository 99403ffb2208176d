import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_physio, a_signed_session
from tests.factories.rows import routes
from treatments.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"{", "parse_error"),
        (b"[]", "parse_error"),
        (b'"x"', "parse_error"),
        (b'{"case": NaN}', "parse_error"),
        (b'{"case": Infinity}', "parse_error"),
        (b'{"case": 1e999}', "parse_error"),
        (b'{"case": 1, "case": 2}', "parse_error"),
        (b'{"case": "\xff"}', "parse_error"),
        (b'{"x": ' * 3000 + b"1" + b"}" * 3000, "parse_error"),
        (b'{"x": ' * 50 + b"1" + b"}" * 50, "parse_error"),
        (b'{"case": "\\ud800"}', "malformed"),
    ],
)
def test_a_body_that_cannot_be_read(client: Client, by: StaffMember, body: bytes, code: str) -> None:
    answer = client.generic("POST", "/api/v1/sessions/", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("sent", ['{"kind": "\\ud800", "text": "x"}', '{"\\udfff": 1}', '{"kind": {"\\ud800": 1}}'])
def test_half_a_character_is_told_again_as_a_question_mark(client: Client, by: StaffMember, sent: str) -> None:
    session = a_signed_session(a_case(by), by)
    for path in (f"/api/v1/sessions/{session.pk}/addenda/", "/api/v1/goals/"):
        answer = client.generic("POST", path, sent, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert "?" in answer.content.decode() or "kind" in sent


def test_other_media_and_methods(client: Client, by: StaffMember) -> None:
    assert client.post("/api/v1/sessions/", {"case": "x"}).status_code == 415
    assert client.delete("/api/v1/sessions/").status_code == 405
    assert client.patch("/api/v1/patients/").status_code == 405
    assert client.put("/api/v1/cases/00000000-0000-7000-8000-000000000000/progress/").status_code == 405


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/cases/x/progress/", "/api/", "/api/v1/sessions/x/"])
def test_never_html_under_api(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/patients/?colour=red",
        "/api/v1/patients/?limit=0",
        "/api/v1/patients/?limit=201",
        "/api/v1/patients/?limit=x",
        "/api/v1/patients/?after=x",
        "/api/v1/patients/?before=bnVsbA==",
    ],
)
def test_an_unknown_parameter_is_not_ignored(client: Client, by: StaffMember, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] in ("/colour", "/limit", "/after", "/before")


def note(case: Any, **change: Any) -> dict[str, Any]:
    return {
        "case": str(case.pk),
        "occurred_on": clock.today().isoformat(),
        "applications": [
            {"modality": "RSWT", "parameters": {"pressure_bar": 2.3, "impulses": 2000, "frequency_hz": 8}}
        ],
        "measurements": [{"measure": "NPRS", "context": "LOAD", "value": 6}],
        **change,
    }


SHAPES: list[tuple[dict[str, Any], str]] = [
    ({"colour": "red"}, "/colour"),
    ({"id": "x"}, "/id"),
    ({"status": "SIGNED"}, "/status"),
    ({"signed_by": "x"}, "/signed_by"),
    ({"case": 7}, "/case"),
    ({"case": None}, "/case"),
    ({"occurred_on": "yesterday"}, "/occurred_on"),
    ({"occurred_on": 20260101}, "/occurred_on"),
    ({"plan": 7.5, "kind": "PARTY"}, "/kind"),
    ({"plan": {"x": 1}}, "/plan"),
    ({"applications": {}}, "/applications"),
    ({"applications": ["x"]}, "/applications/0"),
    ({"applications": [{"modality": "RSWT", "dose": 1}]}, "/applications/0/dose"),
    ({"applications": [{"modality": "RSWT", "parameters": 7}]}, "/applications/0/parameters"),
    ({"measurements": [{"measure": "NPRS", "context": "LOAD", "value": "6"}]}, "/measurements/0/value"),
    ({"measurements": [{"measure": "NPRS", "context": "LOAD", "value": True}]}, "/measurements/0/value"),
    ({"measurements": [{"measure": "NPRS", "context": "LOAD", "value": None}]}, "/measurements/0/value"),
    (
        {"measurements": [{"measure": "NPRS", "context": "LOAD", "value": 6, "hard_max": 99}]},
        "/measurements/0/hard_max",
    ),
]


@pytest.mark.parametrize(("change", "pointer"), SHAPES)
def test_a_wrong_shape_is_400(client: Client, by: StaffMember, change: dict[str, Any], pointer: str) -> None:
    answer = client.post("/api/v1/sessions/", {**note(a_case(by)), **change}, "application/json")
    assert answer.status_code == 400, answer.content
    assert pointer in [e["pointer"] for e in answer.json()["errors"]], answer.content
    assert not Session.objects.exists()


RULES: list[tuple[dict[str, Any], str, str]] = [
    (
        {
            "applications": [
                {"modality": "RSWT", "parameters": {"pressure_bar": 23, "impulses": 2000, "frequency_hz": 8}}
            ]
        },
        "/applications/0/parameters/pressure_bar",
        "above_hard_limit",
    ),
    (
        {"applications": [{"modality": "RSWT", "parameters": {"pressure_bar": "2,3", "impulses": 2000}}]},
        "/applications/0/parameters/frequency_hz",
        "missing",
    ),
    ({"applications": [{"modality": "XRAY"}]}, "/applications/0/modality", "unknown_modality"),
    (
        {"applications": [{"modality": "EDU", "injury": "00000000-0000-7000-8000-000000000000"}]},
        "/applications/0/injury",
        "not_of_this_case",
    ),
    (
        {"measurements": [{"measure": "NPRS", "context": "LOAD", "value": 11}]},
        "/measurements/0/value",
        "above_hard_limit",
    ),
    (
        {"measurements": [{"measure": "NPRS", "context": "LOAD", "value": 1e300}]},
        "/measurements/0/value",
        "not_a_number",
    ),
    ({"occurred_on": "2999-01-01"}, "/occurred_on", "in_the_future"),
    ({"plan": "x" * 20_001}, "/plan", "too_long"),
    ({"case": "00000000-0000-7000-8000-000000000000"}, "/case", "unknown_case"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), RULES)
def test_a_broken_rule_is_422(client: Client, by: StaffMember, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = client.post("/api/v1/sessions/", {**note(a_case(by)), **change}, "application/json")
    assert answer.status_code == 422, answer.content
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert not Session.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "x" * 300_000])
def test_a_text_that_cannot_be_kept(client: Client, by: StaffMember, text: str) -> None:
    answer = client.post("/api/v1/sessions/", note(a_case(by), plan=text), "application/json")
    assert answer.status_code in (400, 422)
    assert not Session.objects.exists()


def test_the_description_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
    described = json.loads(capsys.readouterr().out)
    there = {
        re.sub(r"<str:(\w+)>", r"{\1}", f"/{path}".replace("<uuid:pk>", "{id}"))
        for _name, path, _view in routes()
        if path.startswith("api/v1/")
    }
    assert set(described["paths"]) == there - {"/api/v1/schema/", "/api/v1/docs/"}
    assert set(described["components"]["securitySchemes"]) == {"key", "browser"}
