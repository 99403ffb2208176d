"""A program sends files of a study, reads what they are, and takes them back out."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import ImagingFile, ImagingResult
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent, StaffMember
from tests.factories.imaging_files import a_dicom_file, a_disc, of_person
from tests.factories.pictures import a_calcified_case, a_picture
from tests.factories.records import a_physio

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    return a_picture(a_calcified_case(by), by)


def a_client(by: StaffMember, *scopes: str) -> Client:
    _, text = create_api_key(owner=by, name="PACS", scopes=scopes or ["imaging:read", "imaging:write"], by=by)
    return Client(headers={"Authorization": f"Bearer {text}"})


def posted(client: Client, result: ImagingResult, *data: bytes, **headers: str) -> Any:
    files = [SimpleUploadedFile(f"IM{n}", each) for n, each in enumerate(data)]
    return client.post(f"/api/v1/imaging-results/{result.pk}/files/", {"file": files}, headers=headers)


def test_files_are_sent_listed_and_taken_out(by: StaffMember, result: ImagingResult) -> None:
    client, data = (
        a_client(by),
        a_dicom_file(StudyDate="20260901", BodyPartExamined="ANKLE", ImagerPixelSpacing=[0.2, 0.2]),
    )
    answer = posted(client, result, data, b"<html>", data)
    assert answer.status_code == 200, answer.content
    kept, refused, known = answer.json()["files"]
    assert (kept["status"], refused["status"], known["status"]) == ("KEPT", "REFUSED", "KNOWN")
    assert (refused["code"], refused["imaging_file"]) == ("other_type", None)
    assert kept["imaging_file"] == known["imaging_file"]
    (row,) = client.get("/api/v1/imaging-files/", {"imaging_result": str(result.pk)}).json()["results"]
    assert (row["id"], row["identity"], row["is_ours"]) == (kept["imaging_file"], "NOT_IN_FILE", None)
    assert (row["offered"]["taken_on"], row["offered"]["body_part"]) == ("2026-09-01", "ANKLE")
    assert [each["kind"] for each in row["offered"]["scales"]] == ["DETECTOR_PLANE"]
    content = client.get(f"/api/v1/imaging-files/{row['id']}/content/")
    assert hashlib.sha256(content.getvalue()).hexdigest() == row["sha256"]
    assert content["Content-Disposition"].startswith("attachment")
    assert content["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.filter(action="imaging_file_original.seen").count() == 1


def test_a_disc_is_one_file_to_send(by: StaffMember, result: ImagingResult) -> None:
    told = posted(a_client(by), result, a_disc(a_dicom_file(), of_person("OTHER^BOB"))).json()
    assert [each["status"] for each in told["files"]] == ["KEPT", "KEPT"]
    assert told["left_out"] == 6


def test_nothing_kept_is_a_problem(by: StaffMember, result: ImagingResult) -> None:
    for data in ([b"<html>", b""], []):
        answer = posted(a_client(by), result, *data)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not ImagingFile.objects.exists()


def test_sent_again_with_its_key_it_is_done_once(by: StaffMember, result: ImagingResult) -> None:
    client, data = a_client(by), a_dicom_file()
    first, second = (posted(client, result, data, **{"Idempotency-Key": "one"}).json() for _ in range(2))
    assert first == second
    assert first["files"][0]["status"] == "KEPT"


def test_who_may(by: StaffMember, result: ImagingResult) -> None:
    assert posted(a_client(by, "imaging:read"), result, a_dicom_file()).status_code == 403
    assert posted(a_client(a_physio()), result, a_dicom_file()).status_code == 404
    assert posted(Client(), result, a_dicom_file()).status_code == 401
