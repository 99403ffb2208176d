from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from clinic.models import ApiKey
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db


def test_it_prints_a_key_that_works(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    by = a_physio()
    call_command(
        "create_api_key",
        "--staff",
        by.email.upper(),
        "--name",
        "Lab",
        "--scopes",
        "patients:read, cases:read",
        "--expires",
        "2999-01-31",
    )
    key = capsys.readouterr().out.strip()
    assert client.get("/api/v1/patients/", HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 200
    assert str(ApiKey.objects.get().expires_at) == "2999-01-31 23:59:59.999999+00:00"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"--staff": "nobody@example.org"}, "Nobody with the address"),
        ({"--scopes": "patients:erase"}, "Unknown scope: patients:erase. The scopes are: patients:read"),
        ({"--expires": "31/01/2999"}, "Write it as 2027-01-31"),
        ({"--expires": "2999-02-31"}, "Write it as 2027-01-31"),
        ({"--expires": "2001-01-31"}, "expired already"),
        ({"--name": " "}, "Give the key a name"),
    ],
)
def test_what_is_refused(change: dict[str, str], told: str) -> None:
    words: dict[str, Any] = {"--staff": a_physio().email, "--name": "Lab", "--scopes": "patients:read", **change}
    with pytest.raises(CommandError, match=told):
        call_command("create_api_key", *[word for pair in words.items() for word in pair])
    assert not ApiKey.objects.exists()
