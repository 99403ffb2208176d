import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.test import Client

from clinic.models import BrowserLogin
from clinic.models.logins import SessionStore
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db


def a_login(client: Client) -> SessionStore:
    client.force_login(a_physio())
    store = SessionStore(client.cookies["sessionid"].value)
    store["looked"] = "today"
    return store


def test_a_login_that_was_ended_is_not_written_again(client: Client) -> None:
    store = a_login(client)
    BrowserLogin.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()


def test_a_database_that_goes_away_is_not_a_login_that_was_ended(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_login(client)
    monkeypatch.setattr(BrowserLogin, "save", away)
    with pytest.raises(OperationalError):
        store.save()


def away(*_told: object, **_more: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")
