from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import clock
from clinic.errors import RuleBroken
from tests.factories.records import a_case, a_note, a_physio, a_signed_session
from treatments.actions.sessions import UNTOUCHED, content_hash, log_session, sign_session
from treatments.models import AdverseEvent, HomeExercise, Session, SinceLast

pytestmark = pytest.mark.django_db
EVENT = {"what": "Flare", "severity": "MILD", "onset_on": "2020-01-01", "modality": "RSWT", "told": "GP"}
PARTS = {
    "since": {"response": "WORSE", "pain": 6, "was_flare": True, "note": "ran"},
    "exercises": [{"name": "Calf raise", "sets": 4, "reps": 8, "load_kg": "2,5"}],
    "adverse_events": [EVENT],
}


def visit() -> tuple[Session, Session]:
    """A session, and the one after it that says how it was since."""
    by = a_physio()
    case = a_case(by)
    first = a_signed_session(case, by, clock.today() - timedelta(days=7))
    return first, a_signed_session(case, by, **PARTS)


def test_what_belongs_to_a_visit_is_written_once_with_its_signing() -> None:
    first, second = visit()
    since = SinceLast.objects.get()
    assert (since.session, since.about, since.pain, since.was_flare) == (second, first, 6, True)
    assert str(HomeExercise.objects.get().load_kg) == "2.5"
    event = AdverseEvent.objects.get()
    assert (event.session, event.suspected.code, event.resolved_on) == (second, "RSWT", None)


def test_since_last_time_needs_a_last_time() -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        a_signed_session(a_case(by), by, since={"response": "USUAL"})
    assert [f.pointer for f in no.value.faults] == ["/since/response"]
    assert not Session.objects.signed().exists()


@pytest.mark.parametrize("table", ["sincelast", "homeexercise"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_they_stay(table: str, statement: str) -> None:
    visit()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"treatments_{table}"))


@pytest.mark.parametrize(
    "change",
    [
        "SET what = 'x', version = version + 1",
        "SET severity = 'SEVERE', version = version + 1",
        "SET resolved_on = '2026-01-01'",
    ],
)
def test_an_adverse_event_is_only_resolved(change: str) -> None:
    visit()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_adverseevent {change}")


def test_what_was_never_touched_is_listed_once() -> None:
    by = a_physio()
    note = a_note()
    note["applications"][0]["origin"] = "PLAN"
    draft = log_session(case=a_case(by), document=note, by=by)
    with pytest.raises(RuleBroken) as no:
        sign_session(session=draft, draft_version=1, by=by)
    assert no.value.code == UNTOUCHED
    assert "Radial shockwave · 2.3 bar" in no.value.message
    signed = sign_session(session=draft, draft_version=1, by=by, accepts_untouched=True)
    assert signed.content_sha256 == content_hash(note)
    assert len(signed.content_sha256) == 64
