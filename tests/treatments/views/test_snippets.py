import pytest
from django.test import Client

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff
from treatments.actions.snippets import add_snippet
from treatments.models import Snippet

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def test_my_snippets(client: Client, by: StaffMember) -> None:
    assert "No snippet yet" in client.get("/snippets/").content.decode()
    page = client.post("/snippets/", {"short": "nad", "text": "Nothing abnormal."}, follow=True).content.decode()
    assert "Added: .nad" in page
    assert "Nothing abnormal." in page
    row = Snippet.objects.get()
    address = f"/snippets/{row.pk}/"
    assert ">Nothing abnormal.</textarea>" in client.get(address).content.decode().replace(">\n", ">")
    changed = client.post(address, {"short": "nad", "text": "Nothing new", "version": "1"}, follow=True)
    assert "Nothing new" in changed.content.decode()
    stale = client.post(address, {"short": "nad", "text": "Kept as typed", "version": "1"})
    assert stale.status_code == 422
    assert "Kept as typed" in stale.content.decode()
    assert "Taken away: .nad" in client.post(f"{address}archive/", follow=True).content.decode()
    assert client.get(address).status_code == 404
    assert client.get(f"{address}archive/").status_code == 405


def test_what_is_refused_loses_nothing(client: Client, by: StaffMember) -> None:
    answer = client.post("/snippets/", {"short": "two words", "text": "Kept as typed"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Kept as typed" in page
    assert 'value="two words"' in page
    assert 'href="#id_short"' in page
    assert client.post("/snippets/", {"short": "a\x00", "text": "a\x00b"}).status_code == 422


def test_they_are_offered_in_ones_own_notes_only(client: Client, by: StaffMember) -> None:
    add_snippet(short="nad", text='Says "nothing" <abnormal>', by=by)
    case = a_case(by)
    page = client.get(f"/cases/{case.pk}/sessions/log/").content.decode()
    assert 'data-short="nad" data-text="Says &quot;nothing&quot; &lt;abnormal&gt;"' in page
    theirs = Snippet.objects.get()
    client.force_login(a_physio())
    assert "nad" not in client.get("/snippets/").content.decode()
    assert client.get(f"/snippets/{theirs.pk}/").status_code == 404
    assert client.post(f"/snippets/{theirs.pk}/archive/").status_code == 404


def test_who_writes_no_notes_has_none(client: Client) -> None:
    client.force_login(staff(Role.RECEPTIONIST))
    assert client.get("/snippets/").status_code == 403
    assert "/snippets/" not in client.get("/").content.decode()
