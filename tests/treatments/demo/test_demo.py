"""The built demo, read through the same queries as the pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from cases.models import Appointment, Case, ImagingRequest, Patient
from cases.queries import courses_of, pictures_of, worklist_of
from clinic import clock
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_patient
from treatments import demo
from treatments.demo import days
from treatments.models import Application, GivenAgainst, Session
from treatments.queries import findings_of, plan_of, progress_of, screened, story_of, today_of
from treatments.queries.plans import due_among
from treatments.queries.today import day_of
from treatments.rules.progress import Word
from treatments.rules.safety import Outcome

pytestmark = pytest.mark.usefixtures("demo_clinic")


def case_of(family_name: str) -> Case:
    return story_of(Case.objects.filter(patient__family_name=family_name)).get()


def person(email: str) -> StaffMember:
    return StaffMember.objects.get(email=f"{email}@example.org")


def changes(family_name: str) -> dict[str, tuple[float, float, Word]]:
    """Start, last value and verdict of each measure that was taken more than once."""
    return {
        s.name: (float(s.start.value), float(s.last.value), s.verdict.word)
        for s in progress_of(case_of(family_name)).series
        if s.start and s.last and len(s.course) > 1
    }


def percents(case: Case, reference: int | None = None) -> list[tuple[float, str]]:
    """Changes of area by X-ray, in percent, from the first study or another of the same view."""
    rays = [r for r in pictures_of(case) if r.modality.family == "XRAY" and r.readings.all()[0].measurements.all()]
    chosen = rays[reference] if reference is not None else None
    (course,) = courses_of(case, chosen)
    seen = [s.change for s in course.seen if s.change and s.change.percent is not None]
    return [(float(change.percent), change.category.value) for change in seen]


class TestTheAchillesCase:
    def test_up_to_its_discharge(self) -> None:
        found = changes("Ellery")
        assert {name: found[name] for name in list(found) if "passive" not in name and "Girth" not in name} == {
            "Pain, load": (7, 2, Word.IMPROVED),
            "Knee to wall, right": (4, 8.2, Word.MORE_THAN_ERROR),
            "Heel raises, right": (4, 18, Word.NO_AGREED_THRESHOLD),
            "Morning stiffness": (45, 5, Word.NO_AGREED_THRESHOLD),
            "Pain, first steps": (6, 1, Word.IMPROVED),
            "Pain, rest": (2, 0, Word.IMPROVED),
            "Knee to wall angle, right": (25, 39, Word.MORE_THAN_ERROR),
            "Pressure pain, right": (240, 420, Word.NO_AGREED_THRESHOLD),
            "VISA-A": (38, 71, Word.IMPROVED),
            "LEFS": (44, 66, Word.IMPROVED),
            "FAAM daily": (61.9, 88.1, Word.IMPROVED),
            "FAAM sport": (28.1, 65.6, Word.IMPROVED),
            "PSFS": (2.0, 6.7, Word.IMPROVED),
            "Change rated": (3, 5, Word.RATED_BETTER),
        }
        case = case_of("Ellery")
        assert percents(case) == [(-27.5, "RES_PARTIAL")]
        step = case.steps.get()
        assert (case.status, step.outcome) == ("DISCHARGED", "GOALS_PARTLY_MET")
        assert sorted(case.goals.values_list("state", flat=True)) == ["MET", "NOT_MET", "PARTLY_MET"]

    def test_what_was_given(self) -> None:
        lanes = {
            lane.modality.code: [float(d.amount or 0) for d in lane.doses]
            for lane in progress_of(case_of("Ellery")).lanes
        }
        assert lanes["RSWT"] == [2.0, 2.3, 2.6]
        assert lanes["FSWT"] == [0.15, 0.2, 0.25]
        assert len(lanes["DIAFIB"]) == len(lanes["IASTM"]) == 10

    def test_where_its_twin_stands(self) -> None:
        found = changes("Osei")
        assert (found["Pain, load"], found["VISA-A"]) == ((7, 3, Word.IMPROVED), (38, 52, Word.IMPROVED))
        assert found["Knee to wall, right"] == (4, 7.2, Word.MORE_THAN_ERROR)
        case = case_of("Osei")
        state = plan_of(case)
        assert state is not None
        assert state.position is not None
        assert (state.position.block, state.position.number, state.position.in_course) == (2, 5, 10)
        review = state.blocks[0].reviews.get()
        stood = {f["name"]: (f["start"], f["now"], f["word"]) for f in review.findings}
        assert stood["Pain, load"] == ("7", "4", "IMPROVED")
        assert stood["VISA-A"] == ("38", "52", "IMPROVED")
        assert {name for name, _, word in self.since_the_block(case) if word == Word.IMPROVED} >= {"Pain, load"}

    def since_the_block(self, case: Case) -> list[tuple[str, str, str]]:
        state = plan_of(case)
        assert state is not None
        return [(f.name, f.now, f.word) for f in findings_of(progress_of(case), state.blocks[0])]

    def test_times_of_treatment_are_of_the_story_and_those_of_the_log_are_real(self) -> None:
        session = case_of("Osei").sessions.signed().earliest("occurred_on")
        dated = {"day": 65, "weeks_ago": 1, "weekday": 2}
        assert session.occurred_on == days.first_day(dated, clock.today())
        assert not session.is_late_entry
        signed = AuditEvent.objects.get(action="session.signed", row_id=session.pk)
        assert signed.at is not None
        assert abs((signed.at - clock.now()).total_seconds()) < 3600
        assert signed.door == "demo"


class TestTheOtherCases:
    def test_a_shoulder_that_resolves(self) -> None:
        found = changes("Okafor")
        assert found["QuickDASH"] == (52.3, 13.6, Word.IMPROVED)
        assert found["Constant"][:2] == (48, 85)
        assert percents(case_of("Okafor")) == [
            (-19.0, "RES_PARTIAL"),
            (-88.4, "RES_SUBTOTAL"),
            (-100.0, "RES_COMPLETE"),
        ]

    def test_bone_that_grows_before_it_shrinks(self) -> None:
        case = case_of("Marlow")
        assert changes("Marlow")["LEFS"] == (31, 76, Word.IMPROVED)
        assert percents(case) == [(8.2, "RES_NONE"), (-14.3, "RES_PARTIAL"), (-37.8, "RES_PARTIAL")]
        assert percents(case, reference=1)[-1] == (-42.5, "RES_PARTIAL")
        phases = case.injuries.get().phases.order_by("noted_on").values_list("phase__code", flat=True)
        assert list(phases) == ["MO_EARLY", "MO_INTERMEDIATE", "MO_MATURE"]
        given = {lane.modality.code for lane in progress_of(case).lanes}
        assert "RSWT" not in given
        assert [o.on for lane in progress_of(case).lanes if lane.modality.code == "DIAFIB" for o in lane.doses] == [
            case.opened_on + timedelta(days=91)
        ]

    def test_a_knee_in_twenty_sessions(self) -> None:
        found = changes("Brandt")
        scores = {name: round(now - start, 1) for name, (start, now, _) in found.items() if name.startswith("KOOS")}
        assert sorted(scores.values()) == [30, 31, 31, 32, 40]
        assert {word for name, (_, _, word) in found.items() if name.startswith("KOOS")} == {Word.IMPROVED}
        assert len([s for s in progress_of(case_of("Brandt")).sessions if s.kind == "TREATMENT"]) == 20
        assert found["Knee, extension, passive, left"][:2] == (-12, -3)

    def test_a_spur_that_does_not_answer(self) -> None:
        found = changes("Holloway")
        assert found["FAAM daily"] == (66.7, 69.0, Word.NO_RELIABLE_CHANGE)
        assert found["Pain, first steps"] == (7, 6, Word.NO_RELIABLE_CHANGE)
        case = case_of("Holloway")
        assert percents(case) == [(-1.9, "RES_NONE")]
        assert case.steps.get().outcome == "NON_RESPONDER"

    def test_a_frozen_shoulder_in_pregnancy(self) -> None:
        start, now, word = changes("Haddad")["SPADI"]
        assert (round(now - start, 1), word) == (-49.0, Word.IMPROVED)
        case = case_of("Haddad")
        lanes = {lane.modality.code for lane in progress_of(case).lanes}
        assert lanes == {"MAN_JOINT", "EX_ROM", "TENS", "EDU"}
        refused = Application.objects.filter(case=case, was_given=False).values_list("modality__code", flat=True)
        assert set(refused) == {"RSWT", "FSWT"}
        freed = {c.modality.code: c.result.outcome for c in screened(case, today=clock.today()).clearances}
        assert freed["RSWT"] < Outcome.NEEDS_REASON

    def test_nothing_that_is_blocked_was_given(self) -> None:
        demands = GivenAgainst.objects.values_list("demand", flat=True)
        assert set(demands) == {"AUTHORISATION"}
        assert set(GivenAgainst.objects.values_list("case__patient__family_name", flat=True)) == {"Marlow"}


class TestTheLivingDay:
    def test_who_is_expected(self) -> None:
        physio, today = person("physio"), clock.today()
        mine = day_of(physio, today, "Europe/London", everybody=False)
        assert 8 <= len(mine) <= 10
        assert {row.appointment.status for row in mine} == {"ATTENDED", "ARRIVED", "BOOKED"}
        assert len(day_of(physio, today, "Europe/London", everybody=True)) > len(mine)
        ten = next(row for row in mine if row.appointment.starts_at == days.at(today, 10))
        assert [case.patient.family_name for case in ten.cases] == ["Osei"]

    def test_what_waits(self) -> None:
        physio, lead, today = person("physio"), person("lead"), clock.today()
        due = due_among(Case.objects.visible_to(physio).not_discharged())
        assert [case.patient.family_name for case, _ in due] == ["Pike"]
        assert [r.case.patient.family_name for r in worklist_of(physio, today).overdue] == ["Corrigan"]
        assert worklist_of(physio, today).to_measure == worklist_of(physio, today).to_review == []
        drafts = {who.name: [s.case.patient.family_name for s in today_of(who, today).drafts] for who in (physio, lead)}
        assert drafts == {"Giulia Renna": ["Nair"], "Tom Adeyemi": ["Finch"]}

    def test_an_ordinary_clinic(self) -> None:
        assert Patient.objects.count() == 38
        kinds = Case.objects.exclude(injuries__kind__in=["CALCIFICATION", "ADHESION"])
        assert kinds.count() == 20
        assert Case.objects.filter(status="ON_HOLD").count() == 2
        assert not ImagingRequest.objects.filter(case__in=kinds).exists()
        assert not Appointment.objects.exclude(starts_at__date=clock.today()).exists()
        assert {s.author.name for s in Session.objects.signed()} == {"Giulia Renna", "Tom Adeyemi", "Hannah Brook"}


def test_what_was_added_by_hand_is_counted() -> None:
    assert demo.added_by_hand() == 0
    a_patient(person("physio"))
    assert demo.added_by_hand() == 1


def test_a_second_build_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    events = AuditEvent.objects.count()
    call_command("demo")
    assert AuditEvent.objects.count() == events
    assert capsys.readouterr().out == "The demo is there already.\n"


def test_what_is_measured_is_exact() -> None:
    """Decimals of the files reach the record as they are written."""
    values = {m.value for s in progress_of(case_of("Ellery")).series if s.measure.code == "KTW_CM" for m in s.points}
    assert Decimal("8.2") in values
