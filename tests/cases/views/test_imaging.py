from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.imaging import request_imaging
from cases.models import Case, ImagingReading, ImagingRequest, ImagingResult
from cases.rules.imprecise_dates import parse
from clinic import clock
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LATERAL, LENGTHWISE, a_calcified_case, a_picture, measured
from tests.factories.records import a_case, a_physio, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Ada Reader")
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_calcified_case(by, onset=parse("2024"))


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return response.content.decode()


def wanted(**change: Any) -> dict[str, Any]:
    return {
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "view": "XR_LATERAL_WB",
        "why": "Size of the deposit",
        "due_on": (clock.today() + timedelta(days=14)).isoformat(),
        **change,
    }


def came(**change: Any) -> dict[str, Any]:
    told = wanted(**{"taken": clock.today().isoformat(), "source": "NHS", **change})
    return {name: value for name, value in told.items() if name not in ("why", "due_on")}


def reading(**change: Any) -> dict[str, Any]:
    return {
        "calibration": "ERMF",
        "error_percent": "10",
        "deposits-TOTAL_FORMS": "1",
        "deposits-INITIAL_FORMS": "0",
        "deposits-0-length_mm": "34,0",
        "deposits-0-width_mm": "9",
        "deposits-0-area_mm2": "218",
        "grade-MORRIS": "MORRIS_3A",
        **change,
    }


def test_from_the_question_to_the_review(client: Client, by: StaffMember, case: Case) -> None:
    home = f"/cases/{case.pk}/"
    assert "Is a picture wanted?" in read(client, home)
    assert 'value="REG_ANKLE" selected' in read(client, f"{home}imaging/request/")
    client.post(f"{home}imaging/request/", wanted())
    request = ImagingRequest.objects.get()
    page = read(client, home)
    assert "Is a picture wanted?" not in page
    assert f"/imaging/requests/{request.pk}/" in page
    assert "Size of the deposit" in read(client, "/imaging/")
    client.post(f"/imaging/requests/{request.pk}/", {"do": "requested", "version": "1"})
    assert "requested" in read(client, f"/imaging/requests/{request.pk}/")
    form = f"{home}imaging/record/?request={request.pk}"
    assert "Answers the request" in read(client, form)
    answer = client.post(form, came(reporter="Dr Gray", report_text="Coarse calcification."))
    result = ImagingResult.objects.get()
    assert answer["Location"] == f"/imaging/results/{result.pk}/"
    assert result.request == request
    assert "Received, not measured" in read(client, "/imaging/")
    assert "Coarse calcification." in read(client, answer["Location"])
    client.post(f"/imaging/results/{result.pk}/read/?origin=MEASURED", reading())
    page = read(client, answer["Location"])
    for text in ("Measured by us", "area 218 mm²", "Ada Reader", "up to 12 cm above", "By the estimated magnification"):
        assert text in page
    assert "Measured, not reviewed" in read(client, "/imaging/")
    client.post(f"/imaging/results/{result.pk}/review/", {"version": "1", "conclusion": "As large as before."})
    assert "As large as before." in read(client, answer["Location"])
    assert "Reviewed, the patient was not told" in read(client, "/imaging/")
    client.post(f"/imaging/results/{result.pk}/told/", {"version": "2"})
    assert "No picture waits" in read(client, "/imaging/")


def test_the_change_is_shown_with_its_band_and_may_be_compared_with_another(
    client: Client, by: StaffMember, case: Case
) -> None:
    first, second = (a_picture(case, by, ago=ago) for ago in (112, 0))
    third = a_picture(case, by, picture=LENGTHWISE)
    measured(first, by, "218")
    measured(second, by, "158", deposit="D1")
    measured(third, by, "150", deposit="D1", calibration="US_REGION")
    page = read(client, f"/imaging/results/{second.pk}/")
    for text in ("−27.5 %", "partial reduction", "error ±10 %", "another kind of picture"):
        assert text in page
    page = read(client, f"/imaging/results/{second.pk}/?reference={second.pk}")
    assert "+38 %" in page
    assert "larger" in page
    page = read(client, f"/cases/{case.pk}/")
    assert "−27.5 %" in page


def test_as_reported_and_a_correction(client: Client, by: StaffMember, case: Case) -> None:
    result = a_picture(case, by)
    address = f"/imaging/results/{result.pk}/read/"
    assert "From the report" in read(client, f"{address}?origin=REPORTED")
    client.post(f"{address}?origin=REPORTED", reading(calibration="REPORTED"))
    first = ImagingReading.objects.get()
    assert first.origin == "REPORTED"
    again = f"{address}?origin=REPORTED&replaces={first.pk}"
    page = client.post(again, reading(calibration="REPORTED", **{"deposits-0-deposit": "D1"}))
    assert page.status_code == 422
    told = {"replaces_because": "Comma misread", "deposits-0-deposit": "D1", "deposits-0-length_mm": "3,4"}
    client.post(
        again, reading(calibration="REPORTED", **{**told, "deposits-0-width_mm": "1", "deposits-0-area_mm2": ""})
    )
    page = read(client, f"/imaging/results/{result.pk}/")
    assert "corrected: Comma misread" in page
    assert "length 3.4 mm" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"deposits-0-length_mm": "long"}, "Enter a number"),
        ({"deposits-0-length_mm": "400"}, "Between 0.3 and 300."),
        ({"deposits-0-width_mm": "99"}, "The width is the shorter one."),
        ({"calibration": ""}, "This field is required"),
        ({"calibration": "NONE"}, "pixels only, no millimetres"),
        ({"error_percent": "0"}, "greater than or equal to 1"),
        ({"deposits-0-is_gone": "on"}, "has no size"),
        ({"deposits-0-deposit": "D9"}, "Select a valid choice"),
        ({"grade-MORRIS": "MORRIS_9"}, "Choose a grade of the list."),
        ({"deposits-TOTAL_FORMS": "x"}, "ManagementForm data"),
    ],
)
def test_what_cannot_be_read_on_a_picture(
    client: Client, by: StaffMember, case: Case, change: dict[str, str], told: str
) -> None:
    result = a_picture(case, by)
    answer = client.post(f"/imaging/results/{result.pk}/read/", reading(**change))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "34,0" in answer.content.decode() or "length_mm" in str(change) or "TOTAL" in str(change)
    assert not ImagingReading.objects.exists()


@pytest.mark.parametrize(
    ("path", "told", "why"),
    [
        ("request", wanted(why=""), "This field is required"),
        ("request", wanted(due_on="2020-01-01"), "This day is over already."),
        ("request", wanted(view="US_LONGITUDINAL"), "Choose a view that belongs"),
        ("record", came(taken="soon"), "Write 2022, 2022-03 or 2022-03-14"),
        ("record", came(taken="1950"), "before the date of birth"),
        ("record", came(taken="2199"), "in the future"),
        ("record", came(modality="IMG_MAGIC"), "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_or_kept(client: Client, case: Case, path: str, told: dict[str, Any], why: str) -> None:
    answer = client.post(f"/cases/{case.pk}/imaging/{path}/", told)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_a_second_x_ray_is_questioned_and_kept_with_its_reason(client: Client, by: StaffMember, case: Case) -> None:
    a_picture(case, by, ago=20)
    address = f"/cases/{case.pk}/imaging/record/"
    answer = client.post(address, came())
    assert answer.status_code == 422
    assert "Say why it is repeated." in answer.content.decode()
    assert 'name="repeat_reason"' in answer.content.decode()
    assert client.post(address, came(repeat_reason="A fall")).status_code == 302


def test_no_picture_is_wanted(client: Client, case: Case) -> None:
    address = f"/cases/{case.pk}/imaging/request/"
    assert (
        "Say why no picture is wanted."
        in client.post(address, {"decline": "yes", "reason": ""}, follow=True).content.decode()
    )
    client.post(address, {"decline": "yes", "reason": "It changes nothing"})
    assert "Is a picture wanted?" not in read(client, f"/cases/{case.pk}/")


def test_a_request_is_taken_back_and_stale_ones_are_told(client: Client, by: StaffMember, case: Case) -> None:
    due = clock.today() + timedelta(days=50)
    request = request_imaging(case=case, picture=LATERAL, why="Size", due_on=due, by=by)
    address = f"/imaging/requests/{request.pk}/"
    for told in ({"do": "cancel", "version": "7", "reason": "x"}, {"do": "cancel", "version": "x"}, {"do": "cancel"}):
        answer = client.post(address, told)
        assert answer.status_code in (412, 422)
        request.refresh_from_db()
        assert request.status == "PLANNED"
    page = client.post(address, {"do": "cancel", "version": "7", "reason": "As typed"}).content.decode()
    assert "changed by somebody else" in page
    assert 'name="reason" value="As typed"' in page
    client.post(address, {"do": "cancel", "version": "1", "reason": "Moved away"})
    assert "Moved away" in read(client, address)


def test_a_second_conclusion_is_shown_beside_the_first(client: Client, by: StaffMember, case: Case) -> None:
    address = f"/imaging/results/{a_picture(case, by).pk}/review/"
    unread = client.post(address, {"version": "7", "conclusion": "As typed"})
    assert unread.status_code == 412
    assert ">As typed</textarea>" in unread.content.decode().replace(">\n", ">")
    client.post(address, {"version": "1", "conclusion": "Theirs"})
    second = client.post(address, {"version": "1", "conclusion": "Mine"})
    assert second.status_code == 412
    page = second.content.decode()
    assert "<p>Theirs</p>" in page
    assert "<p>Mine</p>" in page


def test_an_ordinary_case_has_no_question_and_no_deposits(client: Client, by: StaffMember) -> None:
    case = a_case(by, onset=parse("2024"))
    assert "Is a picture wanted?" not in read(client, f"/cases/{case.pk}/")
    result = a_picture(case, by)
    page = read(client, f"/imaging/results/{result.pk}/read/")
    assert "Deposit" not in page
    client.post(
        f"/imaging/results/{result.pk}/read/", {"calibration": "NONE", "error_percent": "10", "note": "No tear"}
    )
    assert "No tear" in read(client, f"/imaging/results/{result.pk}/")


def test_a_look_is_recorded_and_strangers_find_nothing(client: Client, by: StaffMember, case: Case) -> None:
    result = a_picture(case, by)
    request = request_imaging(case=case, picture=LENGTHWISE, why="Size", due_on=clock.today(), by=by)
    read(client, f"/imaging/results/{result.pk}/")
    read(client, f"/imaging/requests/{request.pk}/")
    assert AuditEvent.objects.filter(action="imaging.seen", patient_id=case.patient_id).count() == 2
    paths = [
        f"/imaging/results/{result.pk}/",
        f"/imaging/requests/{request.pk}/",
        f"/cases/{case.pk}/imaging/request/",
        f"/cases/{case.pk}/imaging/record/",
        f"/imaging/results/{result.pk}/read/",
    ]
    client.force_login(a_physio())
    assert {client.get(path).status_code for path in paths} == {404}
    assert client.post(f"/imaging/results/{result.pk}/review/", {"conclusion": "x"}).status_code == 404
    assert "No picture waits" in read(client, "/imaging/")
    client.force_login(staff(Role.RECEPTIONIST, site=case.site))
    assert {client.get(path).status_code for path in paths} <= {403, 404}
    assert client.get("/imaging/").status_code == 403


def test_pages_cost_the_same_for_two_and_for_ten_pictures(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for how_many in (2, 10):
        case = a_calcified_case(by)
        for n in range(how_many):
            result = a_picture(case, by, ago=50 * n)
            measured(result, by, deposit="D1" if n else "", grades=[("MORRIS", "MORRIS_3A")])
        with django_assert_num_queries(14):
            read(client, f"/imaging/results/{result.pk}/")
        with django_assert_num_queries(7):
            read(client, "/imaging/")
