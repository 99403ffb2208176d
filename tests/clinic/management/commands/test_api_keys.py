from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from clinic import clock
from clinic.models import ApiKey, AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, staff

pytestmark = pytest.mark.django_db


def made(email: str, *more: str, name: str = "Lab", capsys: Any) -> str:
    told = ("--staff", email, "--name", name, "--scopes", "patients:read", *more)
    call_command("create_api_key", *told)
    return str(capsys.readouterr().out.strip())


def test_a_key_lasts_a_year_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    by = a_physio()
    made(by.email, capsys=capsys)
    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert timedelta(days=364) < key.expires_at - clock.now() < timedelta(days=366, minutes=1)
    made(by.email, "--expires", "never", name="Always", capsys=capsys)
    assert ApiKey.objects.get(name="Always").expires_at is None


def test_the_key_of_an_integration_needs_an_admin(capsys: pytest.CaptureFixture[str]) -> None:
    made(staff(Role.CLINIC_ADMIN).email, "--integration", "Northside", capsys=capsys)
    assert ApiKey.objects.get().integration == "Northside"
    with pytest.raises(CommandError, match="A clinic admin answers"):
        made(a_physio().email, "--integration", "Northside", capsys=capsys)


def test_keys_are_listed_without_their_text(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    by, other = a_physio(), a_physio()
    text = made(by.email, capsys=capsys)
    made(other.email, name="Other", capsys=capsys)
    client.get("/api/v1/me/", headers={"Authorization": f"Bearer {text}"})
    call_command("list_api_keys", "--staff", by.email.upper())
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert [text[:12], by.email, "", "Lab", "patients:read"] == told.split("\t")[:5]
    assert told.rstrip("\n").endswith("\t127.0.0.1")
    assert text not in told
    call_command("list_api_keys")
    assert "not used yet" in capsys.readouterr().out
    call_command("list_api_keys", "--ended")
    assert capsys.readouterr().out == ""


def test_a_key_is_revoked_by_its_prefix(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    text = made(a_physio().email, capsys=capsys)
    call_command("revoke_api_key", f"{text[:12]}…")
    assert "is revoked" in capsys.readouterr().out
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {text}"}).status_code == 401
    assert AuditEvent.objects.filter(action="api_key.revoked", door="command").count() == 1
    call_command("list_api_keys", "--ended")
    assert text[:12] in capsys.readouterr().out
    for prefix, told in ((text[:12], "revoked already"), ("pck_unknown", "no key that begins")):
        with pytest.raises(CommandError, match=told):
            call_command("revoke_api_key", prefix)
