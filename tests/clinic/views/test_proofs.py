"""What a browser is asked for, and when: with the clock in hand, and two people at one browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from re import findall
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from clinic.models import AuditEvent, StaffMember
from clinic.models.records import new_id
from tests.factories.records import PASSWORD, a_case, a_note, a_physio, site_of
from treatments.actions.sessions import log_session
from treatments.models import Session

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def logged_in(client: Client, by: StaffMember) -> Client:
    client.post("/account/login/", {"login": by.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(by.pk)
    return client


def events(by: StaffMember) -> list[tuple[str, Any]]:
    rows = AuditEvent.objects.filter(staff=by, action__regex="^(proof|browser)").order_by("at")
    return [(e.action.split(".")[1], e.details.get("because", e.details.get("code"))) for e in rows]


def typed(by: StaffMember, case: Any) -> dict[str, str]:
    """A note as its page posts it."""
    return {
        "session": str(new_id()),
        "draft_version": "0",
        "do": "sign",
        "kind": "TREATMENT",
        "occurred_on": "2026-11-24",
        "objective": "Warm.\r\nCalm, “quoted” & <marked>.",
    }


def carried(page: str) -> dict[str, str]:
    """What the page that asks sends again: a browser ends lines with CR LF, and leaves out the first break."""
    found = findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page.replace("\r\n", "\n"))
    found += findall(r'(?s)<textarea name="(objective)"[^>]*>\n(.*?)</textarea>', page.replace("\r\n", "\n"))
    return {name: unescape(value).replace("\n", "\r\n") for name, value in found}


def test_a_login_is_a_proof_and_signing_needs_no_other(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    logged_in(client, by)
    answer = client.post(f"/cases/{case.pk}/sessions/log/", typed(by, case))
    assert Session.objects.get(status="SIGNED").objective.startswith("Warm.")
    assert answer.status_code == 302
    assert events(by) == [("given", "LOGIN")]


def test_after_twelve_hours_it_is_asked_for_and_signing_goes_on_by_itself(client: Client, clock: Any) -> None:
    by = a_physio()
    case = a_case(by)
    logged_in(client, by)
    old(client, clock)
    address = f"/cases/{case.pk}/sessions/log/"
    sent = typed(by, case)
    answer = client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Confirm that it is you" in page
    assert f'action="{address}"' in page
    assert carried(page) == sent
    draft = Session.objects.get()
    assert (draft.status, draft.draft["objective"], draft.draft_version) == (
        "DRAFT",
        sent["objective"].replace("\r", ""),
        1,
    )
    answer = client.post(address, {**carried(page), "proof_password": "wrong"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That is not your password" in page
    assert "wrong" not in page
    assert carried(page) == sent
    answer = client.post(address, {**carried(page), "proof_password": PASSWORD})
    assert answer["Location"] == f"/sessions/{draft.pk}/"
    draft.refresh_from_db()
    assert (draft.status, draft.objective) == ("SIGNED", sent["objective"].replace("\r", ""))
    assert events(by) == [("given", "LOGIN"), ("refused", "password"), ("given", "OLD")]
    again = client.post(address, typed(by, case))
    assert "/sessions/" in again["Location"]


def test_the_one_who_changed_the_note_meanwhile_is_not_signed_over(client: Client, clock: Any) -> None:
    by = a_physio()
    case = a_case(by)
    logged_in(client, by)
    old(client, clock)
    sent = typed(by, case)
    client.post(f"/cases/{case.pk}/sessions/log/", sent)
    Session.objects.update(draft={"objective": "Another tab"}, draft_version=2)
    answer = client.post(f"/cases/{case.pk}/sessions/log/", {**sent, "proof_password": PASSWORD})
    assert answer.status_code == 412
    assert Session.objects.get().status == "DRAFT"


def old(client: Client, clock: Any) -> None:
    """The last proof is twelve hours old, as it never gets: a login ends by then. Signing does not rely on that."""
    kept = client.session
    kept["proof"] = {**kept["proof"], "proven_at": (datetime.now(UTC) - timedelta(hours=12)).isoformat()}
    kept.save()


@pytest.mark.parametrize("minutes", [14, 15])
def test_a_quarter_of_an_hour_without_anything(client: Client, clock: Any, minutes: int) -> None:
    by = a_physio()
    case = a_case(by, title="Not to be read by others")
    logged_in(client, by)
    clock.shift(timedelta(minutes=minutes))
    if minutes == 14:
        assert "Not to be read by others" in client.get("/").content.decode()
        return
    answer = client.get(f"/cases/{case.pk}/?a=b")
    page = answer.content.decode()
    assert answer.status_code == 423
    assert "Not to be read" not in page
    assert carried(page) == {"next": f"/cases/{case.pk}/?a=b"}
    scripted = {"X-Requested-With": "fetch"}
    answer = client.post(f"/cases/{case.pk}/sessions/log/", {}, headers=scripted)
    assert (answer.status_code, answer.json()["code"]) == (423, "locked")
    answer = client.get(f"/api/v1/cases/{case.pk}/progress/")
    assert (answer.status_code, answer["Content-Type"]) == (423, "application/problem+json")
    answer = client.post("/account/unlock/", {**carried(page), "proof_password": PASSWORD})
    assert answer["Location"] == f"/cases/{case.pk}/?a=b"
    assert "Not to be read" in client.get(answer["Location"]).content.decode()
    assert events(by) == [("given", "LOGIN"), ("given", "IDLE")]


def test_what_was_typed_before_is_sent_again_with_the_proof(client: Client, clock: Any) -> None:
    by = a_physio()
    case = a_case(by)
    logged_in(client, by)
    clock.shift(timedelta(minutes=20))
    address = f"/cases/{case.pk}/sessions/log/"
    answer = client.post(address, typed(by, case))
    assert answer.status_code == 423
    assert not Session.objects.exists()
    answer = client.post(address, {**carried(answer.content.decode()), "proof_password": PASSWORD})
    assert Session.objects.get().status == "SIGNED"
    assert "proof_password" not in str(Session.objects.values())


def test_activity_is_written_at_most_once_a_minute(client: Client, clock: Any, django_assert_num_queries: Any) -> None:
    logged_in(client, a_physio())
    clock.shift(timedelta(seconds=59))
    with django_assert_num_queries(2):
        client.post("/account/here/")
    clock.shift(timedelta(seconds=1))
    with django_assert_num_queries(5):  # the login's row, within a savepoint
        client.post("/account/here/")
    clock.shift(timedelta(minutes=14))
    client.post("/account/here/", headers={"X-Requested-With": "poll"})
    clock.shift(timedelta(minutes=1))
    assert client.post("/account/here/").status_code == 423


def test_locked_until_unlocked(client: Client) -> None:
    by = a_physio()
    a_case(by, title="Behind the lock")
    logged_in(client, by)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/account/unlock/")["Location"] == "/"
    assert client.post("/account/lock/").status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    answer = client.get("/")
    assert (answer.status_code, "Behind the lock" in answer.content.decode()) == (423, False)
    assert client.get("/account/unlock/").status_code == 200
    client.post("/account/lock/")
    scripted = {"X-Requested-With": "fetch"}
    answer = client.post("/account/unlock/", {"proof_password": "wrong"}, headers=scripted)
    assert (answer.status_code, "not your password" in answer.json()["message"]) == (422, True)
    assert client.get("/").status_code == 423
    assert client.post("/account/unlock/", {"proof_password": PASSWORD}, headers=scripted).json() == {"code": "proven"}
    assert "Behind the lock" in client.get("/").content.decode()
    assert events(by) == [("given", "LOGIN"), ("locked", None), ("refused", "password"), ("given", "LOCKED")]


def test_a_locked_browser_may_be_left(client: Client) -> None:
    logged_in(client, a_physio())
    client.post("/account/lock/")
    assert client.post("/account/logout/")["Location"] == "/account/login/"
    other = a_physio()
    logged_in(client, other)
    assert client.get("/").status_code == 200


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    logged_in(client, a_physio())
    answer = client.post("/account/unlock/", {"next": "https://example.com/", "proof_password": PASSWORD})
    assert answer["Location"] == "/"


def test_who_guesses_is_stopped_and_a_stranger_cannot_use_the_guesses_up(client: Client) -> None:
    by = a_physio()
    for _ in range(6):
        Client().post("/account/login/", {"login": by.email, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    client.force_login(by)
    for _ in range(5):
        assert "not your password" in client.post("/account/unlock/", {"proof_password": "x"}).content.decode()
    answer = client.post("/account/unlock/", {"proof_password": PASSWORD})
    assert (answer.status_code, "Too many attempts" in answer.content.decode()) == (429, True)
    assert events(by)[-1] == ("refused", "too_many")


def test_two_people_one_after_the_other_need_no_more_than_their_logins(client: Client) -> None:
    ann = a_physio()
    ben = a_physio(site_of(ann))
    case = a_case(ann)
    for person in (ann, ben, ann):
        logged_in(client, person)
        assert client.post(f"/cases/{case.pk}/sessions/log/", typed(person, case)).status_code == 302
        client.post("/account/logout/")
    assert Session.objects.filter(status="SIGNED").count() == 3


def test_a_login_that_turns_up_again_after_somebody_elses(client: Client) -> None:
    """Ann closed the browser without logging out, Ben logged in, and the browser brought Ann's login back."""
    ann = a_physio()
    ben = a_physio(site_of(ann))
    case = a_case(ann)
    logged_in(client, ann)
    anns = client.cookies[settings.SESSION_COOKIE_NAME].value
    del client.cookies[settings.SESSION_COOKIE_NAME]
    logged_in(client, ben)
    client.cookies[settings.SESSION_COOKIE_NAME] = anns
    address = f"/cases/{case.pk}/sessions/log/"
    sent = typed(ann, case)
    answer = client.post(address, sent)
    assert (answer.status_code, "Somebody else used this browser" in answer.content.decode()) == (409, True)
    assert client.post(address, {**sent, "proof_password": PASSWORD}).status_code == 302
    assert Session.objects.get().signed_by == ann
    assert client.post(address, typed(ann, case)).status_code == 302
    assert events(ann) == [("given", "LOGIN"), ("given", "ANOTHER_PERSON")]


def test_a_stolen_login_signs_nothing(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    logged_in(client, by)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.post(f"/cases/{case.pk}/sessions/log/", typed(by, case)).status_code == 409
    assert not Session.objects.filter(status="SIGNED").exists()


def test_the_rest_interface_of_a_browser_asks_too(client: Client, clock: Any) -> None:
    by = a_physio()
    draft = log_session(case=a_case(by), document=a_note(), by=by)
    logged_in(client, by)
    old(client, clock)
    etag = client.get(f"/api/v1/sessions/{draft.pk}/")["ETag"]
    address = f"/api/v1/sessions/{draft.pk}/sign/"
    answer = client.post(address, content_type="application/json", headers={"If-Match": etag}, data="{}")
    assert (answer.status_code, answer.json()["code"]) == (409, "proof_needed")


@pytest.mark.parametrize(
    "what", ["", "x", "[]", "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "response": {}}', "\x00"]
)
def test_nonsense_is_no_passkey(client: Client, what: str) -> None:
    by = a_physio()
    logged_in(client, by)
    answer = client.post("/account/unlock/", {"proof_credential": what})
    assert answer.status_code == 422
    assert client.post("/account/login/passkey/", {"credential": what}).status_code == 302
    assert Client().post("/account/login/passkey/", {"credential": what}).status_code == 302
    answer = client.post("/account/passkeys/add/", {"name": "Tablet", "credential": what})
    assert (answer.status_code, "was not made" in answer.content.decode()) == (422, True)


def test_one_who_has_no_passkey_is_told(client: Client) -> None:
    logged_in(client, a_physio())
    answer = client.get("/account/unlock/passkey/", headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, "no passkey yet" in answer.json()["message"]) == (422, True)
