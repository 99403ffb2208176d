"""Who guesses is stopped, and stops nobody else; and what is answered tells nobody who works here."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, transaction
from django.test import Client

from clinic.actions.invitations import accept_invitation, renew_invitation
from clinic.actions.staff import deactivate_staff_member
from clinic.database.attempts import beside, count_attempt
from clinic.models import Attempts
from clinic.rules.permissions import Role
from tests.factories.accounts import is_in, type_password
from tests.factories.records import manager, staff

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 8, 0, 30, tzinfo=UTC)
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def test_one_account_is_guessed_at_five_times_from_wherever(client: Client, clock: Any) -> None:
    person = staff(Role.RECEPTIONIST)
    for n in range(5):
        answer = type_password(Client(), person, "wrong", REMOTE_ADDR=f"203.0.113.{n}")
        assert answer.status_code == 200
    answer = type_password(client, person.email.upper(), REMOTE_ADDR="203.0.113.77")
    page = answer.content.decode()
    assert (answer.status_code, "Try again at 08:06" in page, is_in(client)) == (429, True, False)
    assert answer["Retry-After"] == "330"
    clock.shift(timedelta(minutes=5, seconds=30))
    assert type_password(client, person).status_code == 302


def test_a_stranger_locks_nobody_out_of_a_known_device(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    type_password(client, person)
    cookie = client.cookies["device"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    assert person.email not in cookie.value
    client.post("/account/logout/")
    for _ in range(40):
        type_password(Client(), person, "wrong", REMOTE_ADDR="127.0.0.1")  # even from the same network
    assert type_password(Client(), person).status_code == 429
    assert type_password(client, person).status_code == 302
    client.post("/account/logout/")
    for _ in range(5):
        assert type_password(client, person, "wrong").status_code == 200
    assert type_password(client, person).status_code == 429  # a device that was taken away guesses no more than others


def test_a_known_device_knows_only_its_own_people(client: Client) -> None:
    ann, ben = staff(Role.RECEPTIONIST), staff(Role.RECEPTIONIST)
    type_password(client, ann)
    client.post("/account/logout/")
    for _ in range(5):
        type_password(Client(), ben, "wrong", **STRANGER)
    assert type_password(client, ben).status_code == 429
    client.cookies["device"] = client.cookies["device"].value.replace(":", "x:", 1)
    for _ in range(5):
        type_password(Client(), ann, "wrong", **STRANGER)
    assert type_password(client, ann).status_code == 429


def test_one_network_tries_thirty_accounts(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    for n in range(30):
        assert type_password(client, f"nobody{n}@example.org", "wrong", **STRANGER).status_code == 200
    assert type_password(client, person, **STRANGER).status_code == 429
    assert client.post("/account/login/passkey/", {"credential": "{}"}, **STRANGER).status_code == 429
    assert type_password(client, person, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_success_takes_its_own_attempt_back(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    for _ in range(12):
        assert type_password(Client(), person).status_code == 302
    assert set(Attempts.objects.using("default").values_list("count", flat=True)) == {0}


def test_a_rollback_forgives_nothing_and_old_rows_are_swept() -> None:
    window = timedelta(minutes=5)
    with transaction.atomic():
        assert count_attempt("a", now=MORNING, window=window)[0] == 1
        transaction.set_rollback(True)
    transaction.get_connection().needs_rollback = False
    assert count_attempt("a", now=MORNING, window=window) == (2, MORNING + window)
    later = MORNING + window
    assert count_attempt("b", now=later, window=window)[0] == 1
    assert Attempts.objects.count() == 1  # that of b
    assert count_attempt("a", now=later, window=window)[0] == 1
    assert beside().connection is not connection.connection


def test_the_table_is_not_logged() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'clinic_attempts'")
        assert cursor.fetchone() == ("u",)


def answered(answer: Any, email: str) -> tuple[int, str, list[str]]:
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode()).replace(email, "")
    return answer.status_code, page, sorted(answer.headers)


def test_the_same_answer_whoever_it_is(monkeypatch: Any) -> None:
    """Known, unknown, deactivated with the right password, invited and without one; and one hash for each."""
    known, gone, invited = staff(Role.RECEPTIONIST), staff(Role.RECEPTIONIST), staff(Role.RECEPTIONIST, password=None)
    deactivate_staff_member(person=gone, version=gone.version, by=manager())
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *a: hashed.append("") or encode(self, *a))
    found = {}
    for email, password in (
        (known.email, "wrong"),
        ("nobody@example.org", "wrong"),
        (gone.email, "a-long-password-for-tests"),
        (gone.email, "wrong"),
        (invited.email, "wrong"),
    ):
        hashed.clear()
        answer = type_password(Client(), email, password)
        found[email, password] = (*answered(answer, email), len(hashed))
    assert len({str(told) for told in found.values()}) == 1, found.keys()
    assert next(iter(found.values()))[3] == 1


def test_the_same_answer_for_every_link_that_is_not_valid(client: Client, clock: Any) -> None:
    person, gone, late = (staff(Role.RECEPTIONIST) for _ in range(3))
    used, left, old = (renew_invitation(person=p, by=manager()) for p in (person, gone, late))
    accept_invitation(token=used, password="another-long-password")
    deactivate_staff_member(person=gone, version=gone.version, by=manager())
    clock.shift(timedelta(days=8))
    sent = {"password": "a-third-long-password", "again": "a-third-long-password"}
    for ask in (lambda at: client.get(at), lambda at: client.post(at, {}), lambda at: client.post(at, sent)):
        told = {(a.status_code, a.content) for a in (ask(f"/join/{t}/") for t in ("x" * 43, used, left, old))}
        assert len(told) == 1
