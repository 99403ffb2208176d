"""The table of who may is whole: each address is in it, for each method, and nothing else is."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path

from clinic.api.keys import BrowserAuthentication, HasScope, KeyAuthentication
from clinic.models import AuditEvent
from clinic.rules import access
from clinic.rules.access import Route
from clinic.rules.permissions import Role
from clinic.rules.routes import ROUTES
from tests.factories.records import a_physio, staff
from tests.factories.rows import routes

pytestmark = pytest.mark.django_db
ALL = list(routes())


def test_each_route_is_in_the_table_once_and_each_line_has_its_route() -> None:
    names = [name for name, _path, _view in ALL]
    assert "" not in names
    assert len(names) == len(set(names))
    assert set(names) == set(ROUTES)
    assert len(names) > 110


def test_each_method_of_an_interface_class_is_in_the_table_and_asks_who_calls() -> None:
    found = [(name, view.view_class) for name, there, view in ALL if there.startswith("api/")]
    for name, view in found:
        there = {m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if hasattr(view, m.lower())}
        assert there == set(ROUTES[name].methods) - {"HEAD"}, name
        if not ROUTES[name].is_public:
            assert view.permission_classes == [HasScope], name
            assert view.authentication_classes == [KeyAuthentication, BrowserAuthentication], name
    assert len(found) >= 7


def test_what_no_login_is_asked_for_is_public_in_the_table() -> None:
    """Logging out is open by allauth; the table asks for a login all the same."""
    is_open = {name for name, there, view in ALL if not getattr(view, "login_required", True) and "api/v1" not in there}
    assert is_open - {"account_logout"} == {n for n, r in ROUTES.items() if r.is_public} - {"api_schema", "api_docs"}


@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_without_its_line_a_route_is_refused_to_everybody(
    client: Client, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    client.force_login(staff(*Role))
    for name, address in (("today", "/"), ("patients", "/patients/"), ("healthz", "/healthz")):
        monkeypatch.delitem(ROUTES, name)
        assert getattr(client, method)(address).status_code == 403, name
    assert AuditEvent.objects.filter(action="action.refused", details__action="route.patients").exists()


def test_nor_does_a_stranger_pass_where_a_line_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, "account_login")
    assert client.get("/account/login/").status_code == 403


def test_an_interface_route_without_a_line_is_refused_as_a_problem(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(a_physio())
    monkeypatch.delitem(ROUTES, "api_patients")
    answer = client.get("/api/v1/patients/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_a_method_without_its_place_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(a_physio())
    monkeypatch.setitem(ROUTES, "patients", Route(None, access.ANYONE))
    assert client.get("/patients/").status_code == 405


@pytest.fixture
def new_route() -> Iterator[str]:
    """A page that somebody adds and forgets in the table."""
    from clinic import urls

    def forgotten(request: Any) -> Any:
        raise AssertionError("the view was reached")

    urls.urlpatterns.append(path("forgotten/", forgotten, name="forgotten"))
    clear_url_caches()
    yield "/forgotten/"
    urls.urlpatterns.pop()
    clear_url_caches()


def test_a_forgotten_page_is_never_reached(client: Client, new_route: str) -> None:
    client.force_login(staff(*Role))
    assert client.get(new_route).status_code == 403


def test_there_is_no_admin_of_django(client: Client) -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not [p for _name, p, _view in ALL if "admin" in p]
    client.force_login(staff(*Role))
    assert client.get("/admin/").status_code == 404
    assert all("admin" not in str(app) for app in settings.INSTALLED_APPS)
