import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from clinic import clock
from clinic.actions.api_keys import create_api_key, revoke_api_key
from clinic.database import attempts
from clinic.models import ApiKey, AuditEvent, KeyUse, RowChange, StaffMember
from tests.factories.records import a_physio

ME = "/api/v1/me/"


def a_key(owner: StaffMember | None = None) -> dict[str, str]:
    by = owner or a_physio()
    _, text = create_api_key(owner=by, name="Lab", scopes=["patients:read"], by=by)
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def few(settings: Any) -> None:
    """Three requests a minute with a key or a login, two without."""
    settings.API_LIMIT, settings.API_LIMIT_ANONYMOUS = 3, 2


def asked(client: Client, path: str = ME, **told: Any) -> tuple[int, int]:
    answer = client.get(path, **told)
    return answer.status_code, int(answer["RateLimit-Remaining"])


@pytest.mark.django_db
def test_a_key_is_let_through_as_often_as_its_limit_says(client: Client, few: None) -> None:
    mine, other = a_key(), a_key()
    assert [asked(client, headers=mine) for _ in range(4)] == [(200, 2), (200, 1), (200, 0), (429, 0)]
    assert asked(client, headers=other) == (200, 2)
    with clock.set_to(clock.now() + timedelta(seconds=61)):
        assert asked(client, headers=mine) == (200, 2)


@pytest.mark.django_db
def test_what_the_one_too_many_is_told(client: Client, few: None) -> None:
    mine = a_key()
    answers = [client.get(ME, headers=mine) for _ in range(4)]
    last = answers[-1]
    assert (last.status_code, last["Content-Type"]) == (429, "application/problem+json")
    assert (last.json()["code"], last.json()["status"]) == ("too_many_requests", 429)
    assert 1 <= int(last["Retry-After"]) <= 60
    assert last["Retry-After"] == last["RateLimit-Reset"]
    assert f"in {last['Retry-After']} seconds" in last.json()["detail"]
    assert {a["RateLimit-Limit"] for a in answers} == {"3"}


@pytest.mark.django_db
def test_a_person_in_a_browser_and_a_key_of_theirs_are_counted_apart(client: Client, few: None) -> None:
    by = a_physio()
    client.force_login(by)
    assert [asked(client) for _ in range(4)] == [(200, 2), (200, 1), (200, 0), (429, 0)]
    assert asked(Client(), headers=a_key(by)) == (200, 2)
    again = Client()
    again.force_login(by)
    assert asked(again) == (429, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [ME, "/api/v1/patients/", "/api/v1/nothing/", "/api/v1/schema/", "/api/v1/docs/"])
def test_a_stranger_is_counted_by_network(client: Client, few: None, path: str) -> None:
    answers = [client.get(path, REMOTE_ADDR="2001:db8::1") for _ in range(3)]
    assert [a.status_code == 429 for a in answers] == [False, False, True]
    assert all("RateLimit-Reset" in a for a in answers)
    assert client.get(path, REMOTE_ADDR="2001:db8::2").status_code == 429  # the same household
    assert client.get(path, REMOTE_ADDR="2001:db8:1::1").status_code != 429


@pytest.mark.django_db
def test_who_guesses_keys_is_stopped_by_network_and_fills_no_log(client: Client, few: None) -> None:
    told = [client.get(ME, headers={"Authorization": f"Bearer pck_{n}"}).status_code for n in range(5)]
    assert told == [401, 401, 429, 429, 429]
    assert AuditEvent.objects.filter(action="login.refused").count() == 2


@pytest.mark.django_db
def test_refusals_of_a_known_key_count_and_beyond_the_limit_leave_no_event(client: Client, few: None) -> None:
    mine = a_key()
    told = [client.post("/api/v1/sessions/", {}, "application/json", headers=mine).status_code for _ in range(5)]
    assert told == [403, 403, 403, 429, 429]
    assert AuditEvent.objects.filter(action="action.refused").count() == 3


@pytest.mark.django_db
def test_pages_are_not_counted(client: Client, few: None) -> None:
    client.force_login(a_physio())
    answers = [client.get("/patients/") for _ in range(5)]
    assert {a.status_code for a in answers} == {200}
    assert not any("RateLimit-Limit" in a for a in answers)


@pytest.mark.django_db
def test_one_statement_beside_the_request(client: Client, few: None) -> None:
    mine = a_key()
    client.get(ME, headers=mine)
    link = attempts.beside()
    link.force_debug_cursor = True
    before = len(link.queries_log)
    client.get(ME, headers=mine)
    assert len(link.queries_log) - before == 1


@pytest.mark.django_db
def test_last_use_is_written_once_a_minute_and_is_no_change_of_the_key(client: Client) -> None:
    mine, now = a_key(), clock.now()
    key = ApiKey.objects.get()
    with clock.set_to(now):
        client.get(ME, headers=mine, REMOTE_ADDR="203.0.113.7")
    with clock.set_to(now + timedelta(seconds=40)):
        client.get(ME, headers=mine, REMOTE_ADDR="203.0.113.8")
    use = KeyUse.objects.get(key=key)
    assert (use.used_at, use.network) == (now, "203.0.113.7")
    with clock.set_to(now + timedelta(seconds=61)):
        client.get(ME, headers=mine, REMOTE_ADDR="2001:db8:1:2:3::4")
    use.refresh_from_db()
    assert (use.used_at, use.network) == (now + timedelta(seconds=61), "2001:db8:1:2::/64")
    assert ApiKey.objects.get().version == key.version
    assert not RowChange.objects.filter(row_id=key.pk).exists()


@pytest.mark.django_db
def test_a_key_that_does_not_work_leaves_no_use(client: Client) -> None:
    by = a_physio()
    mine = a_key(by)
    revoke_api_key(key=ApiKey.objects.get(), by=by)
    assert client.get(ME, headers=mine).status_code == 401
    assert not KeyUse.objects.filter(key=ApiKey.objects.get()).exists()


def test_eight_at_once_get_exactly_the_limit(own_database: str, settings: Any) -> None:
    """From threads with connections of their own, as different processes have."""
    settings.API_LIMIT = 25
    mine = a_key()
    told: list[int] = []

    def ask() -> None:
        client = Client()
        begin.wait()
        try:
            told.extend(client.get(ME, headers=mine).status_code for _ in range(8))
        finally:
            attempts.close()
            connection.close()

    begin = threading.Barrier(8)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(told) == {200: 25, 429: 39}
    assert KeyUse.objects.count() == 1
