"""Files of a picture through the pages: added, asked about, shown, saved."""

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from cases.models import IdentityAnswer, ImagingFile, ImagingResult
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.imaging_files import A_PDF, a_dicom_file, a_kept_file, of_person
from tests.factories.pictures import a_calcified_case, a_picture
from tests.factories.records import a_patient, a_physio, site_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
ANOTHERS = of_person("OTHER^BOB", "19500101", "M", Laterality="L")
SCRIPTED = {"headers": {"x-requested-with": "fetch"}}


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    patient = a_patient(by, given_names="Ann", family_name="Sample", sex="FEMALE")
    return a_picture(a_calcified_case(by, patient=patient), by)


def posted(client: Client, result: ImagingResult, *data: bytes, **how: Any) -> Any:
    files = [SimpleUploadedFile(f"IM{n}", each) for n, each in enumerate(data)]
    return client.post(reverse("add_imaging_files", args=[result.pk]), {"file": files}, **how)


def page(client: Client, result: ImagingResult) -> str:
    return client.get(reverse("imaging_result", args=[result.pk])).content.decode()


def test_files_are_added_without_a_script(client: Client, result: ImagingResult) -> None:
    answer = posted(client, result, a_dicom_file(), A_PDF)
    assert (answer.status_code, answer["Location"]) == (302, reverse("imaging_result", args=[result.pk]))
    shown = page(client, result)
    assert "2 files kept." in shown
    assert "report as PDF" in shown
    assert "is being prepared" in shown
    assert "multiple required" in shown


def test_what_is_refused_is_told_file_by_file(client: Client, result: ImagingResult) -> None:
    answer = posted(client, result, b"<html>", b"", a_dicom_file())
    assert answer.status_code == 422
    assert "IM0: This is no picture that is kept here." in answer.content.decode()
    assert "IM1: The file is empty." in answer.content.decode()
    assert ImagingFile.objects.count() == 1


def test_each_form_carries_its_token(result: ImagingResult, by: StaffMember) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(by)
    assert page(strict, result).count("csrfmiddlewaretoken") >= 2
    token = {"csrfmiddlewaretoken": strict.cookies["csrftoken"].value}
    there = reverse("add_imaging_files", args=[result.pk])
    assert strict.post(there, {"file": SimpleUploadedFile("IM1", ANOTHERS)}).status_code == 403
    assert strict.post(there, {"file": SimpleUploadedFile("IM1", ANOTHERS), **token}).status_code == 302
    for form in page(strict, result).split("<form")[1:]:
        assert "csrfmiddlewaretoken" in form or 'method="get"' in form or 'role="search"' in form, form[:200]


def test_a_script_is_told_as_json(client: Client, result: ImagingResult) -> None:
    told = posted(client, result, a_dicom_file(), b"x", **SCRIPTED).json()
    assert told["kept"] == 1
    assert told["summary"] == "1 file kept."
    assert [each["name"] for each in told["refused"]] == ["IM1"]
    assert "imaging-files" in told["html"]
    assert posted(client, result, **SCRIPTED).status_code == 422


def test_another_person_is_asked_about(client: Client, result: ImagingResult) -> None:
    posted(client, result, ANOTHERS)
    shown = page(client, result)
    assert "Is this the same patient?" in shown
    for said in ("OTHER BOB", "01 Jan 1950", "male", "left", "12 May 1985", "female", "right"):
        assert said in shown, said
    there = reverse("answer_imaging_identity", args=[result.pk])
    for sent in ({"whose": "ours", "reason": " "}, {"reason": "x"}):
        answer = client.post(there, sent)
        assert (answer.status_code, IdentityAnswer.objects.exists()) == (422, False)
    assert client.post(there, {"whose": "ours", "reason": "Maiden name"}).status_code == 302
    assert "taken for this patient’s: Maiden name" in page(client, result)
    assert client.post(there, {"whose": "aside", "reason": "x"}).status_code == 422


def test_what_a_file_says_is_offered_beside_the_record(client: Client, result: ImagingResult) -> None:
    told = {"StudyDate": "20200901", "BodyPartExamined": "KNEE", "Modality": "CR", "ViewPosition": "AP"}
    posted(client, result, a_dicom_file(**told), a_dicom_file(**told))
    shown = page(client, result)
    for said in ("Taken, as a file says", "01 Sep 2020", "X-ray (computed radiography)", "Knee", "AP"):
        assert shown.count(f"<dd>{said}") == (0 if "says" in said else 1), said
    assert shown.count("as a file says") == 4


def test_what_was_set_aside_shows_nowhere_else(client: Client, result: ImagingResult) -> None:
    posted(client, result, ANOTHERS)
    client.post(reverse("answer_imaging_identity", args=[result.pk]), {"whose": "aside", "reason": "Wrong disc"})
    shown = page(client, result)
    assert "Set aside: 1" in shown
    assert "No file yet" in shown
    row = ImagingFile.objects.get()
    for name, more in (("imaging_preview", []), ("imaging_frame", [1])):
        assert client.get(reverse(name, args=[row.pk, *more])).status_code == 404


def test_a_frame_is_sent_packed_and_stays_private(client: Client, by: StaffMember, result: ImagingResult) -> None:
    row = a_kept_file(result, by, "x")
    there = reverse("imaging_frame", args=[row.pk, 1])
    answer = client.get(there)
    assert answer.status_code == 200
    assert len(gzip.decompress(answer.getvalue())) == 48 * 64 * 2
    assert (answer["Content-Encoding"], answer["Content-Type"]) == ("gzip", "application/octet-stream")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    again = client.get(there, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for number in (0, 2, 10**12):
        assert client.get(reverse("imaging_frame", args=[row.pk, number])).status_code == 404


def test_a_preview_is_a_picture_alone(client: Client, by: StaffMember, result: ImagingResult) -> None:
    answer = client.get(reverse("imaging_preview", args=[a_kept_file(result, by, "x").pk]))
    with Image.open(io.BytesIO(answer.getvalue())) as image:
        assert (image.format, image.size, image.info) == ("PNG", (64, 48), {})


def test_the_original_is_saved_and_never_shown(client: Client, by: StaffMember, result: ImagingResult) -> None:
    row = a_kept_file(result, by, "Name of somebody")
    answer = client.get(reverse("imaging_original", args=[row.pk]))
    assert answer["Content-Disposition"].startswith('attachment; filename="picture-')
    assert "somebody" not in answer["Content-Disposition"]
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert answer.getvalue()[128:132] == b"DICM"
    assert AuditEvent.objects.get(action="imaging_file_original.seen").row_id == row.pk


def test_a_file_that_is_not_there(client: Client, documents: Path, by: StaffMember, result: ImagingResult) -> None:
    row = a_kept_file(result, by, "x")
    for path in documents.glob("imaging/*/*"):
        path.unlink()
    assert client.get(reverse("imaging_original", args=[row.pk])).status_code == 404


def test_who_sees_and_who_adds(client: Client, by: StaffMember, result: ImagingResult) -> None:
    row = a_kept_file(result, by, "x")
    client.force_login(a_physio())
    assert posted(client, result, a_dicom_file()).status_code == 404
    for name, more in (("imaging_preview", []), ("imaging_frame", [1]), ("imaging_original", [])):
        assert client.get(reverse(name, args=[row.pk, *more])).status_code == 404
    client.force_login(staff(Role.AUDITOR, site=site_of(by)))
    assert posted(client, result, a_dicom_file()).status_code in (403, 404)


def test_the_page_costs_the_same_for_one_file_and_for_many(
    client: Client, by: StaffMember, result: ImagingResult, django_assert_num_queries: Any
) -> None:
    a_kept_file(result, by, "x")
    there = reverse("imaging_result", args=[result.pk])
    client.get(there)
    with django_assert_num_queries(13):
        client.get(there)
    posted(client, result, *[a_dicom_file() for _ in range(6)])
    client.get(there)
    with django_assert_num_queries(13):
        assert client.get(there).content.decode().count("<li>") > 6
