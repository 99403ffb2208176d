"""Two others take a lost second factor away; the one whose it is takes no part, and the database knows it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.test import Client

from clinic.actions.factor_resets import ask_for_reset, confirm_reset
from clinic.actions.passkeys import add_passkey
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, BrowserLogin, FactorReset, StaffMember
from clinic.rules.permissions import Role
from tests.factories.accounts import an_app, is_in, type_password
from tests.factories.records import a_physio, staff

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def people() -> tuple[StaffMember, StaffMember, StaffMember]:
    ann, ben = staff(Role.CLINIC_ADMIN), staff(Role.CLINIC_ADMIN)
    person = staff(Role.CLINIC_ADMIN)
    an_app(person)
    add_passkey(name="Lost", credential={}, by=person)
    return ann, ben, person


@pytest.mark.django_db
def test_one_asks_another_confirms_and_all_is_gone(people: Any, client: Client) -> None:
    ann, ben, person = people
    client.force_login(person)
    assert client.get("/").status_code == 200
    reset = ask_for_reset(person=person, because="Lost the telephone", by=ann)
    assert Authenticator.objects.filter(user=person).count() == 2
    assert client.get("/").status_code == 200
    confirm_reset(reset=reset, by=ben)
    assert not Authenticator.objects.filter(user=person).exists()
    assert not BrowserLogin.objects.filter(person=person).exists()
    assert client.get("/").status_code == 302
    other = Client()
    type_password(other, person)
    assert other.get("/")["Location"] == "/account/second-factor/"  # optional here, and asked for all the same
    assert "was reset" in other.get("/account/second-factor/").content.decode()
    told = AuditEvent.objects.filter(row_id=reset.pk).order_by("at").values_list("action", "staff")
    assert list(told) == [("factor.reset_asked", ann.pk), ("factor.reset", ben.pk)]


@pytest.mark.django_db
def test_nobody_does_both_and_nobody_for_themselves(people: Any) -> None:
    ann, ben, person = people
    with pytest.raises(RuleBroken):
        ask_for_reset(person=person, because="x", by=person)
    reset = ask_for_reset(person=person, because="x", by=ann)
    for by in (ann, person):
        with pytest.raises(RuleBroken) as no:
            confirm_reset(reset=reset, by=by)
        assert no.value.code == "oneself"
    for by in (a_physio(), staff(Role.CLINICAL_LEAD)):
        with pytest.raises(NotAllowed):
            confirm_reset(reset=reset, by=by)
        with pytest.raises(NotAllowed):
            ask_for_reset(person=person, because="x", by=by)
    with pytest.raises(RuleBroken):
        ask_for_reset(person=person, because="again", by=ben)
    with pytest.raises(RuleBroken):
        ask_for_reset(person=ben, because="  ", by=ann)
    assert Authenticator.objects.filter(user=person).count() == 2
    confirm_reset(reset=reset, by=ben)
    with pytest.raises(RuleBroken):
        confirm_reset(reset=reset, by=ben)


@pytest.mark.django_db
def test_after_a_day_it_is_too_late(people: Any) -> None:
    ann, ben, person = people
    with time_machine.travel(NOON, tick=False) as clock:
        reset = ask_for_reset(person=person, because="x", by=ann)
        clock.shift(timedelta(hours=24))
        with pytest.raises(RuleBroken) as no:
            confirm_reset(reset=reset, by=ben)
        assert no.value.code == "not_waiting"
        ask_for_reset(person=person, because="again", by=ann)
        clock.shift(timedelta(hours=23, minutes=59))
        confirm_reset(reset=FactorReset.objects.waiting(datetime.now(UTC)).get(), by=ben)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"confirmed_by": "asker"},
        {"confirmed_by": "person"},
        {"confirmed_by": None},
        {"confirmed_by": "other", "because": "Something else"},
        {"confirmed_by": "other", "asked_by": None},
        {"confirmed_by": "other", "confirmed_at": timedelta(hours=25)},
        {"confirmed_by": "other", "expires_at": timedelta(days=9)},
    ],
)
def test_the_database_holds_it(people: Any, change: dict[str, Any]) -> None:
    ann, ben, person = people
    who = {"asker": ann, "person": person, "other": ben, None: None}
    reset = ask_for_reset(person=person, because="x", by=ann)
    told: dict[str, Any] = {"confirmed_at": reset.created_at + timedelta(hours=1), "version": 2}
    for name, value in change.items():
        told[name] = reset.created_at + value if isinstance(value, timedelta) else who.get(value, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.filter(pk=reset.pk).update(**told)


@pytest.mark.django_db
@pytest.mark.parametrize("asked_by", ["person", "nobody", "confirmed at once"])
def test_the_database_lets_nobody_skip_the_first_step(people: Any, asked_by: str) -> None:
    ann, ben, person = people
    told: dict[str, Any] = {
        "person": person,
        "because": "x",
        "created_at": NOON,
        "expires_at": NOON + timedelta(hours=1),
    }
    told |= {
        "person": {"asked_by": person},
        "nobody": {"asked_by": None, "confirmed_at": NOON},
        "confirmed at once": {"asked_by": ann, "confirmed_by": ben, "confirmed_at": NOON},
    }[asked_by]
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.create(**told)


def test_who_owns_the_machine_does_it_alone(own_database: str, client: Client, capsys: Any) -> None:
    person = staff(Role.CLINIC_ADMIN)
    an_app(person)
    client.force_login(person)
    call_command("reset_second_factor", person.email.upper(), because="One admin, was here with a passport")
    assert not Authenticator.objects.filter(user=person).exists()
    assert client.get("/").status_code == 302
    reset = FactorReset.objects.get()
    event = AuditEvent.objects.get(action="factor.reset")
    assert (event.staff, event.row_id, event.door, reset.asked_by) == (None, reset.pk, "command", None)
    assert "passport" in reset.because
    for email, because in ((person.email, " "), ("nobody@example.org", "x")):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email, because=because)
    type_password(client, person)
    assert is_in(client)
    assert client.get("/")["Location"] == "/account/second-factor/"


@pytest.mark.django_db
def test_the_pages(people: Any, client: Client) -> None:
    ann, ben, person = people
    address = f"/staff/{person.pk}/second-factor/"
    type_password(client, ann)
    assert client.post(address, {"because": ""}).status_code == 422
    assert client.post(address, {"because": "Lost it"})["Location"] == address
    page = client.get(address).content.decode()
    assert ("Lost it" in page, "another admin confirms" in page, "Confirm the reset" in page) == (True, True, False)
    confirm = f"/staff/second-factor/{FactorReset.objects.get().pk}/confirm/"
    client.post(confirm)
    assert Authenticator.objects.filter(user=person).count() == 2
    assert client.get(confirm).status_code == 405
    second = Client()
    type_password(second, ben)
    assert "An admin asked to reset the second factor of" in second.get("/staff/").content.decode()
    kept = second.session
    kept["proof"] = {**kept["proof"], "proven_at": "2020-01-01T00:00:00+00:00"}
    kept.save()
    assert second.post(confirm).status_code == 409  # a proof from just now
    assert Authenticator.objects.filter(user=person).count() == 2
    second.post(confirm, {"proof_password": "a-long-password-for-tests"})
    assert not Authenticator.objects.filter(user=person).exists()
    third = Client()
    type_password(third, a_physio())
    assert (third.get(address).status_code, third.post(confirm).status_code) == (403, 403)
