from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from tests.factories.records import a_case, a_note, a_physio, a_signed_session
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.actions.sessions import UNTOUCHED, content_hash, log_session, sign_session
from treatments.models import AdverseEvent, HomeExercise, Review, Session, SinceLast

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


def block_of(how_many: int) -> tuple[Case, StaffMember]:
    by = a_physio()
    case = a_case(by)
    start_plan(case=case, blocks=[PlannedBlock(2)], by=by)
    for back in range(how_many, 0, -1):
        a_signed_session(case, by, clock.today() - timedelta(days=7 * back))
    return case, by


def measured(value: str) -> list[dict[str, str]]:
    return [{"measure": "NPRS", "context": "LOAD", "value": value}]


def test_a_review_that_is_due_is_made_in_the_visit_and_opens_the_next_block() -> None:
    case, by = block_of(2)
    review = {"decision": "CONTINUE", "reason": "Less pain"}
    done = a_signed_session(case, by, measurements=measured("1"), review=review)
    kept = Review.objects.get()
    assert (kept.decision, kept.reason, kept.block.number) == ("CONTINUE", "Less pain", 1)
    (pain,) = (f for f in kept.findings if f["name"] == "Pain, load")
    assert (pain["start"], pain["now"]) == ("6", "1"), "the measure just taken counts, and is not typed twice"
    assert (done.block.number, done.number) == (2, 1)


def test_the_last_session_of_a_block_brings_its_review() -> None:
    case, by = block_of(1)
    review = {"decision": "CHANGE_DOSE", "reason": "Less pain"}
    done = a_signed_session(case, by, measurements=measured("2"), review=review)
    assert (done.block.number, done.number) == (1, 2)
    (pain,) = (f for f in Review.objects.get().findings if f["name"] == "Pain, load")
    assert pain["now"] == "2"


def test_a_decision_that_nothing_waits_for_is_refused() -> None:
    case, by = block_of(0)
    with pytest.raises(RuleBroken) as no:
        a_signed_session(case, by, review={"decision": "CONTINUE", "reason": "x"})
    assert [f.pointer for f in no.value.faults] == ["/review/decision"]


@pytest.mark.parametrize(
    ("review", "pointer"),
    [
        ({"decision": "CONTINUE"}, "/review/reason"),
        ({"reason": "x"}, "/review/decision"),
        ({"decision": "WAIT", "reason": "x"}, "/review/decision"),
    ],
)
def test_a_decision_and_its_reason_come_together(review: dict[str, str], pointer: str) -> None:
    case, by = block_of(2)
    with pytest.raises(RuleBroken) as no:
        a_signed_session(case, by, review=review)
    assert [f.pointer for f in no.value.faults] == [pointer]


def test_a_review_in_a_visit_is_of_the_day_of_the_visit() -> None:
    case, by = block_of(2)
    day = clock.today() - timedelta(days=5)
    a_signed_session(case, by, day, kind="REVIEW", review={"decision": "IMAGE", "reason": "How large is it?"})
    a_signed_session(case, by, kind="REVIEW", review={"decision": "REFER", "reason": "Not better"})
    late, now = Review.objects.all()
    assert (late.decided_on, late.is_late_entry) == (day, True)
    assert (now.decided_on, now.is_late_entry) == (clock.today(), False)
