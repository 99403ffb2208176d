"""The second factor, attacked: without it, around it, with used codes, from other doors."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from clinic.actions.api_keys import create_api_key
from clinic.actions.factors import add_app, factors_of, renew_recovery_codes
from clinic.actions.passkeys import add_passkey, remove_passkey
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.accounts import an_app, code_now, is_in, type_password
from tests.factories.records import a_patient, a_physio, staff

pytestmark = pytest.mark.django_db
CODE = "/account/login/code/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"


def actions_of(person: Any) -> list[str]:
    rows = AuditEvent.objects.filter(staff=person, action__startswith="factor.").order_by("at")
    return [row.action for row in rows]


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", list(Role))
def test_without_one_nothing_opens_but_the_page_that_sets_it_up(client: Client, role: Role) -> None:
    person = staff(role)
    a_patient(a_physio())
    assert type_password(client, person)["Location"] == "/"
    for address in ("/", "/patients/", "/account/password/change/", "/account/browsers/", "/account/passkeys/"):
        assert client.get(address)["Location"] == "/account/second-factor/", address
    for header in ({}, {"Authorization": "Basic eDp4"}, {"Authorization": "Digest x"}):
        answer = client.get("/api/v1/patients/", headers=header)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json"), header
        assert client.get("/patients/", headers=header).status_code == 302
    answer = client.post("/patients/register/", {}, headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    assert client.get("/patients/", headers={"Authorization": "Bearer junk"}).status_code == 302
    assert "Set up your second factor" in client.get("/account/second-factor/").content.decode()


@pytest.mark.usefixtures("required")
def test_it_is_set_up_right_after_the_password(client: Client) -> None:
    person = a_physio()
    type_password(client, person)
    page = client.get("/account/second-factor/app/").content.decode()
    secret = "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].split())  # type: ignore[index]
    assert 'src="data:image/svg+xml;base64,' in page
    wrong = client.post("/account/second-factor/app/", {"code": "000000"})
    assert (wrong.status_code, "That is not the code" in wrong.content.decode()) == (422, True)
    assert "".join(secret) in "".join(wrong.content.decode().split())
    assert client.get("/").status_code == 302
    shown = client.post("/account/second-factor/app/", {"code": code_now(secret)}).content.decode()
    codes = re.findall(r"<li><code>(\d{5} \d{5})</code></li>", shown)
    assert len(codes) == 10
    assert 'download="recovery-codes.txt"' in shown
    assert client.get("/").status_code == 200
    for address in ("/account/second-factor/", "/account/second-factor/app/"):  # shown once
        again = client.get(address, follow=True).content.decode()
        assert "10 left" in again
        assert not any(code in again for code in codes)
    assert actions_of(person) == ["factor.added", "factor.made_codes"]
    stored = str(list(Authenticator.objects.filter(user=person).values_list("data", flat=True)))
    assert secret not in stored


def test_after_the_password_nobody_is_in_before_the_code(client: Client) -> None:
    person = a_physio()
    secret = an_app(person)
    planted = client.session
    planted["by"] = "somebody who waits for it to be logged in"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    answer = type_password(client, person)
    assert answer["Location"] == CODE
    half = client.cookies["sessionid"].value
    assert (half == planted.session_key, is_in(client)) == (False, False)
    for address in ("/", "/account/second-factor/", "/account/unlock/"):
        assert client.get(address)["Location"].startswith("/account/login/")
    assert client.get("/api/v1/patients/").status_code == 401
    wrong = client.post(CODE, {"code": "123 456"})
    assert (wrong.status_code, is_in(client)) == (422, False)
    token = client.cookies["csrftoken"].value
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/"
    assert is_in(client)
    assert client.cookies["sessionid"].value != half
    assert client.cookies["csrftoken"].value != token
    assert actions_of(person) == ["factor.refused", "factor.used_code"]
    stale = Client()
    stale.cookies["sessionid"] = half
    assert stale.get("/").status_code == 302


def test_the_page_that_was_asked_for_is_shown_after_the_code(client: Client) -> None:
    person = a_physio()
    secret = an_app(person)
    client.post("/account/login/?next=/patients/", {"login": person.email, "password": "a-long-password-for-tests"})
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/patients/"


def test_a_code_is_used_once_and_none_before_it(client: Client) -> None:
    person = a_physio()
    secret = an_app(person)
    now, earlier = code_now(secret), code_now(secret, -1)
    type_password(client, person)
    client.post(CODE, {"code": now})
    for used in (now, earlier):
        other = Client()
        type_password(other, person)
        assert other.post(CODE, {"code": used}).status_code == 422
        assert not is_in(other)
    type_password(other, person)
    assert other.post(CODE, {"code": code_now(secret, 1)}).status_code == 302


def test_the_code_that_set_it_up_logs_nobody_in(client: Client) -> None:
    person = a_physio()
    secret = "JBSWY3DPEHPK3PXP"
    code = code_now(secret)
    add_app(secret=secret, code=code, by=person)
    type_password(client, person)
    assert client.post(CODE, {"code": code}).status_code == 422


def test_each_recovery_code_works_once_and_none_of_the_old_after_renewal(client: Client) -> None:
    person = a_physio()
    secret = "JBSWY3DPEHPK3PXP"
    codes = add_app(secret=secret, code=code_now(secret), by=person)
    type_password(client, person)
    assert client.post(CODE, {"code": f" {codes[3][:5]} {codes[3][5:]} "}).status_code == 302
    assert factors_of(person).codes_left == 9
    other = Client()
    type_password(other, person)
    assert other.post(CODE, {"code": codes[3]}).status_code == 422
    new = renew_recovery_codes(by=person)
    assert not set(new) & set(codes)
    assert other.post(CODE, {"code": codes[0]}).status_code == 422
    assert other.post(CODE, {"code": new[0]}).status_code == 302


def test_codes_of_somebody_else_do_not_help(client: Client) -> None:
    person, thief = a_physio(), a_physio()
    an_app(person)
    secret = an_app(thief)
    type_password(client, person)
    assert client.post(CODE, {"code": code_now(secret)}).status_code == 422


def test_who_guesses_codes_is_stopped(client: Client) -> None:
    person = a_physio()
    secret = an_app(person)
    type_password(client, person)
    for _ in range(5):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    answer = client.post(CODE, {"code": code_now(secret)})
    assert (answer.status_code, is_in(client)) == (429, False)
    assert 0 < int(answer["Retry-After"]) <= 360
    type_password(client, person)  # the password again makes no new guesses
    assert client.post(CODE, {"code": code_now(secret)}).status_code == 429


def test_who_was_let_go_between_password_and_code_is_not_in(client: Client) -> None:
    person = a_physio()
    secret = an_app(person)
    type_password(client, person)
    type(person).objects.filter(pk=person.pk).update(is_active=False, deactivated_at=person.created_at, version=2)
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/account/login/"
    assert client.get("/").status_code == 302


def test_another_password_begins_anew(client: Client) -> None:
    person, other = a_physio(), staff(Role.RECEPTIONIST)
    secret = an_app(person)
    type_password(client, person)
    assert type_password(client, other)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(other.pk)
    client.post("/account/logout/")
    type_password(client, person)
    client.post("/account/login/cancel/")
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/account/login/"


def test_setting_up_and_removing_want_a_proof_from_just_now(client: Client) -> None:
    person = a_physio()
    type_password(client, person)
    kept = client.session
    kept["proof"] = {**kept["proof"], "proven_at": "2020-01-01T00:00:00+00:00"}
    kept.save()
    assert client.get("/account/second-factor/app/").status_code == 409
    an_app(person)
    for address in ("/account/second-factor/app/remove/", "/account/second-factor/codes/"):
        answer = client.post(address)
        assert answer.status_code == 409
        assert "Confirm that it is you" in answer.content.decode()
    assert factors_of(person).app_since is not None
    sent = {"proof_password": "a-long-password-for-tests"}
    assert client.post("/account/second-factor/app/remove/", sent)["Location"] == "/account/second-factor/"
    assert not factors_of(person).is_any
    assert actions_of(person) == ["factor.removed"]


def test_recovery_codes_go_with_the_last_factor() -> None:
    person = a_physio()
    passkey = add_passkey(name="Tablet", credential={}, by=person)
    renew_recovery_codes(by=person)
    remove_passkey(passkey=passkey, by=person)
    assert factors_of(person).codes_left == 0


@pytest.mark.usefixtures("required")
def test_where_it_is_required_a_passkey_comes_after_the_password(client: Client) -> None:
    person = a_physio()
    add_passkey(name="Tablet", credential={}, by=person)
    codes = renew_recovery_codes(by=person)
    assert type_password(client, person)["Location"] == CODE
    assert client.post(CODE, {"credential": "{}"}).status_code == 422
    assert client.post(CODE, {"credential": "nonsense"}).status_code == 422
    assert not is_in(client)
    assert client.post(CODE, {"code": codes[0]}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("required")
def test_keys_of_programs_are_not_asked(client: Client) -> None:
    person = a_physio()
    _, text = create_api_key(owner=person, name="Import", scopes=["patients:read"], by=person)
    assert client.get("/api/v1/patients/", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_a_header_does_not_open_a_locked_browser(client: Client) -> None:
    person = a_physio()
    type_password(client, person)
    client.post("/account/lock/")
    for kind in ("Basic eDp4", "Bearer junk", "x"):
        assert client.get("/patients/", headers={"Authorization": kind}).status_code == 423
    assert client.get("/api/v1/patients/", headers={"Authorization": "Basic eDp4"}).status_code == 423


def test_the_check_rides_along(client: Client, settings: Any, django_assert_num_queries: Any) -> None:
    person = a_physio()
    type_password(client, person)
    an_app(person)
    for mode in ("optional", "required"):
        settings.SECOND_FACTOR = mode
        with django_assert_num_queries(2):  # the login's row, and the person
            assert client.post("/account/here/").status_code == 204
