import re
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic.actions.api_keys import create_api_key
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of, staff
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.models import Training

pytestmark = pytest.mark.django_db
PASSWORD = "three blue herons at noon"


@pytest.fixture
def physio() -> StaffMember:
    return a_physio(name="Ada Treats", email="ada@example.org")


@pytest.fixture
def admin(client: Client, physio: StaffMember) -> StaffMember:
    person = staff(Role.CLINIC_ADMIN, site=site_of(physio))
    client.force_login(person)
    return person


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_somebody_is_invited_by_a_link_and_logs_in(client: Client, admin: StaffMember) -> None:
    site = Site.objects.get(pk=admin.site_ids[0])
    told = {"name": "Ben New", "email": "ben@example.org", "roles": ["RECEPTIONIST"], "sites": [str(site.pk)]}
    assert client.post("/staff/invite/", {**told, "email": "ben"}).status_code == 422
    assert client.post("/staff/invite/", {**told, "hcpc_number": "12"}).status_code == 422
    page = client.post("/staff/invite/", told)
    assert page["Cache-Control"] == "no-store"
    found = re.search(r"http://testserver(/join/[^/]+/)", page.content.decode())
    assert found
    stranger = Client()
    form = stranger.get(found[1])
    assert "Welcome, Ben New" in form.content.decode()
    assert form["Referrer-Policy"] == "same-origin", "with no-referrer a browser says Origin: null, which is refused"
    assert stranger.post(found[1], {"password": PASSWORD, "again": "other"}).status_code == 422
    assert stranger.post(found[1], {"password": "12345", "again": "12345"}).status_code == 422
    assert stranger.post(found[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert stranger.get(found[1]).status_code == 404
    assert stranger.login(email="ben@example.org", password=PASSWORD)
    assert client.post("/staff/invite/", told).status_code == 422
    assert "Ben New" in read(client, "/staff/")


def test_a_person_is_changed_and_trained(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    address = f"/staff/{physio.pk}/"
    assert "Trained in" in read(client, address)
    told: dict[str, Any] = {
        "name": "Ada Renamed",
        "roles": ["PHYSIOTHERAPIST", "CLINICAL_LEAD"],
        "sites": [str(physio.site_ids[0])],
        "hcpc_number": "PH654321",
        "version": str(physio.version),
        "modalities": ["FSWT"],
    }
    assert client.post(address, {**told, "name": ""}).status_code == 422
    assert client.post(address, told).status_code == 302
    assert Training.objects.get().modality_code == "FSWT"
    assert "Ada Renamed" in read(client, "/staff/")


def test_a_person_changed_in_the_meantime_shows_both(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    address = f"/staff/{physio.pk}/"
    mine: dict[str, Any] = {
        "name": "Ada Mine",
        "roles": ["PHYSIOTHERAPIST"],
        "sites": [str(physio.site_ids[0])],
        "hcpc_number": "PH654321",
        "version": str(physio.version),
    }
    theirs = {**mine, "name": "Ada Theirs", "roles": ["PHYSIOTHERAPIST", "CLINICAL_LEAD"], "modalities": ["FSWT"]}
    client.post(address, theirs)
    answer = client.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "changed by somebody else in the meantime" in page
    for typed, now in (
        ("Ada Mine", "Ada Theirs"),
        ("physiotherapist", "clinical lead, physiotherapist"),
        ("nothing", "Focused shockwave"),
    ):
        assert f'<td data-label="You typed">{typed}</td><td data-label="It says now">{now}</td>' in page
    assert page.count("Take this over") == 3, "number and sites are the same in both"
    newest = {**mine, "version": str(physio.version + 1)}
    page = client.post(address, {**newest, "take": "modalities"}).content.decode()
    assert re.search(r'value="FSWT"[^>]* checked', page)
    assert page.count("Take this over") == 2
    assert client.post(address, newest).status_code == 302
    assert StaffMember.objects.get(pk=physio.pk).name == "Ada Mine"


def test_what_a_leaver_leaves_is_shown_first_and_handed_over(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    case = a_case(physio, title="Secret Achilles")
    start_plan(case=case, blocks=[PlannedBlock(1)], by=physio)
    a_signed_session(case, physio)
    a_draft(case, physio)
    create_api_key(owner=physio, name="Gait lab", scopes=["cases:read"], by=physio)
    heir = a_physio(site_of(physio), name="Ben Stays")
    address = f"/staff/{physio.pk}/deactivate/"
    page = read(client, address)
    for text in ("1 open case", "1 unsigned note", "Reviews due", "Gait lab", case.number, "Ben Stays"):
        assert text in page
    assert "Secret" not in page
    told = client.post(f"/staff/{physio.pk}/hand-over/", {"heir": ""}, follow=True).content.decode()
    assert "Choose who takes the cases over" in told
    client.post(f"/staff/{physio.pk}/hand-over/", {"heir": str(heir.pk)})
    assert Case.objects.get().lead == heir
    client.post(address, {"version": "x"})
    assert StaffMember.objects.get(pk=physio.pk).is_active
    client.post(address, {"version": str(physio.version)})
    assert not StaffMember.objects.get(pk=physio.pk).is_active
    assert "No longer here" in read(client, "/staff/")
    assert "deactivated" in client.post(f"/staff/{physio.pk}/link/", follow=True).content.decode()
    client.post(address, {"version": str(physio.version + 1)})
    assert StaffMember.objects.get(pk=physio.pk).is_active
    assert "/join/" in client.post(f"/staff/{physio.pk}/link/").content.decode()


def test_who_is_deactivated_is_logged_out_at_once(admin: StaffMember, client: Client, physio: StaffMember) -> None:
    theirs = Client()
    theirs.force_login(physio)
    assert theirs.get("/").status_code == 200
    client.post(f"/staff/{physio.pk}/deactivate/", {"version": str(physio.version)})
    assert theirs.get("/").status_code == 302


def test_sites_are_added_and_corrected(client: Client, admin: StaffMember) -> None:
    told = {"name": "Quay", "address": "1 Quay Street", "time_zone": "Europe/London"}
    assert client.post("/sites/add/", {**told, "time_zone": "Mars"}).status_code == 422
    assert client.post("/sites/add/", told).status_code == 302
    site = Site.objects.get(name="Quay")
    assert client.post("/sites/add/", told).status_code == 422
    assert client.post(f"/sites/{site.pk}/", {**told, "name": "Pier", "version": "1"}).status_code == 302
    answer = client.post(f"/sites/{site.pk}/", {**told, "time_zone": "Europe/Rome", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 412
    assert '<td data-label="You typed">Quay</td><td data-label="It says now">Pier</td>' in page
    assert '<td data-label="You typed">Europe/Rome</td><td data-label="It says now">Europe/London</td>' in page
    assert 'name="version" value="2"' in page
    taken = client.post(f"/sites/{site.pk}/", {**told, "version": "2", "take": "name"}).content.decode()
    assert 'name="name" value="Pier"' in taken
    assert "What differs now" not in taken
    assert client.post(f"/sites/{site.pk}/", {**told, "version": "2", "take": "nonsense"}).status_code == 200
    assert "Pier" in read(client, "/staff/")


def test_only_admins_manage(client: Client, physio: StaffMember) -> None:
    client.force_login(physio)
    site = physio.site_ids[0]
    paths = ["/staff/", "/staff/invite/", f"/staff/{physio.pk}/", f"/staff/{physio.pk}/deactivate/", f"/sites/{site}/"]
    assert {client.get(path).status_code for path in paths} == {403}
    posts = [f"/staff/{physio.pk}/link/", f"/staff/{physio.pk}/hand-over/", "/sites/add/"]
    assert {client.post(path).status_code for path in posts} == {403}
    assert "Staff and sites" not in read(client, "/")


def test_the_list_costs_the_same_for_few_and_for_many(
    client: Client, admin: StaffMember, django_assert_num_queries: Any
) -> None:
    for more in (1, 10):
        for _ in range(more):
            a_physio()
        with django_assert_num_queries(7):
            read(client, "/staff/")


def test_names_of_other_sites_are_not_shown(client: Client, physio: StaffMember) -> None:
    case = a_case(physio)
    client.force_login(staff(Role.CLINIC_ADMIN))
    page = read(client, f"/staff/{physio.pk}/deactivate/")
    assert case.number in page
    assert case.patient.family_name not in page
