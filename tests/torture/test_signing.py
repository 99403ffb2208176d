"""Signing against everything that may happen at the same moment, many times over."""

import os
import threading
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from clinic.errors import RuleBroken, Stale
from tests.databases import as_role
from tests.factories.records import a_case, a_draft, a_note, a_physio, a_signed_session
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.actions.sessions import save_draft, sign_session
from treatments.models import Addendum, Session, SessionStatus

pytestmark = pytest.mark.torture
ROUNDS = max(1, round(200 * float(os.environ.get("TORTURE_SHARE", "1"))))


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls at the same moment, each on a connection of its own; their answers, or the errors they raised."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = call()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_what_is_signed_is_what_was_seen(own_database: str) -> None:
    by = a_physio()
    case = a_case(by)
    for turn in range(ROUNDS):
        draft = a_draft(case, by, subjective="as seen")
        other = a_note(subjective="typed elsewhere")
        signed, saved = together(
            lambda d=draft: sign_session(session=d, draft_version=1, by=by),
            lambda d=draft, o=other: save_draft(case=case, session_id=d.pk, document=o, draft_version=1, by=by),
        )
        found = Session.objects.get(pk=draft.pk)
        if found.status == SessionStatus.SIGNED:
            assert found.subjective == "as seen", turn
            assert isinstance(saved, RuleBroken), (turn, saved)
        else:
            assert isinstance(signed, Stale), (turn, signed)
            assert found.draft["subjective"] == "typed elsewhere", turn


def test_no_child_comes_after_the_signing(own_database: str) -> None:
    by = a_physio()
    case = a_case(by)
    for turn in range(ROUNDS):
        draft = a_draft(case, by)
        signed, added = together(
            lambda d=draft: sign_session(session=d, draft_version=1, by=by), lambda d=draft: slip_in(own_database, d)
        )
        assert isinstance(signed, Session), (turn, signed)
        assert isinstance(added, psycopg2.Error), (turn, added)
        assert added.pgcode == "CB409", (turn, added)
        assert signed.measurements.count() == 2, turn


def slip_in(database: str, session: Session) -> None:
    """Adds a measurement past all our code, as the application's role."""
    link = as_role(settings.DATABASES["default"], database)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO treatments_measurement (id, created_at, session_id, case_id, measure_key, measure_code,
                    context, side, moment, value, hard_min, hard_max)
                VALUES (gen_random_uuid(), now(), %s, %s, 'VISA_A@1', 'VISA_A', '', '', 'BEFORE', 50, 0, 100)
                """,
                [str(session.pk), str(session.case_id)],
            )
    finally:
        link.close()


def test_two_who_save_the_same_draft(own_database: str) -> None:
    by = a_physio()
    case = a_case(by)
    draft = a_draft(case, by)
    for turn in range(1, ROUNDS + 1):
        notes = [a_note(subjective=f"{turn} by {who}") for who in "AB"]
        answers = together(
            *(
                lambda n=note, t=turn: save_draft(case=case, session_id=draft.pk, document=n, draft_version=t, by=by)
                for note in notes
            )
        )
        won = [a for a in answers if isinstance(a, Session)]
        assert len(won) == 1, (turn, answers)
        assert sum(isinstance(a, Stale) for a in answers) == 1, (turn, answers)
        assert Session.objects.get(pk=draft.pk).draft["subjective"] == won[0].draft["subjective"]


def test_two_who_correct_the_same_value(own_database: str) -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)
    for turn in range(ROUNDS):
        row = session.measurements.latest().get(measure_code="KTW_CM")
        told = [{"measurements": [{"id": str(row.pk), "value": f"{turn % 9 + 1}.{who}"}]} for who in (1, 2)]
        answers = together(
            *(lambda t=t: correct_session(session=session, told=t, reason="Typing.", by=by) for t in told)
        )
        assert sum(isinstance(a, Addendum) for a in answers) == 1, (turn, answers)
        assert sum(isinstance(a, RuleBroken) for a in answers) == 1, (turn, answers)
        assert session.measurements.latest().get(measure_code="KTW_CM").corrects_id == row.pk, turn


def test_no_two_sessions_in_one_place_after_an_error(own_database: str) -> None:
    by = a_physio()
    case = a_case(by)
    start_plan(case=case, blocks=[PlannedBlock(30)], by=by)
    for turn in range(ROUNDS):
        held = a_signed_session(case, by)
        draft = a_draft(case, by)
        marked, signed = together(
            lambda h=held: mark_in_error(session=h, error="NOT_DONE", reason="He did not come.", by=by),
            lambda d=draft: sign_session(session=d, draft_version=1, by=by),
        )
        assert isinstance(marked, Addendum), (turn, marked)
        assert isinstance(signed, Session), (turn, signed)
        numbers = list(Session.objects.in_force().filter(block__plan__case=case).values_list("number", flat=True))
        assert len(numbers) == len(set(numbers)) == 1, (turn, numbers)
        mark_in_error(session=signed, error="NOT_DONE", reason="Nor this.", by=by)
