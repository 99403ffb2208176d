from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from clinic.actions.passkeys import add_passkey, passkeys_of
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, staff

pytestmark = pytest.mark.django_db
SCRIPTED = {"X-Requested-With": "fetch"}


def logged_in(client: Client, minutes_ago: int = 0) -> StaffMember:
    by = staff(Role.RECEPTIONIST)
    client.post("/account/login/", {"login": by.email, "password": PASSWORD})
    kept = client.session
    kept["proof"] = {**kept["proof"], "proven_at": (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()}
    kept.save()
    return by


def test_one_sees_and_names_ones_own(client: Client) -> None:
    by = logged_in(client)
    assert "No passkey yet" in client.get("/account/passkeys/").content.decode()
    mine = add_passkey(name="Tablet", credential={}, by=by)
    other = add_passkey(name="Of somebody else", credential={}, by=staff(Role.RECEPTIONIST))
    page = client.get("/account/passkeys/").content.decode()
    assert ("Tablet" in page, "not used yet" in page, "Of somebody else" in page) == (True, True, False)
    address = f"/account/passkeys/{mine.pk}/name/"
    answer = client.post(address, {"name": " "})
    assert (answer.status_code, "by which you know it" in answer.content.decode()) == (422, True)
    assert client.post(address, {"name": "Room 3"})["Location"] == "/account/passkeys/"
    assert [str(p) for p in passkeys_of(by)] == ["Room 3"]
    for pk in (str(other.pk), "x", "0"):
        assert client.get(f"/account/passkeys/{pk}/name/").status_code == 404
        assert client.post(f"/account/passkeys/{pk}/remove/").status_code == 404


def test_adding_and_removing_want_a_proof_from_just_now(client: Client) -> None:
    by = logged_in(client, minutes_ago=6)
    mine = add_passkey(name="Tablet", credential={}, by=by)
    assert client.get("/account/passkeys/").status_code == 200
    answer = client.get("/account/passkeys/add/")
    assert (answer.status_code, "Confirm that it is you" in answer.content.decode()) == (409, True)
    remove = f"/account/passkeys/{mine.pk}/remove/"
    assert client.post(remove).status_code == 409
    assert passkeys_of(by) == [mine]
    assert client.post(remove, {"proof_password": PASSWORD})["Location"] == "/account/passkeys/"
    assert passkeys_of(by) == []
    assert client.get("/account/passkeys/add/").status_code == 200


def test_what_a_new_passkey_must_be(client: Client) -> None:
    by = logged_in(client)
    asked = client.get("/account/passkeys/add/", headers=SCRIPTED).json()["creation_options"]["publicKey"]
    assert asked["rp"]["id"] == "testserver"
    assert asked["user"]["name"] == by.email
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    answer = client.post("/account/passkeys/add/", {"name": "", "credential": ""})
    assert (answer.status_code, passkeys_of(by)) == (422, [])


def test_a_passkey_is_no_second_step_after_the_password(client: Client) -> None:
    by = staff(Role.RECEPTIONIST)
    add_passkey(name="Tablet", credential={}, by=by)
    answer = client.post("/account/login/", {"login": by.email, "password": PASSWORD})
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
