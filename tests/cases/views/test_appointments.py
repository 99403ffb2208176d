from datetime import date
from typing import Any

import pytest
from django.test import Client

from cases.models import Appointment, Patient
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio() -> StaffMember:
    return a_physio(name="Ada Treats")


@pytest.fixture
def desk(client: Client, physio: StaffMember) -> StaffMember:
    person = staff(Role.RECEPTIONIST, site=site_of(physio))
    client.force_login(person)
    return person


@pytest.fixture
def patient(physio: StaffMember) -> Patient:
    return a_patient(physio, given_names="Marcus", family_name="Ellery")


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return response.content.decode()


def when(physio: StaffMember, at: str = "09:00", day: date | None = None) -> dict[str, Any]:
    return {
        "staff": str(physio.pk),
        "day": (day or clock.today()).isoformat(),
        "at": at,
        "minutes": "30",
        "site": str(site_of(physio).pk),
    }


def test_reception_adds_by_two_taps_and_says_who_came(
    client: Client, desk: StaffMember, physio: StaffMember, patient: Patient
) -> None:
    a_case(physio, patient, title="Secret Achilles")
    assert "Nobody is expected" in read(client, "/")
    assert f"/patients/{patient.pk}/book/" in read(client, f"/patients/{patient.pk}/")
    form = read(client, f"/patients/{patient.pk}/book/")
    assert "Ada Treats" in form
    assert client.post(f"/patients/{patient.pk}/book/", when(physio)).status_code == 302
    page = read(client, "/")
    assert "Marcus Ellery" in page
    assert "09:00–09:30" in page
    assert "Secret" not in page
    row = Appointment.objects.get()
    client.post(f"/appointments/{row.pk}/", {"version": "1", "status": "ARRIVED"})
    assert "arrived" in read(client, "/")
    told = client.post(f"/appointments/{row.pk}/", {"version": "1", "status": "ATTENDED"}, follow=True)
    assert "changed by somebody else" in told.content.decode()
    client.post(f"/appointments/{row.pk}/", {"version": "2", "status": "ATTENDED"})
    assert "done" in read(client, "/")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"at": "late"}, "Enter a valid time"),
        ({"day": "someday"}, "Enter a valid date"),
        ({"minutes": "1"}, "greater than or equal to 5"),
        ({"staff": "nobody"}, "Select a valid choice"),
        ({"at": "09:15"}, "booked at this time already"),
    ],
)
def test_what_cannot_be_booked_is_told(
    client: Client, desk: StaffMember, physio: StaffMember, patient: Patient, change: dict[str, str], told: str
) -> None:
    client.post(f"/patients/{patient.pk}/book/", when(physio))
    answer = client.post(f"/patients/{patient.pk}/book/", {**when(physio, "12:00"), **change})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_physiotherapists_see_their_own_day_and_its_cases(
    client: Client, physio: StaffMember, patient: Patient
) -> None:
    colleague = a_physio(site_of(physio), name="Ben Other")
    case = a_case(physio, patient, title="Right Achilles")
    client.force_login(physio)
    client.post(f"/patients/{patient.pk}/book/", when(physio))
    client.post(f"/patients/{a_patient(physio, family_name='Zola').pk}/book/", when(colleague))
    read(client, "/patients/")  # shows the messages
    page = read(client, "/")
    assert f"/cases/{case.pk}/sessions/log/" in page
    assert "Zola" not in page
    everybody = read(client, "/?who=all")
    assert "Zola" in everybody
    assert "Ben Other" in everybody
    tomorrow = clock.today().replace(year=clock.today().year + 1).isoformat()
    assert "Nobody is expected" in read(client, f"/?day={tomorrow}")
    assert "Expected" in read(client, "/?day=2026-13-45")


def test_a_pasted_day_is_previewed_and_booked_line_by_line(
    client: Client, desk: StaffMember, physio: StaffMember, patient: Patient
) -> None:
    twin = a_patient(physio, given_names="Marcus", family_name="Ellery", born_on=date(1990, 1, 2))
    lines = "09:00 Marcus Ellery\n9.30-10.15 Elery, Marcus\n10:30 Nobody Atall\nlunch"
    told = {key: value for key, value in when(physio).items() if key in ("staff", "day", "site")}
    assert "Paste a day" in read(client, "/today/paste/")
    page = client.post("/today/paste/", {**told, "lines": lines}).content.decode()
    assert str(twin.pk) in page
    assert "Nobody is called so" in page
    assert "No time and name are read" in page
    choice = {"patient-0": str(patient.pk), "patient-1": str(twin.pk), "patient-2": "skip", "patient-3": "skip"}
    assert client.post("/today/paste/", {**told, "lines": lines, "book": "yes", **choice}).status_code == 302
    assert [(str(a.patient), a.ends_at - a.starts_at) for a in Appointment.objects.all()] != []
    assert {a.patient_id for a in Appointment.objects.all()} == {patient.pk, twin.pk}
    again = client.post("/today/paste/", {**told, "lines": lines, "book": "yes", **choice})
    assert "booked at this time already" in again.content.decode()


def test_nobody_pastes_nothing(client: Client, desk: StaffMember) -> None:
    assert client.post("/today/paste/", {"lines": ""}).status_code == 422


def test_strangers_find_no_appointment(client: Client, physio: StaffMember, patient: Patient) -> None:
    client.force_login(physio)
    client.post(f"/patients/{patient.pk}/book/", when(physio))
    row = Appointment.objects.get()
    client.force_login(a_physio())
    assert client.post(f"/appointments/{row.pk}/", {"version": "1", "status": "ARRIVED"}).status_code == 404
    assert client.get(f"/patients/{patient.pk}/book/").status_code == 404
    client.force_login(staff(Role.AUDITOR, site=site_of(physio)))
    assert client.get("/today/paste/").status_code == 403
