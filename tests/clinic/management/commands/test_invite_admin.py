import io

import pytest
from django.core.management import CommandError, call_command

from clinic.actions.invitations import accept_invitation
from clinic.models import Site, StaffMember
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db


def link(*words: str) -> str:
    out = io.StringIO()
    call_command("invite_admin", *words, stdout=out)
    return out.getvalue().strip()


def test_the_first_admin_gets_a_link() -> None:
    words = (
        "--email",
        "Boss@example.org",
        "--name",
        "Boss",
        "--site",
        "Harbour",
        "--address",
        "https://casebook.test/",
    )
    found = link(*words)
    assert found.startswith("https://casebook.test/join/")
    token = found.removesuffix("/").rsplit("/", 1)[1]
    assert accept_invitation(token=token, password="three blue herons at noon").email == "boss@example.org"
    assert Site.objects.get().name == "Harbour"
    assert StaffMember.objects.get().roles == ["CLINIC_ADMIN"]
    assert "/join/" in link("--email", "boss@example.org")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--email", "boss@example.org"), "Say the admin's name"),
        (("--email", "boss@example.org", "--name", "Boss"), "Say the name of the clinic's first site"),
    ],
)
def test_what_is_missing_is_told(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        link(*words)
    assert not StaffMember.objects.exists()


def test_others_are_invited_on_the_page() -> None:
    person = a_physio()
    with pytest.raises(CommandError, match="no active admin"):
        link("--email", person.email)
    with pytest.raises(CommandError, match="has its staff already"):
        link("--email", "other@example.org", "--name", "Other")
