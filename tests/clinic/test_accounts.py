import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, staff

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str = PASSWORD) -> bool:
    client.post("/account/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_who_works_here_logs_in(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    assert log_in(client, person.email.upper())
    person.refresh_from_db()
    assert person.last_login is not None
    assert person.version == 1


def test_a_wrong_password_and_an_unknown_address(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    assert not log_in(client, person.email, "wrong")
    assert not log_in(client, "nobody@example.org")


def test_who_left_does_not(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    assert log_in(client, person.email)
    StaffMember.objects.filter(pk=person.pk).update(is_active=False, deactivated_at=person.created_at, version=2)
    assert client.get("/").status_code == 302
    assert not log_in(Client(), person.email)


def test_who_was_invited_without_a_password_does_not(client: Client) -> None:
    person = staff(Role.RECEPTIONIST, password=None)
    assert not log_in(client, person.email, "")


def test_nobody_signs_up(client: Client) -> None:
    sent = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert "Accounts are by invitation" in client.post("/account/signup/", sent).content.decode()
    assert not StaffMember.objects.filter(email="new@example.org").exists()


def test_the_page_that_was_asked_for_is_shown_after(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    asked = client.get("/patients/")["Location"]
    assert "next=/patients/" in asked
    assert client.post(asked, {"login": person.email, "password": PASSWORD})["Location"] == "/patients/"
    elsewhere = Client().post(
        "/account/login/?next=https://example.com/", {"login": person.email, "password": PASSWORD}
    )
    assert elsewhere["Location"] == "/"


def test_logging_out_and_changing_the_password(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    log_in(client, person.email)
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "at least 12 characters" in client.post("/account/password/change/", short).content.decode()
    new = "another-long-password"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    client.post("/account/logout/")
    assert client.get("/").status_code == 302
    assert log_in(client, person.email, new)


def test_passwords_are_hashed_with_argon2(settings: object) -> None:
    settings.PASSWORD_HASHERS = [h for h in settings.PASSWORD_HASHERS if "MD5" not in h]  # type: ignore[attr-defined]
    assert identify_hasher(make_password("x")).algorithm == "argon2"


def test_who_guesses_is_stopped(client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    for _ in range(5):
        assert not log_in(client, person.email, "wrong")
    assert not log_in(client, person.email)
    answer = client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert (answer.status_code, "Too many attempts" in answer.content.decode()) == (429, True)
