from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases.actions.appointments import book_appointment
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, StaffMember
from clinic.models.records import new_id
from tests.factories.records import a_case, a_draft, a_note, a_physio, site_of
from treatments.actions.sessions import UNTOUCHED, discard_session, save_draft
from treatments.actions.shared_visits import NoteRefused, join_visit, sign_visit
from treatments.models import Application, Session

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def two_notes(by: StaffMember, **told: Any) -> tuple[Session, Session]:
    """The notes of one visit, for two cases of a patient."""
    first = a_draft(a_case(by), by, began_at="13:05")
    other = a_case(by, first.case.patient, title="Left shoulder")
    return fresh(first), join_visit(session=first, case=other, document=a_note(**told), by=by)


def fresh(session: Session) -> Session:
    return Session.objects.select_related("case").get(pk=session.pk)


def seen(*notes: Session) -> dict[Any, int]:
    return {note.pk: fresh(note).draft_version for note in notes}


def test_the_second_note_shares_visit_day_and_time() -> None:
    by = a_physio()
    first, second = two_notes(by)
    first = fresh(first)
    assert first.visit is not None
    assert first.visit == second.visit
    assert (second.draft["occurred_on"], second.draft["began_at"]) == (first.draft["occurred_on"], "13:05")
    assert join_visit(session=first, case=second.case, document={}, by=by) == second
    assert AuditEvent.objects.filter(action="session.joined_visit").count() == 2


def test_ones_own_draft_of_the_day_is_taken_and_keeps_its_words() -> None:
    by = a_physio()
    first = a_draft(a_case(by), by, began_at="13:05")
    other = a_case(by, first.case.patient)
    a_draft(other, a_physio(site_of(by)))
    mine = a_draft(other, by, subjective="Typed before.")
    found = join_visit(session=first, case=other, document=a_note(), by=by)
    assert found == mine
    assert (found.draft["subjective"], found.draft["began_at"]) == ("Typed before.", "13:05")


def test_what_cannot_share_a_visit() -> None:
    by = a_physio()
    first = a_draft(a_case(by), by)
    for case in (a_case(by), first.case):
        with pytest.raises(RuleBroken) as no:
            join_visit(session=first, case=case, document=a_note(), by=by)
        assert no.value.code == "not_beside"
    with pytest.raises(NotAllowed):
        join_visit(session=first, case=a_case(by, first.case.patient), document=a_note(), by=a_physio(site_of(by)))


def test_both_are_signed_in_one_step_and_the_day_list_says_done() -> None:
    by = a_physio()
    first, second = two_notes(by)
    morning, noon = (
        book_appointment(
            patient=first.case.patient,
            staff=by,
            site=site_of(by),
            starts_at=datetime.combine(clock.today(), clock.now().time().replace(hour=hour, minute=0), LONDON),
            by=by,
        )
        for hour in (9, 13)
    )
    signed = sign_visit(seen=seen(first, second), by=by)
    assert {s.status for s in signed} == {"SIGNED"}
    assert Application.objects.filter(session__in=signed).count() == 4
    morning.refresh_from_db()
    noon.refresh_from_db()
    assert (morning.status, noon.status) == ("BOOKED", "ATTENDED")
    assert AuditEvent.objects.filter(action="session.signed").count() == 2


def test_one_that_is_not_right_keeps_both_unsigned_and_is_named() -> None:
    by = a_physio()
    first, second = two_notes(by, measurements=[{"measure": "NPRS", "context": "LOAD", "value": "11"}])
    with pytest.raises(NoteRefused, match="Left shoulder: Some entries") as no, transaction.atomic():
        sign_visit(seen=seen(first, second), by=by)
    assert no.value.session == second
    assert [f.pointer for f in no.value.of.faults] == ["/measurements/0/value"]
    assert not Session.objects.signed().exists()


def test_each_is_signed_in_the_version_that_was_seen() -> None:
    by = a_physio()
    first, second = two_notes(by)
    before = seen(first, second)
    save_draft(case=second.case, session_id=second.pk, document=a_note(), draft_version=before[second.pk], by=by)
    with pytest.raises(NoteRefused) as no, transaction.atomic():
        sign_visit(seen=before, by=by)
    assert isinstance(no.value.of, Stale)
    assert not Session.objects.signed().exists()


def test_a_note_that_was_added_meanwhile_is_not_passed_over() -> None:
    by = a_physio()
    first, second = two_notes(by)
    before = seen(first, second)
    third = join_visit(session=first, case=a_case(by, first.case.patient), document=a_note(), by=by)
    with pytest.raises(Stale, match="Another note was added"):
        sign_visit(seen=before, by=by)
    discard_session(session=third, reason="Not today", by=by)
    assert len(sign_visit(seen=before, by=by)) == 2


def test_the_question_of_what_nobody_touched_is_asked_of_each() -> None:
    by = a_physio()
    row = {**a_note()["applications"][0], "origin": "PLAN"}
    first, second = two_notes(by, applications=[row])
    with pytest.raises(NoteRefused) as no, transaction.atomic():
        sign_visit(seen=seen(first, second), by=by)
    assert no.value.code == UNTOUCHED
    assert len(sign_visit(seen=seen(first, second), accepts_untouched=True, by=by)) == 2


def test_notes_of_different_visits_are_not_signed_together() -> None:
    by = a_physio()
    first, second = two_notes(by)
    alone = a_draft(a_case(by), by)
    for notes in ((first, alone), (alone,)):
        with pytest.raises(RuleBroken) as no:
            sign_visit(seen=seen(*notes), by=by)
        assert no.value.code == "not_one_visit"
    with pytest.raises(RuleBroken):
        sign_visit(seen={**seen(first, second), new_id(): 1}, by=by)
    with pytest.raises(NotAllowed), transaction.atomic():
        sign_visit(seen=seen(first, second), by=a_physio(site_of(by)))


def test_the_database_keeps_a_visit_to_one_patient_and_one_author() -> None:
    by = a_physio()
    first, second = two_notes(by)
    strangers = a_draft(a_case(by), by), a_draft(second.case, a_physio(site_of(by)))
    for note in strangers:
        note.visit = fresh(first).visit
        with pytest.raises(DatabaseError, match="one patient"), transaction.atomic():
            note.save_change("visit")
    twice = a_draft(second.case, by)
    twice.visit = fresh(first).visit
    with pytest.raises(IntegrityError, match="case_has_one_note_in_a_visit"), transaction.atomic():
        twice.save_change("visit")
