"""How a login begins, how long it lasts, and what ends it: old cookies and old keys do nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client

from clinic.actions.api_keys import create_api_key
from clinic.actions.invitations import accept_invitation, renew_invitation
from clinic.actions.staff import change_staff_member, deactivate_staff_member
from clinic.models import ApiKey, AuditEvent, BrowserLogin, StaffMember
from clinic.rules.permissions import Role
from tests.factories.accounts import is_in, type_password
from tests.factories.records import PASSWORD, a_case, a_patient, a_physio, a_site, manager, staff

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TABLET = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def copied(client: Client) -> Client:
    """A browser with the same cookie: it was taken, or kept."""
    other = Client()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    return other


def works(client: Client) -> bool:
    return client.get("/account/browsers/").status_code == 200


def key_works(text: str) -> bool:
    return Client().get("/api/v1/patients/", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_a_login_has_a_new_key_and_a_new_token(client: Client) -> None:
    person = a_physio()
    client.get("/account/login/")
    kept = client.session
    kept["planted"] = 1
    kept.save()
    client.cookies["sessionid"] = kept.session_key
    token = client.cookies["csrftoken"].value
    type_password(client, person)
    assert client.cookies["sessionid"].value != kept.session_key
    assert client.cookies["csrftoken"].value != token
    old = Client()
    old.cookies["sessionid"] = kept.session_key
    assert not works(old)


def test_twelve_hours_whatever_is_done(client: Client, clock: Any) -> None:
    type_password(client, a_physio())
    for _ in range(71):
        clock.shift(timedelta(minutes=10))
        assert client.post("/account/here/").status_code == 204
    clock.shift(timedelta(minutes=9, seconds=59))
    assert works(client)
    clock.shift(timedelta(seconds=1))
    assert client.get("/")["Location"].startswith("/account/login/")
    assert client.post("/account/here/", headers={"X-Requested-With": "fetch"}).status_code == 401


@pytest.mark.parametrize(("hours", "status"), [(2.99, 423), (3, 302)])
def test_three_hours_without_anything(client: Client, clock: Any, hours: float, status: int) -> None:
    type_password(client, a_physio())
    clock.shift(timedelta(hours=hours))
    assert client.get("/").status_code == status
    proven = client.post("/account/unlock/", {"proof_password": PASSWORD})
    assert proven["Location"] == ("/" if status == 423 else "/account/login/?next=/account/unlock/")


def test_polls_keep_no_login_alive(client: Client, clock: Any) -> None:
    type_password(client, a_physio())
    for _ in range(13):
        clock.shift(timedelta(minutes=15))
        client.get("/", headers={"X-Requested-With": "poll"})
    assert not BrowserLogin.objects.filter(expire_date__gt=datetime.now(UTC), person__isnull=False).exists()


def test_proving_again_makes_no_login_longer(client: Client, clock: Any) -> None:
    type_password(client, a_physio())
    for _ in range(5):
        clock.shift(timedelta(hours=2, minutes=24))
        client.post("/account/unlock/", {"proof_password": PASSWORD})
    assert not works(client)


def test_after_log_out_the_old_cookie_does_nothing(client: Client) -> None:
    type_password(client, a_physio())
    thief = copied(client)
    assert works(thief)
    client.post("/account/logout/")
    assert not works(thief)
    assert not BrowserLogin.objects.filter(person__isnull=False).exists()


def test_a_new_password_ends_the_other_logins_and_the_keys(client: Client) -> None:
    person, colleague = a_physio(), a_physio()
    _, text = create_api_key(owner=person, name="Import", scopes=["patients:read"], by=person)
    _, theirs = create_api_key(owner=colleague, name="Import", scopes=["patients:read"], by=colleague)
    type_password(client, person)
    other = Client()
    type_password(other, person)
    assert key_works(text)
    page = client.get("/account/password/change/").content.decode()
    assert "your 1 API key and your login in 1 other browser" in page
    new = "another-long-password"
    thief = copied(client)
    wrong = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert client.post("/account/password/change/", wrong).status_code == 200
    assert key_works(text)
    assert client.post("/account/password/change/", {**wrong, "oldpassword": PASSWORD}).status_code == 302
    assert [works(c) for c in (client, other, thief)] == [True, False, False]
    assert (key_works(text), key_works(theirs)) == (False, True)
    event = AuditEvent.objects.get(action="password.changed")
    assert event.details == {"browsers": 1, "keys": 1}
    assert AuditEvent.objects.filter(action="api_key.revoked", row_id=ApiKey.objects.get(owner=person).pk).exists()


def test_a_new_password_by_link_ends_them_too(client: Client) -> None:
    person = a_physio()
    _, text = create_api_key(owner=person, name="Import", scopes=["patients:read"], by=person)
    type_password(client, person)
    accept_invitation(token=renew_invitation(person=person, by=manager()), password="another-long-password")
    assert (works(client), key_works(text)) == (False, False)


def test_who_is_let_go_is_out_at_once_with_their_keys(client: Client) -> None:
    person = a_physio()
    _, text = create_api_key(owner=person, name="Import", scopes=["patients:read"], by=person)
    type_password(client, person)
    deactivate_staff_member(person=person, version=person.version, by=manager())
    assert (works(client), key_works(text)) == (False, False)
    person.refresh_from_db()
    StaffMember.objects.filter(pk=person.pk).update(is_active=True, deactivated_at=None, version=person.version + 1)
    assert (works(client), key_works(text)) == (False, False)  # nothing comes back with the person


def test_roles_and_sites_bite_on_the_next_request(client: Client) -> None:
    person = a_physio()
    case = a_case(person, a_patient(person))
    type_password(client, person)
    told = {"person": person, "name": "N", "hcpc_number": "", "by": manager()}
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    there = list(person.sites.all())
    change_staff_member(roles=["RECEPTIONIST"], sites=there, version=1, **told)
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    change_staff_member(roles=["PHYSIOTHERAPIST"], sites=there, version=2, **told)
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    change_staff_member(roles=["PHYSIOTHERAPIST"], sites=[a_site()], version=3, **told)
    assert client.get(f"/cases/{case.pk}/").status_code == 404


def test_one_sees_and_ends_ones_own_browsers(client: Client, clock: Any) -> None:
    person, colleague = a_physio(), staff(Role.RECEPTIONIST)
    type_password(client, person, HTTP_USER_AGENT=TABLET, REMOTE_ADDR="203.0.113.9")
    other, theirs = Client(), Client()
    clock.shift(timedelta(minutes=5))
    type_password(other, person)
    type_password(theirs, colleague)
    page = client.get("/account/browsers/").content.decode()
    assert "Chrome on Android" in page
    assert "from 203.0.113.9" in page
    assert (page.count("this one"), page.count("last active")) == (1, 2)
    assert not any(login.session_key in page for login in BrowserLogin.objects.all())
    for pk in BrowserLogin.objects.filter(person=colleague).values_list("public_id", flat=True):
        client.post(f"/account/browsers/{pk}/end/")
    assert works(theirs)
    pk = BrowserLogin.objects.filter(person=person).order_by("began_at").last().public_id  # type: ignore[union-attr]
    client.post(f"/account/browsers/{pk}/end/")
    assert (works(other), works(client)) == (False, True)
    type_password(other, person)
    third = Client()
    type_password(third, person)
    client.post("/account/browsers/others/end/")
    assert [works(c) for c in (client, other, third, theirs)] == [True, False, False, True]
    assert AuditEvent.objects.filter(action="browser.ended", staff=person).count() == 2


def test_the_list_costs_the_same_for_many(client: Client, django_assert_num_queries: Any) -> None:
    person = a_physio()
    type_password(client, person)
    for logins in (1, 6):
        for _ in range(logins):
            type_password(Client(), person)
        with django_assert_num_queries(3):
            client.get("/account/browsers/")


def test_locking_keeps_the_place_in_the_list(client: Client) -> None:
    person = a_physio()
    type_password(client, person)
    before = BrowserLogin.objects.get(person=person).public_id
    client.post("/account/lock/")
    assert BrowserLogin.objects.get(person=person).public_id == before


def test_a_locked_browser_is_handed_over(client: Client) -> None:
    ann, ben = a_physio(), staff(Role.RECEPTIONIST)
    case = a_case(ann)
    type_password(client, ann)
    client.post("/account/lock/")
    thief = copied(client)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert f'name="next" value="/cases/{case.pk}/"' in page
    answer = client.post("/account/lock/somebody-else/", {"next": f"/cases/{case.pk}/"})
    there = f"/account/login/?next=/cases/{case.pk}/"
    assert (unquote(answer["Location"]), is_in(client)) == (there, False)
    assert not BrowserLogin.objects.filter(person=ann).exists()
    assert thief.get("/").status_code == 302
    answer = client.post(there, {"login": ben.email, "password": PASSWORD})
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert client.get(answer["Location"]).status_code in (403, 404)  # a receptionist of another site
    elsewhere = client.post("/account/lock/somebody-else/", {"next": "https://example.com/"})
    assert unquote(elsewhere["Location"]) == "/account/login/?next=/"
