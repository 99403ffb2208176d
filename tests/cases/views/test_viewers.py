import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.actions.imaging import review_imaging
from cases.models import ImagingReading, ImagingResult
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.cases.actions.test_outlines import OFFERED, SQUARE, a_file, outlined
from tests.factories.imaging_files import a_dicom_file, a_kept_file
from tests.factories.pictures import a_calcified_case, a_picture
from tests.factories.records import a_physio, site_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    return a_picture(a_calcified_case(by), by)


def address(result: ImagingResult, route: str = "look_at_imaging") -> str:
    return reverse(route, args=[result.pk])


def told_to_viewer(page: str, name: str = "viewer-data") -> dict[str, Any]:
    text = page.split(f'<script id="{name}" type="application/json">')[1].split("</script>")[0]
    return dict(json.loads(text))


def sent(file: Any, **told: Any) -> dict[str, str]:
    scale = {"kind": OFFERED.kind, "row_mm": OFFERED.row_mm, "column_mm": OFFERED.column_mm}
    drawn = {
        "file": str(file.pk),
        "scale": scale,
        "outlines": [{"deposit": "D1", "frame": 1, "points": SQUARE}],
        **told,
    }
    return {"drawn": json.dumps(drawn), "note": "Dense."}


def test_a_study_without_pictures_says_so(client: Client, result: ImagingResult) -> None:
    page = client.get(address(result)).content.decode()
    assert "There is no picture to look at" in page
    assert "There are not two pictures to compare" in client.get(address(result, "compare_imaging")).content.decode()


def test_the_viewer_is_told_what_there_is(client: Client, by: StaffMember, result: ImagingResult) -> None:
    file = a_file(result, by)
    outlined(result, file, by)
    told = told_to_viewer(client.get(address(result)).content.decode())
    (picture,) = told["files"]
    assert (picture["rows"], picture["columns"], picture["frames"], picture["sample"]) == (48, 64, 1, "uint16")
    assert picture["frame_url"] == f"/imaging/files/{file.pk}/frames/{{n}}/"
    assert (picture["scale"]["kind"], picture["offered"]) == ("DETECTOR_PLANE", [picture["scale"]])
    assert ([each["deposit"] for each in told["outlines"]], told["may_measure"]) == (["D1"], True)


def test_what_was_drawn_is_signed(client: Client, by: StaffMember, result: ImagingResult) -> None:
    file = a_file(result, by)
    answer = client.post(address(result), sent(file))
    assert (answer.status_code, answer.json()) == (200, {"location": reverse("imaging_result", args=[result.pk])})
    reading = ImagingReading.objects.get()
    assert (reading.note, reading.measurements.get().outline.points) == ("Dense.", [list(point) for point in SQUARE])
    corrected = {**sent(file), "replaces": str(reading.pk), "replaces_because": "Too wide"}
    assert client.post(address(result), corrected).status_code == 200
    assert ImagingReading.objects.get(replaces=reading).replaces_because == "Too wide"
    again = client.post(address(result), corrected)
    assert (again.status_code, ImagingReading.objects.count()) == (422, 2)
    assert again.json()["refused"] == ["This reading was corrected already. Look at it again."]


@pytest.mark.parametrize("drawn", ["", "{}", "[]", "null", '{"file": "x"}', "[" * 100_000])
def test_what_did_not_arrive_whole_is_refused(client: Client, result: ImagingResult, drawn: str) -> None:
    answer = client.post(address(result), {"drawn": drawn})
    assert (answer.status_code, len(answer.json()["refused"])) == (422, 1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", '"x"'])
def test_odd_numbers_are_refused(client: Client, by: StaffMember, result: ImagingResult, number: str) -> None:
    file = a_file(result, by)
    told = sent(file)
    told["drawn"] = told["drawn"].replace("10.0", number)
    answer = client.post(address(result), told)
    assert (answer.status_code, ImagingReading.objects.count()) == (422, 0)


def test_a_refusal_is_told_in_words(client: Client, by: StaffMember, result: ImagingResult) -> None:
    file = a_file(result, by)
    answer = client.post(address(result), sent(file, outlines=[{"deposit": "D1", "points": SQUARE[:2]}]))
    assert (answer.status_code, answer.json()["refused"]) == (422, ["D1: An outline needs three points."])


def test_two_studies_are_compared(client: Client, by: StaffMember, result: ImagingResult) -> None:
    before = a_picture(result.case, by, ago=100, repeat_reason="To see")
    outlined(before, a_file(before, by), by)
    smaller = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
    outlined(result, a_file(result, by, a_dicom_file(ImagerPixelSpacing=[0.2, 0.1])), by, points=smaller)
    page = client.get(address(result, "compare_imaging")).content.decode()
    files = [told_to_viewer(page, f"viewer-{side}")["files"][0]["id"] for side in ("before", "after")]
    assert files == [str(study.files.get().pk) for study in (before, result)]
    assert "−50" in page
    other = client.get(address(before, "compare_imaging"), {"with": str(result.pk)}).content.decode()
    assert told_to_viewer(other, "viewer-before")["files"][0]["id"] == files[1]


def test_it_costs_the_same_for_one_file_and_for_ten(client: Client, by: StaffMember, result: ImagingResult) -> None:
    counts = []
    for n in (1, 3):
        for each in range(n):
            a_file(result, by, a_dicom_file(ImagerPixelSpacing=[0.2, 0.1], InstanceNumber=each + 10 * n))
        with CaptureQueriesContext(connection) as asked:
            assert len(told_to_viewer(client.get(address(result)).content.decode())["files"]) == (1 if n == 1 else 4)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_others_find_nothing(client: Client, by: StaffMember, result: ImagingResult) -> None:
    a_kept_file(result, by, "Marker")
    client.force_login(a_physio())
    for route in ("look_at_imaging", "compare_imaging"):
        assert client.get(address(result, route)).status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(address(result)).status_code == client.get(address(result, "compare_imaging")).status_code


def test_the_patient_is_told_once_it_is_reviewed(client: Client, by: StaffMember, result: ImagingResult) -> None:
    early = client.post(address(result, "tell_patient"), {"version": "1"})
    assert "Say first what follows from the picture." in early.content.decode()
    reviewed = review_imaging(result=result, version=1, conclusion="Go on", by=by)
    page = client.get(reverse("imaging_result", args=[result.pk])).content.decode()
    assert "The patient was told today" in page
    assert client.post(address(result, "tell_patient"), {"version": str(reviewed.version)}).status_code == 302
    again = client.post(address(result, "tell_patient"), {"version": str(reviewed.version)})
    assert again.status_code == 412
    page = client.get(reverse("imaging_result", args=[result.pk])).content.decode()
    assert f"The patient was told: {by.name}" in page
