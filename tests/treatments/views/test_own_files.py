from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Patient
from clinic import clock
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.planted import plant
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, a_site, site_of, staff
from treatments.actions.own_files import Asked, ask_own_file
from treatments.models import OwnFileRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
MARKER = "Zyzzyva"


@pytest.fixture
def by() -> StaffMember:
    return a_physio(name="Ada Reads")


@pytest.fixture
def admin(by: StaffMember) -> StaffMember:
    return staff(Role.CLINIC_ADMIN, site=site_of(by), name="Ben Hands-over")


@pytest.fixture
def asked(by: StaffMember) -> OwnFileRequest:
    return OwnFileRequest.objects.get(pk=plant(by, MARKER, registered=True)["own_file"])


def logged_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_from_the_request_to_the_hand_over(by: StaffMember, admin: StaffMember) -> None:
    case = a_case(by)
    patient, desk, reader = case.patient, logged_in(admin), logged_in(by)
    a_signed_session(case, by, subjective="Slept badly.")
    assert f"/patients/{patient.pk}/own-file/" in read(desk, f"/patients/{patient.pk}/")
    sent = {"asked_on": f"{clock.today():%d/%m/%Y}", "asked_by": "PATIENT", "identity": "Passport seen."}
    page = desk.post(f"/patients/{patient.pk}/own-file/", sent, follow=True).content.decode()
    assert "waits for a clinician" in page
    row = OwnFileRequest.objects.get(patient=patient)
    here = f"/own-files/{row.pk}/"
    assert "asked for their own file" in read(reader, f"/patients/{patient.pk}/")
    assert "days left" in read(reader, "/own-files/")
    check = read(reader, f"{here}check/")
    for text in ("Slept badly.", "Radial shockwave", "2.3 bar", "Ada Reads", "Release in my name"):
        assert text in check
    digest = check.split('name="digest" value="')[1][:64]
    done = reader.post(f"{here}release/", {"digest": digest}, follow=True).content.decode()
    assert "Released by Ada Reads" in done
    assert "Take the file" not in done
    taken = desk.get(f"{here}file.zip")
    assert taken["Content-Type"] == "application/zip"
    assert taken["Cache-Control"] == "private, no-store"
    file = ZipFile(BytesIO(b"".join(taken.streaming_content)))
    assert "Slept badly." in file.read("index.html").decode()
    assert "Note that it was handed over" in read(desk, here)
    desk.post(f"{here}hand-over/")
    assert "Handed over" in read(desk, here)
    assert "the patient’s own file, taken away as a file" in read(desk, f"/patients/{patient.pk}/looks/?kind=taken")


def test_a_request_that_says_too_little_is_refused_in_words(admin: StaffMember) -> None:
    patient, desk = a_patient(admin), logged_in(admin)
    sent = {"asked_on": "31/12/2999", "asked_by": "REPRESENTATIVE", "identity": "Seen", "asker": ""}
    answer = desk.post(f"/patients/{patient.pk}/own-file/", sent)
    assert answer.status_code == 422
    for text in ("in the future", "what gives them authority"):
        assert text in answer.content.decode()


def test_an_entry_is_left_out_in_part_and_put_back(asked: OwnFileRequest, by: StaffMember) -> None:
    reader, here = logged_in(by), f"/own-files/{asked.pk}/"
    goal = asked.patient.cases.get().goals.get()
    address = f"{here}leave-out/?entry=cases.goal:{goal.pk}"
    assert address in read(reader, f"{here}check/").replace("&amp;", "&")
    refused = reader.post(address, {"kind": "THIRD_PERSON", "reason": " "})
    assert refused.status_code == 422
    sent = {"kind": "THIRD_PERSON", "reason": "Names her sister.", "parts": ["text"]}
    page = reader.post(address, sent, follow=True).content.decode()
    assert "Left out here: information about a third person" in page
    assert "1 entry is left out" in page
    assert "Names her sister." in read(reader, address)
    assert "Left out here" not in reader.post(address, {"do": "put_back"}, follow=True).content.decode()
    assert reader.get(f"{here}leave-out/?entry=cases.goal:{asked.pk}").status_code == 404
    assert reader.get(f"{here}leave-out/?entry=nonsense").status_code == 404


def test_a_file_that_changed_since_it_was_read_is_read_again(asked: OwnFileRequest, by: StaffMember) -> None:
    reader, here = logged_in(by), f"/own-files/{asked.pk}/"
    digest = read(reader, f"{here}check/").split('name="digest" value="')[1][:64]
    a_case(by, Patient.objects.get(pk=asked.patient_id))
    page = reader.post(f"{here}release/", {"digest": digest}, follow=True).content.decode()
    assert "The record changed since you read it" in page
    assert not AuditEvent.objects.filter(action="own_file.released").exists()


def test_whoever_does_not_see_all_is_told_so(asked: OwnFileRequest) -> None:
    far = a_physio(site=a_site())
    a_case(far, Patient.objects.get(pk=asked.patient_id))
    page = logged_in(far).get(f"/own-files/{asked.pk}/check/", follow=True).content.decode()
    assert "1 case of this patient is not shown to you" in page
    assert "own-entry" not in page


def test_the_desk_sees_no_clinical_word(asked: OwnFileRequest, by: StaffMember, admin: StaffMember) -> None:
    for person in (admin, staff(Role.RECEPTIONIST, site=site_of(by))):
        client = logged_in(person)
        assert "Due" in read(client, f"/own-files/{asked.pk}/")
        assert client.get(f"/own-files/{asked.pk}/check/").status_code == 403
    assert (
        logged_in(staff(Role.RECEPTIONIST, site=site_of(by))).get(f"/own-files/{asked.pk}/file.zip").status_code == 403
    )
    assert logged_in(a_physio()).get(f"/own-files/{asked.pk}/").status_code == 404


def test_a_request_is_closed_with_a_reason(asked: OwnFileRequest, admin: StaffMember) -> None:
    desk, here = logged_in(admin), f"/own-files/{asked.pk}/"
    assert desk.post(f"{here}withdraw/", {"because": " "}).status_code == 422
    assert (
        "Asked by mistake"
        in desk.post(f"{here}withdraw/", {"because": "Asked by mistake"}, follow=True).content.decode()
    )
    assert "No file is asked for" in read(desk, "/own-files/")


def test_the_number_of_statements_does_not_grow(by: StaffMember, asked: OwnFileRequest) -> None:
    reader = logged_in(by)
    paths = ("/own-files/", f"/own-files/{asked.pk}/", f"/own-files/{asked.pk}/check/")

    def counted() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as ran:
                read(reader, path)
            found.append(len(ran))
        return found

    counted()
    before = counted()
    case = a_case(by, Patient.objects.get(pk=asked.patient_id))
    for _n in range(2):
        a_signed_session(case, by)
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    for _n in range(2):
        another(admin, by)
    assert counted() == before
    assert before[2] < 80


def another(admin: StaffMember, by: StaffMember) -> OwnFileRequest:
    return ask_own_file(patient=a_patient(by), asked=Asked(clock.today(), "Seen."), by=admin)
