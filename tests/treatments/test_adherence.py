"""How far a block was kept to: seen on the review's page and in the visit, and frozen with the decision."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cases.actions.appointments import book_appointment, set_appointment
from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of
from tests.treatments.views.test_sessions import address, fields
from treatments.actions.plans import PlannedBlock, review_block, start_plan
from treatments.models import Review, Session, SinceLast
from treatments.queries import adherence_of, plan_of, progress_of

pytestmark = pytest.mark.django_db
HOME = [{"name": "Calf raise"}]


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def day(back: int) -> Any:
    return clock.today() - timedelta(days=back)


def missed(of: Case, by: StaffMember, back: int, status: str, **told: Any) -> None:
    at = datetime.combine(day(back), time(9), ZoneInfo("Europe/London"))
    row = book_appointment(patient=of.patient, staff=by, site=site_of(by), starts_at=at, by=by, **told)
    set_appointment(appointment=row, status=status, version=1, by=by)


def a_block(by: StaffMember, told: tuple[Any, ...] = (None, 50, 100), **last: Any) -> Case:
    """A block of three, weekly; at each visit it was told how much of the exercises was done."""
    case = a_case(by)
    start_plan(case=case, blocks=[PlannedBlock(3)], by=by, repeats_accepted=True)
    for place, percent in enumerate(told):
        since = {"adherence_percent": percent} if place else {}
        more = last if place == len(told) - 1 else {}
        a_signed_session(case, by, day(7 * (2 - place)), since=since, exercises=HOME, **more)
    return case


def found(case: Case) -> dict[str, Any]:
    state = plan_of(case)
    assert state is not None
    assert state.current is not None
    return vars(adherence_of(progress_of(case), state.current, clock.today()))


def test_what_was_planned_and_what_was_done(by: StaffMember) -> None:
    event = {"what": "Flare", "severity": "MILD", "onset_on": day(3).isoformat()}
    case = a_block(by, adverse_events=[event, {**event, "resolved_on": day(1).isoformat()}])
    missed(case, by, 10, "DID_NOT_ATTEND")
    missed(case, by, 4, "CANCELLED", case=case)
    missed(case, by, 15, "CANCELLED")  # before the block
    other = a_case(by, case.patient)
    missed(other, by, 5, "DID_NOT_ATTEND", case=other)
    missed(a_case(by), by, 6, "DID_NOT_ATTEND")
    assert found(case) == {
        "held": 3,
        "planned": 3,
        "first_on": day(14).isoformat(),
        "last_on": day(0).isoformat(),
        "did_not_attend": 1,
        "cancelled": 1,
        "exercises_percent": 75,
        "exercises_told": 2,
        "events_open": 1,
        "events_over": 1,
        "earlier_events_open": 0,
    }


def test_what_was_not_asked_is_no_zero(by: StaffMember) -> None:
    case = a_block(by, (None, None, None))
    assert (found(case)["exercises_percent"], found(case)["exercises_told"]) == (None, 0)
    assert not SinceLast.objects.exists()


def test_it_is_frozen_in_the_signed_review(client: Client, by: StaffMember) -> None:
    case = a_block(by)
    missed(case, by, 4, "CANCELLED")
    state = plan_of(case)
    assert state is not None
    assert state.review_due is not None
    page = client.get(f"/blocks/{state.review_due.pk}/review/").content.decode()
    for text in ("3 of 3 held", "1 cancelled", "75% on average", "told 2 times", "none in this block"):
        assert text in page
    review = review_block(block=state.review_due, decision="IMAGE", reason="Look", by=by)
    assert (review.adherence["held"], review.adherence["cancelled"]) == (3, 1)
    missed(case, by, 3, "DID_NOT_ATTEND")
    assert Review.objects.get().adherence == review.adherence
    page = client.get(f"/blocks/{state.review_due.pk}/review/").content.decode()
    frozen, _, now = page.partition("What now?")[0].partition("Start of the block, and now")
    assert "did not attend" not in frozen
    assert "1 did not attend, 1 cancelled" in now


def test_in_the_visit_it_counts_what_is_typed_there(client: Client, by: StaffMember) -> None:
    case = a_block(by, (None, 50))
    draft = a_draft(case, by, since={"adherence_percent": "0"})
    page = client.get(f"{address(case)}?session={draft.pk}").content.decode()
    for text in ("3 of 3 held", "25% on average", "told 2 times"):
        assert text in page
    told = client.post(
        address(case),
        {
            **fields(session=str(draft.pk), draft_version="1", do="autosave"),
            "review-shown": "yes",
            "since-adherence_percent": "100",
        },
        headers={"X-Requested-With": "fetch"},
    ).json()
    assert "75% on average" in told["findings"]


def test_a_review_that_comes_before_the_note_holds_what_the_note_tells(by: StaffMember) -> None:
    case = a_block(by)
    event = {"what": "Flare", "severity": "MILD", "onset_on": day(0).isoformat()}
    review = {"decision": "CONTINUE", "reason": "Less pain"}
    a_signed_session(case, by, since={"adherence_percent": 0}, adverse_events=[event], review=review)
    kept = Review.objects.get().adherence
    assert (kept["held"], kept["exercises_percent"], kept["exercises_told"], kept["events_open"]) == (3, 50, 3, 1)


def test_the_review_of_the_last_session_counts_it_once(by: StaffMember) -> None:
    a_block(by, review={"decision": "CONTINUE", "reason": "Less pain"})
    kept = Review.objects.get().adherence
    assert (kept["held"], kept["exercises_percent"], kept["exercises_told"]) == (3, 75, 2)


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        ({"since-adherence_percent": "25"}, "25"),
        ({"since-adherence_percent": "25", "since-exact_percent": "30"}, "30"),
        ({"since-exact_percent": "0"}, "0"),
        ({}, None),
    ],
)
def test_a_step_by_tap_or_the_exact_number(client: Client, by: StaffMember, posted: Any, kept: str | None) -> None:
    case = a_block(by, (None,))
    assert "A quarter" in client.get(address(case)).content.decode()
    client.post(address(case), fields(**posted))
    draft = Session.objects.drafts().get()
    assert draft.draft.get("since", {}).get("adherence_percent") == kept
    page = client.get(f"{address(case)}?session={draft.pk}").content.decode()
    assert (f'name="since-adherence_percent" value="{kept}" checked' in page) is (kept in ("25", "0"))
    assert ('name="since-exact_percent" value="30"' in page) is (kept == "30")


def test_it_is_not_asked_where_no_exercise_was_given(client: Client, by: StaffMember) -> None:
    a_signed_session(case := a_case(by), by)
    assert "Exercises done" not in client.get(address(case)).content.decode()


def test_too_much_is_told_at_its_field_and_by_the_api(client: Client, by: StaffMember) -> None:
    case = a_block(by, (None,))
    answer = client.post(address(case), fields(do="sign", **{"since-exact_percent": "120"}))
    assert answer.status_code == 422
    assert 'href="#id-since-adherence_percent"' in answer.content.decode()
    sent = {"case": str(case.pk), "occurred_on": clock.today().isoformat(), "since": {"adherence_percent": 120}}
    refused = client.post("/api/v1/sessions/", sent, "application/json")
    assert refused.json()["errors"][0]["pointer"] == "/since/adherence_percent"
    stored = client.post("/api/v1/sessions/", {**sent, "since": {"adherence_percent": 60}}, "application/json")
    assert stored.json()["since"]["adherence_percent"] == 60


def test_the_database_keeps_the_limits(by: StaffMember) -> None:
    case = a_block(by, (None, 50))
    told, draft = SinceLast.objects.get(), a_draft(case, by)
    with pytest.raises(IntegrityError, match="exercises_done_are_0_to_100_percent"), transaction.atomic():
        SinceLast.objects.create(session=draft, about=told.session, case=case, adherence_percent=101)
