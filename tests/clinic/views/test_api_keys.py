import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import clock
from clinic.actions.api_keys import create_api_key, revoke_api_key
from clinic.models import ApiKey, StaffMember
from clinic.rules.permissions import SCOPES, Role
from tests.factories.records import PASSWORD, a_physio, staff

pytestmark = pytest.mark.django_db
MINE, ALL = "/account/keys/", "/keys/"


@pytest.fixture
def by(client: Client) -> StaffMember:
    return logged_in(client, a_physio())


def logged_in(client: Client, person: StaffMember) -> StaffMember:
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    return person


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def typed(**change: Any) -> dict[str, Any]:
    day = clock.today() + timedelta(days=30)
    return {"name": "Gait lab", "scopes": ["patients:read"], "expires_on": day.isoformat(), **change}


def a_key(owner: StaffMember, name: str = "Gait lab", **told: Any) -> ApiKey:
    return create_api_key(owner=owner, by=owner, **{"name": name, "scopes": ["patients:read"], **told})[0]


def test_a_key_is_made_shown_once_and_works(client: Client, by: StaffMember) -> None:
    answer = client.post(f"{MINE}create/", typed())
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    found = re.search(r'value="(pck_[^"]+)"', answer.content.decode())
    assert found
    key = ApiKey.objects.get()
    assert (key.owner, key.scopes, key.integration) == (by, ["patients:read"], "")
    assert key.expires_at is not None
    assert (key.expires_at.astimezone().date() - clock.today()).days in (29, 30, 31)
    told = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {found[1]}"})
    assert told.status_code == 200
    assert found[1] not in page(client, MINE)
    for text in (found[1][:12], "Gait lab", "patients:read", "last used", "127.0.0.1"):
        assert text in page(client, MINE)


def test_only_scopes_that_the_roles_allow_are_offered_and_taken(client: Client) -> None:
    logged_in(client, staff(Role.RECEPTIONIST))
    offered = re.findall(r'name="scopes" value="([^"]+)"', page(client, f"{MINE}create/"))
    assert offered == ["patients:read", "patients:write", "patients:create"]
    assert client.post(f"{MINE}create/", typed(scopes=["cases:read"])).status_code == 422
    assert not ApiKey.objects.exists()


def test_every_scope_is_said_in_words(client: Client) -> None:
    logged_in(client, staff(*Role))
    assert set(re.findall(r'name="scopes" value="([^"]+)"', page(client, f"{MINE}create/"))) == set(SCOPES)


def test_who_may_nothing_makes_no_key(client: Client) -> None:
    logged_in(client, staff())
    assert "Your roles allow nothing" in page(client, f"{MINE}create/")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"scopes": []},
        {"scopes": ["patients:erase"]},
        {"expires_on": ""},
        {"expires_on": "2001-01-01"},
        {"expires_on": "9999-12-31"},
        {"expires_on": "tomorrow"},
    ],
)
def test_what_is_refused_is_said_beside_its_field(client: Client, by: StaffMember, change: dict[str, Any]) -> None:
    answer = client.post(f"{MINE}create/", typed(**change))
    assert answer.status_code == 422
    assert 'class="faults"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_proof_from_just_now_is_asked_for(client: Client, by: StaffMember) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert client.get(f"{MINE}create/").status_code == 409
        assert client.post(f"{MINE}create/", typed()).status_code == 409
        assert not ApiKey.objects.exists()
        assert client.post(f"{MINE}create/", typed(proof_password=PASSWORD)).status_code == 200
    assert ApiKey.objects.count() == 1


def test_one_sees_ones_own_alone(client: Client, by: StaffMember) -> None:
    other = a_key(a_physio(), "Theirs alone")
    assert "Theirs alone" not in page(client, MINE)
    assert client.get(ALL).status_code == 403
    for method in (client.get, client.post):
        assert method(f"{ALL}{other.pk}/revoke/").status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_revoking_asks_first_and_bites_at_once(client: Client, by: StaffMember) -> None:
    key, text = create_api_key(owner=by, by=by, name="Lab", scopes=["patients:read"])
    headers = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200
    assert "cannot be undone" in page(client, f"{ALL}{key.pk}/revoke/")
    assert ApiKey.objects.get().revoked_at is None
    answer = client.post(f"{ALL}{key.pk}/revoke/", follow=True)
    assert answer.redirect_chain == [(MINE, 302)]
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401
    assert "Lab" not in page(client, MINE)
    assert "revoked" in page(client, f"{MINE}?show=ended")
    again = client.post(f"{ALL}{key.pk}/revoke/", {"again": "1"}, follow=True).content.decode()
    assert "revoked already" in again
    assert "It was revoked on" in page(client, f"{ALL}{key.pk}/revoke/")


def test_an_admin_sees_all_keys_by_state_and_revokes_them(client: Client) -> None:
    logged_in(client, staff(Role.CLINIC_ADMIN))
    physio = a_physio(name="Ada Owner")
    works, gone = a_key(physio, "Works"), a_key(physio, "Gone")
    with clock.set_to(clock.now() - timedelta(days=3)):
        a_key(physio, "Over", expires_at=clock.now() + timedelta(days=1))
    revoke_api_key(key=gone, by=physio)
    active, ended = page(client, ALL), page(client, f"{ALL}?show=ended")
    assert ("Works" in active, "Gone" in active, "Over" in active, "Ada Owner" in active) == (True, False, False, True)
    assert ("Works" in ended, "Gone" in ended, "Over" in ended) == (False, True, True)
    assert "expired" in ended
    answer = client.post(f"{ALL}{works.pk}/revoke/", follow=True)
    assert answer.redirect_chain == [(ALL, 302)]
    assert ApiKey.objects.get(pk=works.pk).revoked_at is not None


def test_an_admin_makes_a_key_for_an_integration_and_another_takes_it_over(client: Client) -> None:
    first, second = staff(Role.CLINIC_ADMIN), staff(Role.CLINIC_ADMIN)
    logged_in(client, first)
    assert client.post(f"{ALL}create/", typed()).status_code == 422
    assert client.post(f"{ALL}create/", typed(integration="Northside")).status_code == 200
    key = ApiKey.objects.get()
    assert (key.integration, key.owner) == ("Northside", first)
    assert "Answer for it" not in page(client, ALL)
    logged_in(other := Client(), second)
    assert "Answer for it" in page(other, ALL)
    other.post(f"{ALL}{key.pk}/take-over/")
    assert ApiKey.objects.get().owner == second
    theirs = a_key(first, "Mine")
    assert "stays theirs" in other.post(f"{ALL}{theirs.pk}/take-over/", follow=True).content.decode()


def test_the_list_is_no_slower_with_more_keys(client: Client, django_assert_max_num_queries: Any) -> None:
    logged_in(client, staff(Role.CLINIC_ADMIN))
    owner = a_physio()
    for n in range(55):
        a_key(owner, f"Key {n}")
    with django_assert_max_num_queries(6):
        first = page(client, ALL)
    assert ("Key 54" in first, "Key 4<" in first) == (True, False)
    onwards = re.search(r'rel="next" href="([^"]+)"', first)
    assert onwards
    assert "Key 4" in page(client, ALL + onwards[1].replace("&amp;", "&"))
    assert client.get(f"{ALL}?after=x").status_code == 302
