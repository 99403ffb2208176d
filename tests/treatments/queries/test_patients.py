from datetime import timedelta
from typing import Any

import pytest

from cases.actions.case_steps import hold_case, reopen_case, resume_case
from cases.models import Case, Patient
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.photographs import a_photograph
from tests.factories.pictures import LENGTHWISE, a_picture
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.addenda import mark_in_error
from treatments.actions.discharges import discharge_case
from treatments.actions.letters import start_letter
from treatments.actions.photographs import take_away_photograph
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import end_plan, review_block, start_plan
from treatments.actions.sessions import sign_session
from treatments.models import Session
from treatments.queries.patients import Ahead, CaseStory, on_file, stories_of
from treatments.rules.protocol import Position

pytestmark = pytest.mark.django_db


def the_story(case: Case, by: StaffMember) -> CaseStory:
    (story,) = stories_of(case.patient, by)
    return story


def ago(days: int) -> Any:
    return clock.today() - timedelta(days=days)


def test_only_signed_visits_that_count() -> None:
    case = a_case(by := a_physio())
    wrong = a_signed_session(case, by, ago(3))
    mark_in_error(session=wrong, error="WRONG_PATIENT", reason="It was another", by=by)
    kept = a_signed_session(case, by, ago(2))
    a_draft(case, by)
    story = the_story(case, by)
    assert [s.pk for s in story.sessions] == [kept.pk]
    assert story.last_visit_on == ago(2)


def test_cases_of_records_that_were_merged_in_are_told_too() -> None:
    by = a_physio()
    mine, other = a_case(by), a_case(by)
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    a_merge(mine.patient, other.patient, admin)
    assert {s.case.pk for s in stories_of(mine.patient, by)} == {mine.pk, other.pk}
    assert [s.case.pk for s in stories_of(Patient.objects.get(pk=other.patient_id), by)] == [other.pk]


def test_of_another_site_nothing_is_told() -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by)
    assert stories_of(case.patient, a_physio()) == []
    assert stories_of(case.patient, staff(Role.RECEPTIONIST, site=site_of(by))) == []


def test_since_when_a_case_is_as_it_is() -> None:
    case = a_case(by := a_physio(), opened_on=ago(30))
    assert the_story(case, by).state_since == ago(30)
    hold_case(case=case, reason="Away", by=by)
    story = the_story(case, by)
    assert (story.state_since, story.discharge) == (clock.today(), None)
    resume_case(case=Case.objects.get(pk=case.pk), by=by)
    a_signed_session(case, by)
    discharge_case(case=Case.objects.get(pk=case.pk), outcome="GOALS_MET", reason="", by=by)
    ended = the_story(case, by).discharge
    assert ended is not None
    assert ended.outcome == "GOALS_MET"
    reopen_case(case=Case.objects.get(pk=case.pk), reason="It came back", by=by)
    assert the_story(case, by).discharge is None


def test_what_comes_next_by_the_plan() -> None:
    case = a_case(by := a_physio())
    assert the_story(case, by).ahead is None
    plan = start_plan(case=case, blocks=[PlannedBlock(2), PlannedBlock(3)], by=by)
    assert the_story(case, by).ahead == Ahead(None, Position(1, 1, 2, 1))
    a_signed_session(case, by, ago(2))
    assert the_story(case, by).ahead == Ahead(None, Position(1, 2, 2, 2))
    a_signed_session(case, by, ago(1))
    assert the_story(case, by).ahead == Ahead(1, None)
    review_block(block=plan.blocks.get(number=1), decision="IMAGE", reason="To be sure", by=by)
    assert the_story(case, by).ahead == Ahead(1, None)
    review_block(block=plan.blocks.get(number=1), decision="CONTINUE", reason="Better", by=by)
    story = the_story(case, by)
    assert story.ahead == Ahead(None, Position(2, 1, 3, 3))
    assert [(r.block, str(r.decision)) for r in story.reviews] == [(1, "IMAGE"), (1, "CONTINUE")]
    end_plan(plan=plan, reason="Moved away", by=by)
    assert the_story(case, by).ahead is None


def test_exercises_for_home_are_known_of_their_visit() -> None:
    case = a_case(by := a_physio())
    a_signed_session(case, by, ago(2), exercises=[{"name": "Heel raises"}])
    a_signed_session(case, by, ago(1))
    assert [s.has_exercises for s in the_story(case, by).sessions] == [True, False]


def test_all_of_it_in_as_many_statements_for_six_cases(django_assert_num_queries: Any) -> None:
    by = a_physio()
    patient = a_patient(by)
    for cases in (1, 5):
        for _ in range(cases):
            case = a_case(by, patient)
            a_signed_session(case, by)
            a_picture(case, by)
            start_plan(case=case, blocks=[PlannedBlock(2)], by=by)
        reader = StaffMember.objects.get(pk=by.pk)
        reader.site_ids  # noqa: B018 - read once a request
        with django_assert_num_queries(7):
            stories_of(patient, reader)


def filed(case: Case, by: StaffMember) -> Any:
    return on_file(case.patient, stories_of(case.patient, by), by)


def test_of_letters_the_signed_ones_and_ones_own_drafts() -> None:
    by = a_physio()
    other = a_physio(site=site_of(by))
    case = a_case(by)
    a_signed_session(case, by)
    mine = start_letter(case=case, kind="GP", by=by)
    start_letter(case=case, kind="PATIENT", by=other)
    assert [row.pk for row in filed(case, by).letters] == [mine.pk]


@pytest.mark.usefixtures("documents")
def test_photographs_that_were_taken_away_or_are_of_a_visit_in_error_are_not_on_file() -> None:
    by = a_physio()
    case = a_case(by)
    draft = a_draft(case, by)
    kept, gone = a_photograph(draft, by, "Kept"), a_photograph(draft, by, "Gone")
    take_away_photograph(photograph=gone, reason="Blurred", by=by)
    assert [row.pk for row in filed(case, by).photographs] == [kept.pk]
    assert filed(case, staff(Role.RECEPTIONIST, site=site_of(by))).photographs == ()
    signed = sign_session(session=draft, draft_version=Session.objects.get(pk=draft.pk).draft_version, by=by)
    assert len(filed(case, by).photographs) == 1
    mark_in_error(session=signed, error="WRONG_PATIENT", reason="It was another", by=by)
    assert filed(case, by).photographs == ()


def test_pictures_and_consents_are_there_latest_first() -> None:
    case = a_case(by := a_physio())
    old, new = a_picture(case, by, ago=40), a_picture(case, by, ago=2, picture=LENGTHWISE)
    assert [row.pk for row in the_story(case, by).pictures] == [old.pk, new.pk]
    assert {row.modality_code for row in filed(case, by).consents} == {"RSWT", "DIAFIB"}
