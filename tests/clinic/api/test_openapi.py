"""What the description says beside the shapes: which answers there may be, and what comes in their heads."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_patient, staff
from tests.factories.rows import routes

ALWAYS = {"400", "401", "403", "406", "429", "503"}


@pytest.fixture(scope="module")
def paths() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


def operations(paths: Any) -> list[tuple[str, str, Any]]:
    return [(path, method, told) for path, methods in paths.items() for method, told in methods.items()]


def test_each_operation_says_how_it_is_refused(paths: Any) -> None:
    for path, method, told in operations(paths):
        assert set(told["responses"]) >= ALWAYS, path
        assert method == "get" or {"409", "413", "415", "422"} <= set(told["responses"]), path
        for code in ALWAYS:
            assert list(told["responses"][code]["content"]) == ["application/problem+json"]


def test_what_is_done_once_says_so(paths: Any) -> None:
    once = {
        f"/{path}".replace("<uuid:pk>", "{id}")
        for _name, path, view in routes()
        if getattr(getattr(getattr(view, "view_class", None), "post", None), "is_once", False)
    }
    named = {
        path
        for path, method, told in operations(paths)
        if method == "post" and "Idempotency-Key" in {each["name"] for each in told.get("parameters", [])}
    }
    assert named == once


def test_an_answer_that_only_some_give(paths: Any) -> None:
    given: dict[str, set[str]] = {}
    for path, method, told in operations(paths):
        for code in told["responses"]:
            given.setdefault(code, set()).add(f"{method} {path}")
    assert given["308"] == {"get /api/v1/patients/{id}/", "get /api/v1/patients/by-identifier/{system}/{value}/"}
    assert "get /api/v1/exports/" in given["404"]  # who may not read cases is not told that there are any
    assert "post /api/v1/blocks/" in given["412"]
    assert "get /api/v1/goals/{id}/" in given["304"]
    assert "get /api/v1/injuries/" not in given["304"]


def test_heads(paths: Any) -> None:
    goals, goal = paths["/api/v1/goals/"], paths["/api/v1/goals/{id}/"]
    limits = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    assert set(goals["post"]["responses"]["201"]["headers"]) == {"Location", "ETag", *limits}
    assert set(goals["get"]["responses"]["200"]["headers"]) == limits
    assert set(goal["get"]["responses"]["304"]["headers"]) == {"ETag"}
    assert set(goal["get"]["responses"]["401"]["headers"]) == {"WWW-Authenticate"}
    assert set(goal["get"]["responses"]["429"]["headers"]) == {"Retry-After", *limits}


@pytest.mark.django_db
def test_of_a_merged_patient(client: Client) -> None:
    by = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN)
    kept, other = a_patient(by), a_patient(by)
    a_merge(kept, other, by)
    client.force_login(by)
    answer = client.get(f"/api/v1/patients/{other.pk}/")
    assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/patients/{kept.pk}/")


@pytest.mark.django_db
def test_a_format_is_named_by_accept_alone(client: Client) -> None:
    client.force_login(staff(Role.PHYSIOTHERAPIST))
    assert client.get("/api/v1/cases/?format=csv").json()["errors"][0]["pointer"] == "/format"
    answer = client.get("/api/v1/cases/", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert answer["Content-Type"] == "application/problem+json"
