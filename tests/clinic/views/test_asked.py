from datetime import date

import pytest
from django.test import Client, RequestFactory

from clinic.models import StaffMember
from clinic.views.asked import asked_day, is_uuid, whole_number
from tests.factories.pictures import a_calcified_case
from tests.factories.records import a_physio


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("", 0), ("x", 0), ("-1", 0), ("²", 0), ("٣", 0), ("9" * 10, 0), ("1.5", 0)]
)
def test_a_whole_number_or_nothing(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-11-24", date(2026, 11, 24)), ("2026-13-45", None), ("9999-12-31", None), ("0001-01-01", None), ("", None)],
)
def test_a_day_that_a_clinic_can_mean(written: str, day: date | None) -> None:
    assert asked_day(RequestFactory().get("/", {"day": written})) == day


def test_what_is_a_uuid() -> None:
    assert is_uuid("00000000-0000-7000-8000-000000000000")
    assert not is_uuid("nonsense")


@pytest.fixture
def by(client: Client, db: None) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "²"])
def test_the_end_of_the_calendar_is_no_error_of_ours(client: Client, by: StaffMember, day: str) -> None:
    assert client.get("/", {"day": day}).status_code == 200


@pytest.mark.parametrize(("reason", "told"), [("x" * 501, "too long"), ("a\x00b", "cannot be stored")])
def test_what_does_not_fit_is_told(client: Client, by: StaffMember, reason: str, told: str) -> None:
    case = a_calcified_case(by)
    answer = client.post(f"/cases/{case.pk}/imaging/request/", {"decline": "yes", "reason": reason})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_version_in_odd_digits_is_stale(client: Client, by: StaffMember) -> None:
    case = a_calcified_case(by)
    client.post(f"/cases/{case.pk}/goals/", {"text": "Run"})
    goal = case.goals.get()
    told = {"goal": goal.pk, "version": "²", "state": "MET"}
    assert "changed by somebody else" in client.post(f"/cases/{case.pk}/goals/", told).content.decode()
