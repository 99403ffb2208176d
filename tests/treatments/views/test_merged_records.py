"""Two records that are merged: the one that is used is found by what either held, and every address leads to it."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from cases.actions.alerts import note_alert
from cases.actions.identifiers import add_identifier
from cases.actions.patients import change_patient
from cases.models import Patient
from cases.queries.merges import used_patient
from clinic.actions.api_keys import create_api_key
from clinic.api.problems import answer
from clinic.errors import MovedTo
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge, twins
from tests.factories.records import a_case, a_physio, site_of, staff

pytestmark = pytest.mark.django_db
# The addresses that begin with a patient's, and are about one.
OF_A_PATIENT = (
    "patient",
    "who_looked",
    "start_case",
    "consents",
    "change_patient",
    "archive_patient",
    "note_alert",
    "book_appointment",
    "merge_patients",
    "patient_history",
    "identifiers",
    "ask_own_file",
)


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


def text(response: Any) -> str:
    return response.content.decode()


def fresh(patient: Patient) -> Patient:
    return Patient.objects.get(pk=patient.pk)


def sent(kept: Patient, other: Patient, **told: str) -> dict[str, str]:
    """What the page sends, with everything chosen."""
    return {
        "other": str(other.pk),
        "kept_version": str(fresh(kept).version),
        "other_version": str(fresh(other).version),
        "value-given_names": "kept",
        "value-born_on": "kept",
        "value-nhs_number": "kept",
        "value-phone": "kept",
        **told,
    }


def test_the_survivor_tells_of_the_merge_and_shows_both(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    kept, other = twins(physio)
    case = a_case(physio, other, title="Left knee")
    note_alert(patient=other, severity="STOP", text="Latex allergy", by=admin)
    add_identifier(patient=other, system="PAS", value="77", by=admin)
    client.post(f"/patients/{kept.pk}/merge/", sent(kept, other))
    page = read(client, f"/patients/{kept.pk}/")
    assert re.search(rf"Merged from Markus Ellery, on [^,]+, by {admin.name}\.", page)
    assert f"/patients/{other.pk}/unmerge/" in page
    assert "77" in page
    assert "77" in read(client, f"/patients/{kept.pk}/identifiers/")
    assert "Latex allergy" in read(client, f"/patients/{kept.pk}/alerts/").split("</header>")[-1]
    assert "merged into" in read(client, f"/patients/{kept.pk}/history/").lower()
    client.force_login(physio)
    page = read(client, f"/patients/{kept.pk}/")
    for word in ("Left knee", "Latex allergy"):
        assert word in page
    assert f"/patients/{other.pk}/unmerge/" not in page
    page = read(client, f"/cases/{case.pk}/")
    assert "Marcus Ellery" in page
    assert "Latex allergy" in page


def test_each_address_of_the_old_identity_leads_to_the_new_one(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    kept, other = twins(physio)
    a_merge(kept, other, admin)
    client.force_login(staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, site=site_of(physio), hcpc_number="PH123456"))
    for name in OF_A_PATIENT:
        old, new = (reverse(name, args=[p.pk]) for p in (other, kept))
        response = client.get(f"{old}?after=x")
        assert (response.status_code, response["Location"]) == (302, f"{new}?after=x"), name
        if name in ("patient", "who_looked", "patient_history"):
            continue
        response = client.post(old, {"given_names": "X", "text": "X", "other": str(kept.pk)})
        assert response.status_code == 409, name
        assert "Marcus Ellery, born 12 May 1985, is used for this person" in text(response), name
        assert f'href="{new}"' in text(response), name
    assert "is used for this person" in text(client.get(f"/patients/{other.pk}/", follow=True))
    assert fresh(other).given_names == "Markus"


def test_no_address_of_a_patient_is_forgotten() -> None:
    from django.urls import get_resolver

    named = {
        pattern.name
        for pattern in get_resolver().url_patterns[:]
        for pattern in getattr(pattern, "url_patterns", [pattern])
        if str(pattern.pattern).startswith("patients/<uuid:pk>/")
    }
    assert named - {"unmerge_patient", "restrict_patient"} == set(OF_A_PATIENT)


def test_who_may_not_see_it_is_told_nothing(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    a_merge(kept, other, admin)
    client.force_login(a_physio())
    response = client.get(f"/patients/{other.pk}/")
    assert response.status_code == 404
    assert "Ellery" not in text(response)


@pytest.mark.parametrize("query", ["markus", "05/12/1985", "9434765870", "020 2", "marcus", "9434765919", "PAS77"])
def test_a_search_by_what_either_held_finds_the_one(
    client: Client, admin: StaffMember, physio: StaffMember, query: str
) -> None:
    kept, other = twins(physio)
    change_patient(patient=other, version=1, changes={"nhs_number": "9434765870"}, by=admin)
    which = dict.fromkeys(("given_names", "nhs_number", "phone"), "other")
    add_identifier(patient=other, system="PAS", value="PAS77", by=admin)
    a_merge(kept, other, admin, which)
    page = text(client.get("/patients/", {"q": query}))
    assert re.findall(r'href="(/patients/[\w-]{36}/)"', page) == [f"/patients/{kept.pk}/"]
    is_of_the_other = query in ("05/12/1985", "marcus", "9434765919")
    assert ("merged from Marcus Ellery" in page) == is_of_the_other or query == "020 2"
    _, key = create_api_key(owner=admin, name="Desk", scopes=["patients:read"], by=admin)
    headers = {"Authorization": f"Bearer {key}"}
    results = client.get("/api/v1/patients/", {"search": query}, headers=headers).json()["results"]
    assert [row["id"] for row in results] == [str(kept.pk)]


def test_a_program_is_led_on_when_it_reads_and_told_when_it_writes(
    admin: StaffMember, physio: StaffMember, rf: RequestFactory
) -> None:
    kept, other = twins(physio)
    a_merge(kept, other, admin)
    with pytest.raises(MovedTo) as moved:
        used_patient(Patient.objects.visible_to(physio), other.pk)
    for method, status in (("get", 308), ("post", 409), ("delete", 409)):
        request = getattr(rf, method)(f"/api/v1/patients/{other.pk}/?expand=site")
        response = answer(moved.value, {"request": request})
        assert isinstance(response, HttpResponse)
        assert response.status_code == status
        assert response["Location"] == f"/api/v1/patients/{kept.pk}/?expand=site"
        assert response["Content-Type"] == "application/problem+json"
