"""The same form many times at once, and many people who edit the same thing."""

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.models import PatientAlert
from clinic.database import attempts
from clinic.errors import Stale
from tests.factories.records import a_case, a_draft, a_note, a_patient, a_physio
from treatments.actions.sessions import save_draft
from treatments.models import Session

pytestmark = pytest.mark.torture
SHARE = float(os.environ.get("TORTURE_SHARE", "1"))
FORMS, EDITS, TOGETHER = max(1, round(50 * SHARE)), max(1, round(125 * SHARE)), 8


def all_at_once(call: Callable[[int], Any]) -> list[Any]:
    """Runs it for each of eight at the same moment, each on a connection of its own; what they answer or raise."""
    gate, answers = threading.Barrier(TOGETHER), [None] * TOGETHER

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = call(place)
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()
            attempts.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def test_each_form_has_one_effect(own_database: str) -> None:
    by = a_physio()
    patient = a_patient(by)
    clients = [Client() for _ in range(TOGETHER)]
    for each in clients:
        each.force_login(by)
    for turn in range(FORMS):
        told = {"severity": "WATCH", "text": f"Alert {turn}", "csrfmiddlewaretoken": "t" * 64}
        address = f"/patients/{patient.pk}/alerts/"
        answers = all_at_once(lambda place, t=told, a=address: clients[place].post(a, t))
        assert {answer.status_code for answer in answers} == {302}, (turn, answers)
        assert len({answer["Location"] for answer in answers}) == 1, turn
    texts = list(PatientAlert.objects.values_list("text", flat=True))
    assert sorted(texts) == sorted(f"Alert {turn}" for turn in range(FORMS))


def test_no_edit_is_lost(own_database: str) -> None:
    """Who is told that somebody was quicker reads again and adds what they wanted to add: at the end all of it is there."""
    by = a_physio()
    case = a_case(by)
    draft = a_draft(case, by, subjective="")

    def edit(place: int) -> int:
        told = 0
        for turn in range(EDITS):
            while True:
                now = Session.objects.get(pk=draft.pk)
                text = f"{now.draft['subjective']} {place}.{turn}".strip()
                try:
                    save_draft(
                        case=case,
                        session_id=draft.pk,
                        document=a_note(subjective=text),
                        draft_version=now.draft_version,
                        by=by,
                    )
                    break
                except Stale:
                    told += 1
        return told

    answers = all_at_once(edit)
    assert all(isinstance(answer, int) for answer in answers), answers
    found = Session.objects.get(pk=draft.pk)
    wanted = {f"{place}.{turn}" for place in range(TOGETHER) for turn in range(EDITS)}
    words = found.draft["subjective"].split()
    assert (len(words), set(words)) == (len(wanted), wanted)
    assert found.draft_version == 1 + len(wanted)
