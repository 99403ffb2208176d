from datetime import date, timedelta

import pytest
from django.core.management import call_command

from cases.models import Case
from clinic import clock
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_patient
from treatments import demo
from treatments.queries import plan_of, progress_of, story_of
from treatments.rules.progress import Word


@pytest.fixture
def case(db: None) -> Case:
    demo.build(clock.today())
    return story_of(Case.objects.all()).get()


def test_where_the_achilles_case_stands(case: Case) -> None:
    found = {
        s.name: (s.start.value, s.last.value, s.verdict.word) for s in progress_of(case).series if s.start and s.last
    }
    assert {name: (float(a), float(b), word) for name, (a, b, word) in found.items()} == {
        "Pain, load": (7, 3, Word.IMPROVED),
        "Knee to wall, right": (4, 7.2, Word.MORE_THAN_ERROR),
        "Heel raises, right": (4, 15, Word.NO_AGREED_THRESHOLD),
        "Morning stiffness": (45, 10, Word.NO_AGREED_THRESHOLD),
        "Pain, first steps": (6, 2, Word.IMPROVED),
        "Pain, rest": (2, 0, Word.IMPROVED),
        "VISA-A": (38, 52, Word.IMPROVED),
    }


def test_what_was_given(case: Case) -> None:
    lanes = {lane.modality.code: [float(d.amount or 0) for d in lane.doses] for lane in progress_of(case).lanes}
    assert lanes["RSWT"] == [2.0, 2.3, 2.6]
    assert lanes["FSWT"] == [0.15, 0.2]
    assert len(lanes["DIAFIB"]) == len(lanes["IASTM"]) == 9


@pytest.mark.parametrize("today", [date(2026, 11, 23) + timedelta(days=n) for n in range(7)])
def test_the_last_visit_was_last_week(today: date) -> None:
    last = demo.first_day(today, 65) + timedelta(days=65)
    assert last.isocalendar().week == (today - timedelta(days=7)).isocalendar().week
    assert last.weekday() == 2


def test_times_of_treatment_are_those_of_the_story_and_times_of_the_log_are_real(case: Case) -> None:
    session = case.sessions.signed().earliest("occurred_on")
    assert session.occurred_on == demo.first_day(clock.today(), 65)
    assert not session.is_late_entry
    signed = AuditEvent.objects.get(action="session.signed", row_id=session.pk)
    assert signed.at is not None
    assert abs((signed.at - clock.now()).total_seconds()) < 60
    assert signed.door == "demo"


def test_what_was_added_by_hand_is_counted(case: Case) -> None:
    assert demo.added_by_hand() == 0
    a_patient(StaffMember.objects.get(email="physio@example.org"))
    assert demo.added_by_hand() == 1


def test_a_second_build_changes_nothing(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    events = AuditEvent.objects.count()
    call_command("demo")
    assert AuditEvent.objects.count() == events
    assert capsys.readouterr().out == "The demo is built.\nThe demo is there already.\n"


def test_where_the_plan_stands(case: Case) -> None:
    state = plan_of(case)
    assert state is not None
    assert state.position is not None
    assert (state.position.block, state.position.number, state.position.in_course) == (2, 5, 10)
    review = state.blocks[0].reviews.get()
    found = {f["name"]: (f["start"], f["now"], f["word"]) for f in review.findings}
    assert found["Pain, load"] == ("7", "4", "IMPROVED")
    assert found["VISA-A"] == ("38", "52", "IMPROVED")
