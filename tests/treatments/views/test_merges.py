from datetime import date

import pytest
from django.test import Client

from cases.actions.alerts import note_alert
from cases.models import Patient
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio() -> StaffMember:
    return a_physio()


@pytest.fixture
def admin(client: Client, physio: StaffMember) -> StaffMember:
    person = staff(Role.CLINIC_ADMIN, site=site_of(physio))
    client.force_login(person)
    return person


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def twins(physio: StaffMember) -> tuple[Patient, Patient]:
    told = {"family_name": "Ellery", "born_on": date(1985, 5, 12)}
    return (
        a_patient(physio, given_names="Marcus", phone="020 1", **told),
        a_patient(physio, given_names="Markus", medicines="Warfarin", **told),
    )


def test_twins_are_found_compared_merged_and_taken_apart(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    kept, other = twins(physio)
    case = a_case(physio, other, title="Left knee")
    note_alert(patient=other, severity="STOP", text="Latex allergy", by=admin)
    address = f"/patients/{kept.pk}/merge/"
    assert f"/patients/{kept.pk}/merge/" in read(client, f"/patients/{kept.pk}/")
    assert str(other.pk) in read(client, address)
    assert str(other.pk) in read(client, f"{address}?q=markus")
    page = read(client, f"{address}?other={other.pk}")
    assert "Markus" in page
    assert "Warfarin" not in page
    told = client.post(address, {"other": other.pk, "version": "9"}, follow=True).content.decode()
    assert "changed by somebody else" in told
    assert client.post(address, {"other": other.pk, "version": "1"}).status_code == 302
    page = read(client, f"/patients/{other.pk}/")
    assert "This record is merged" in page
    assert "Add to today" not in page
    page = read(client, "/patients/")
    assert "Markus" not in page
    assert "merged into Marcus Ellery" in read(client, "/patients/?q=markus")
    client.force_login(physio)
    page = read(client, f"/patients/{kept.pk}/")
    for text in ("Left knee", "Latex allergy", "Merged with"):
        assert text in page
    page = read(client, f"/cases/{case.pk}/")
    assert "Marcus Ellery" in page
    assert "Latex allergy" in page
    client.force_login(admin)
    assert "apart again" in client.post(f"/patients/{other.pk}/unmerge/", follow=True).content.decode()
    assert "is not merged" in client.post(f"/patients/{other.pk}/unmerge/", follow=True).content.decode()
    assert "Markus" in read(client, "/patients/")


def test_nonsense_is_met_with_the_search(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, _other = twins(physio)
    address = f"/patients/{kept.pk}/merge/"
    assert "Find the other record" in read(client, f"{address}?other=nonsense")
    assert "Find the other record" in read(client, f"{address}?other={kept.pk}")
    assert "Nobody is called so" in read(client, f"{address}?q=zzzzzz")
    assert client.post(address, {"other": "nonsense"}).status_code == 200


def test_only_admins_merge(client: Client, physio: StaffMember) -> None:
    kept, _other = twins(physio)
    client.force_login(physio)
    assert client.get(f"/patients/{kept.pk}/merge/").status_code == 403
    assert client.post(f"/patients/{kept.pk}/unmerge/").status_code == 403
    client.force_login(staff(Role.CLINIC_ADMIN))
    assert client.get(f"/patients/{kept.pk}/merge/").status_code == 404
