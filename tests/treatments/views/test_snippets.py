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
    assert "Taken away: .nad" in client.post(f"{address}archive/", follow=True).content.decode()
    assert client.get(address).status_code == 404
    assert client.get(f"{address}archive/").status_code == 405


def test_a_change_in_the_meantime_shows_both_texts(client: Client, by: StaffMember) -> None:
    row = add_snippet(short="nad", text="As it was", by=by)
    address = f"/snippets/{row.pk}/"
    client.post(address, {"short": "nad", "text": "Theirs\nin two lines", "version": "1"})
    mine = {"short": "nothing", "text": "Mine", "version": "1"}
    answer = client.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert '<td data-label="You typed">Mine</td><td data-label="It says now">Theirs<br>in two lines</td>' in page
    assert '<td data-label="You typed">nothing</td><td data-label="It says now">nad</td>' in page
    assert ">Mine</textarea>" in page.replace(">\n", ">")
    assert 'name="version" value="2"' in page
    taken = client.post(address, {**mine, "version": "2", "take": "text"})
    page = taken.content.decode()
    assert taken.status_code == 200
    assert ">Theirs\nin two lines</textarea>" in page.replace(">\n", ">")
    assert 'value="nothing"' in page, "what was not asked for stays as typed"
    assert ">Take this over<" in page
    assert Snippet.objects.get().version == 2, "taking over saves nothing"
    assert client.post(address, {**mine, "version": "2"}).status_code == 302
    assert Snippet.objects.get().text == "Mine"


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
