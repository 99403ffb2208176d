"""What a note starts with, and when it was typed and signed."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from cases.actions.appointments import book_appointment, set_appointment
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of
from tests.treatments.views.test_sessions import address, fields
from treatments.actions.sessions import sign_session
from treatments.models import Session

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
SUMMER = datetime(2026, 6, 10, 13, 7, tzinfo=LONDON)


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def time_on(client: Client, case: Any) -> str:
    page = client.get(f"{address(case)}?new=1").content.decode()
    return re.findall(r'name="began_at" value="([^"]*)"', page)[0]


def test_a_note_of_today_starts_with_the_time_at_which_it_is_opened(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    with clock.set_to(SUMMER):
        assert time_on(client, case) == "13:07"


def test_or_with_that_of_the_day_list(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    colleague = a_physio(site_of(by))
    told = {"patient": case.patient, "site": site_of(by), "by": by}
    with clock.set_to(SUMMER):
        morning = book_appointment(staff=by, starts_at=SUMMER.replace(hour=8, minute=30), **told)
        book_appointment(staff=colleague, starts_at=SUMMER.replace(minute=5), **told)
        book_appointment(staff=by, starts_at=SUMMER + timedelta(days=1), **told)
        assert time_on(client, case) == "08:30"
        book_appointment(staff=by, starts_at=SUMMER.replace(hour=13, minute=30), **told)
        assert time_on(client, case) == "13:30"
        assert time_on(client, a_case(by)) == "13:07"
        afternoon = by.appointments.get(starts_at=SUMMER.replace(hour=13, minute=30))
        set_appointment(appointment=afternoon, status="CANCELLED", version=1, by=by)
        assert time_on(client, case) == "08:30"
        set_appointment(appointment=morning, status="DID_NOT_ATTEND", version=1, by=by)
        assert time_on(client, case) == "13:07"


def test_another_day_starts_without_one(client: Client, by: StaffMember) -> None:
    came_with = {"came-with": f"{clock.today()} 10:15", "began_at": "10:15"}
    case, past = a_case(by), (clock.today() - timedelta(days=3)).isoformat()
    client.post(address(case), fields(**came_with, occurred_on=past))
    assert Session.objects.latest("created_at").draft.get("began_at") is None
    client.post(address(case), fields(**{**came_with, "began_at": "09:00"}, occurred_on=past))
    assert Session.objects.latest("created_at").draft["began_at"] == "09:00"
    client.post(address(case), fields(**came_with))
    assert Session.objects.latest("created_at").draft["began_at"] == "10:15"


def test_a_time_that_is_none_is_told_beside_its_field(client: Client, by: StaffMember) -> None:
    answer = client.post(address(a_case(by)), fields(do="sign", began_at="25:99"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id-began_at"' in page
    assert 'id="id-began_at_error">Write the time as 14:05.' in page
    assert 'name="began_at" value="25:99"' in page


def signed_at(case: Any, by: StaffMember, moment: datetime, day: date) -> Session:
    with clock.set_to(moment - timedelta(minutes=8)):
        draft = a_draft(case, by, day=day, began_at="13:05")
    with clock.set_to(moment):
        return sign_session(session=draft, draft_version=draft.draft_version, by=by)


def test_a_signed_session_says_when_it_was_given_and_when_it_was_entered(client: Client, by: StaffMember) -> None:
    with clock.set_to(SUMMER):
        case = a_case(by)
    done = signed_at(case, by, SUMMER + timedelta(minutes=30), SUMMER.date())
    page = client.get(f"/sessions/{done.pk}/").content.decode()
    assert "Wed 10 Jun 2026, 13:05" in page
    assert "Treated 13:05, entered 13:29, signed 13:37." in page
    assert "Late entry" not in page
    assert "Late entry" not in client.get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2026, 6, 10, 22, 50, tzinfo=UTC), False),
        (datetime(2026, 6, 10, 23, 30, tzinfo=UTC), True),  # half past midnight in London
        (datetime(2026, 6, 11, 8, tzinfo=UTC), True),
    ],
)
def test_late_is_what_is_signed_on_a_later_day_where_the_site_is(
    client: Client, by: StaffMember, moment: datetime, is_late: bool
) -> None:
    with clock.set_to(SUMMER):
        case = a_case(by)
    done = signed_at(case, by, moment, SUMMER.date())
    assert done.is_late_entry is is_late
    here = moment.astimezone(LONDON)
    told = f"treated Wed 10 Jun 2026 13:05, entered {here - timedelta(minutes=8):%a %-d %b %Y %H:%M}, signed {here:%a %-d %b %Y %H:%M}."
    for path in (f"/sessions/{done.pk}/", f"/cases/{case.pk}/"):
        assert (told in " ".join(client.get(path).content.decode().split())) is is_late
    body = client.get(f"/api/v1/sessions/{done.pk}/").json()
    assert (body["began_at"], body["is_late_entry"]) == ("13:05", is_late)
    assert body["signed_at"].startswith(f"{moment:%Y-%m-%d}") or body["signed_at"].startswith(f"{here:%Y-%m-%d}")


def test_by_the_api(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    sent = {
        "case": str(case.pk),
        "occurred_on": clock.today().isoformat(),
        "subjective": "Better.",
        "began_at": "14:05",
    }
    stored = client.post("/api/v1/sessions/", sent, "application/json").json()
    assert (stored["began_at"], stored["is_late_entry"]) == ("14:05", False)
    for nonsense in ("14.05", "24:00", 1405, True):
        answer = client.post("/api/v1/sessions/", {**sent, "began_at": nonsense}, "application/json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) in ((400, "/began_at"), (422, "/began_at"))
    without = client.post("/api/v1/sessions/", {**sent, "began_at": None}, "application/json")
    assert without.json()["began_at"] is None


def test_what_was_signed_before_times_were_asked_has_none(client: Client, by: StaffMember) -> None:
    done = a_signed_session(a_case(by), by)
    assert "Treated" not in client.get(f"/sessions/{done.pk}/").content.decode()
    assert client.get(f"/api/v1/sessions/{done.pk}/").json()["began_at"] is None
