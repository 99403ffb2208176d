"""Sent twice, done once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases.models import Patient, PatientAlert
from clinic import audit
from clinic.actions import repeats
from clinic.models import SentForm, SentRequest
from tests.factories.records import a_patient, a_physio

TOKEN = "t" * 64
ALERT = {"text": "Latex", "severity": "WATCH", "csrfmiddlewaretoken": TOKEN}


@pytest.fixture
def patient(db: None, client: Client) -> Patient:
    by = a_physio()
    client.force_login(by)
    return a_patient(by)


def note(client: Client, patient: Patient, **told: Any) -> Any:
    return client.post(f"/patients/{patient.pk}/alerts/", ALERT | told)


def test_the_second_click_leads_where_the_first_did(client: Client, patient: Patient) -> None:
    first, second = note(client, patient), note(client, patient)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert PatientAlert.objects.count() == 1


def test_another_page_or_another_text_is_another_thing(client: Client, patient: Patient) -> None:
    note(client, patient)
    note(client, patient, csrfmiddlewaretoken="u" * 64)
    note(client, patient, text="Nickel")
    assert PatientAlert.objects.count() == 3


def test_what_was_refused_may_be_sent_again(client: Client, patient: Patient) -> None:
    assert note(client, patient, text="").status_code == 422
    assert SentForm.objects.count() == 0
    assert note(client, patient, text="").status_code == 422


def test_another_person_is_another_sender(client: Client, patient: Patient) -> None:
    note(client, patient)
    client.force_login(a_physio(patient.site))
    note(client, patient)
    assert PatientAlert.objects.count() == 2


def test_a_form_that_writes_nothing_leaves_nothing(client: Client, patient: Patient) -> None:
    assert client.post("/account/lock/", {"csrfmiddlewaretoken": TOKEN}).status_code == 302
    assert SentForm.objects.count() == 0


def test_one_who_does_not_come_to_an_end_is_overtaken_and_then_refused(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "WAIT_SECONDS", 0.2)
    slow = uuid4()
    monkeypatch.setattr("clinic.middleware.repeats.key_of", lambda _request: "k" * 64)
    assert repeats.claim("k" * 64, slow) is None
    assert note(client, patient).status_code == 302
    token = audit.origin.set(audit.Origin(request_id=slow, sent="k" * 64))
    try:
        with pytest.raises(audit.AlreadyDone):
            audit.record("alert.noted", by=None)
    finally:
        audit.origin.reset(token)
    assert PatientAlert.objects.count() == 1


def test_what_is_older_than_a_day_is_forgotten(client: Client, patient: Patient) -> None:
    note(client, patient)
    old = timezone.now() - timedelta(hours=25)
    for name, at in (("old", old), ("new", timezone.now())):
        SentRequest.objects.create(name=name, sent="s", status=201, headers={}, body="{}", created_at=at)
    assert repeats.sweep() == 1
    SentForm.objects.update(created_at=old)
    assert repeats.sweep() == 1
    assert [each.name for each in SentRequest.objects.all()] == ["new"]


def at_once(how_many: int, call: Callable[[], Any]) -> list[Any]:
    gate, answers = threading.Barrier(how_many), []

    def run() -> None:
        gate.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_eight_at_the_same_moment_have_one_effect(own_database: str) -> None:
    by = a_physio()
    found = a_patient(by)
    clients = [Client() for _ in range(8)]
    for each in clients:
        each.force_login(by)
    waiting = list(clients)
    answers = at_once(8, lambda: note(waiting.pop(), found))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert PatientAlert.objects.count() == 1
