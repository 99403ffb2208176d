from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.imaging import (
    Picture,
    cancel_imaging,
    decline_imaging,
    mark_requested,
    record_imaging,
    request_imaging,
    review_imaging,
)
from cases.models import Case, ImagingRequest, ImagingResult
from cases.rules.imprecise_dates import parse
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LATERAL, LENGTHWISE, a_calcified_case, a_picture, days_ago, measured
from tests.factories.records import a_physio, staff

pytestmark = pytest.mark.django_db


def wanted(case: Case, by: StaffMember, picture: Picture = LATERAL, days: int = 50, **told: object) -> ImagingRequest:
    due = clock.today() + timedelta(days=days)
    return request_imaging(case=case, picture=picture, why="Size", due_on=due, by=by, **told)  # type: ignore[arg-type]


def test_a_picture_is_planned_requested_received_measured_and_reviewed() -> None:
    by = a_physio()
    case = a_calcified_case(by)
    request = wanted(case, by)
    assert request.status == "PLANNED"
    request = mark_requested(request=request, version=1, by=by)
    assert (request.status, request.requested_on, request.requested_by) == ("REQUESTED", clock.today(), by)
    result = a_picture(case, by, request=request, reporter="Dr X", report_text="Calcification of 34 mm")
    request.refresh_from_db()
    assert request.status == "RECEIVED"
    assert list(ImagingResult.objects.to_measure()) == [result]
    measured(result, by)
    assert (list(ImagingResult.objects.to_measure()), list(ImagingResult.objects.to_review())) == ([], [result])
    result = review_imaging(result=result, version=1, conclusion="As large as before.", by=by)
    assert list(ImagingResult.objects.to_review()) == []
    told = set(AuditEvent.objects.filter(action__startswith="imaging.").values_list("action", flat=True))
    assert told == {
        "imaging.planned",
        "imaging.requested",
        "imaging.answered",
        "imaging.received",
        "imaging.read",
        "imaging.reviewed",
    }


def test_a_picture_that_is_requested_at_once_or_not_wanted_or_cancelled() -> None:
    by = a_physio()
    case = a_calcified_case(by)
    request = wanted(case, by, is_requested=True)
    assert (request.status, request.requested_by) == ("REQUESTED", by)
    with pytest.raises(RuleBroken, match="requested already"):
        mark_requested(request=request, version=1, by=by)
    with pytest.raises(RuleBroken, match="not wanted any more"):
        cancel_imaging(request=request, version=1, reason=" ", by=by)
    request = cancel_imaging(request=request, version=1, reason="Patient declined", by=by)
    assert request.status == "CANCELLED"
    with pytest.raises(RuleBroken, match="cancelled already"):
        a_picture(case, by, request=request)
    with pytest.raises(RuleBroken, match="no picture is wanted"):
        decline_imaging(case=case, reason="", by=by)
    assert decline_imaging(case=case, reason="It would change nothing", by=by).status == "NOT_WANTED"


def test_two_x_rays_within_42_days_are_questioned_and_other_pictures_are_not() -> None:
    by = a_physio()
    case = a_calcified_case(by)
    a_picture(case, by, ago=10)
    with pytest.raises(RuleBroken, match="less than 42 days") as no:
        wanted(case, by, days=31)
    assert no.value.field == "repeat_reason"
    wanted(case, by, days=32)
    assert wanted(case, by, days=5, repeat_reason="A fall since").repeat_reason == "A fall since"
    with pytest.raises(RuleBroken, match="less than 42 days"):
        a_picture(case, by)
    a_picture(case, by, picture=LENGTHWISE)
    a_picture(case, by, picture=Picture("IMG_XRAY_DX", "REG_KNEE", "RIGHT", "XR_AP"))
    a_picture(case, by, picture=Picture("IMG_XRAY_DX", "REG_ANKLE", "LEFT", "XR_AP"))
    a_picture(case, by, ago=10, picture=Picture("IMG_XRAY_CR", "REG_ANKLE", "RIGHT", "XR_AP"))


@pytest.mark.parametrize(
    ("picture", "pointer"),
    [
        (Picture("NO_SUCH", "REG_ANKLE", "RIGHT"), "/modality"),
        (Picture("XR_AP", "REG_ANKLE", "RIGHT"), "/modality"),
        (Picture("IMG_US", "REG_ANKLE", "RIGHT", "XR_AP"), "/view"),
        (Picture("IMG_US", "REG_MOON", "RIGHT"), "/region"),
        (Picture("IMG_US", "REG_ANKLE", "UP"), "/side"),
    ],
)
def test_a_picture_is_of_something_that_there_is(picture: Picture, pointer: str) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        wanted(a_calcified_case(by), by, picture)
    assert [f.pointer for f in no.value.faults] == [pointer]


def test_what_a_request_and_a_result_need() -> None:
    by = a_physio()
    case = a_calcified_case(by)
    with pytest.raises(RuleBroken) as no:
        request_imaging(case=case, picture=LATERAL, why="", due_on=clock.today() - timedelta(days=1), by=by)
    assert {f.pointer for f in no.value.faults} == {"/why", "/due_on"}
    with pytest.raises(RuleBroken) as no:
        record_imaging(case=case, picture=LATERAL, taken=days_ago(-1), source="MARS", by=by)
    assert {f.pointer for f in no.value.faults} == {"/source", "/taken"}
    with pytest.raises(RuleBroken) as no:
        record_imaging(case=case, picture=LATERAL, taken=parse("1980"), source="NHS", by=by)
    assert {f.code for f in no.value.faults} == {"before_the_birth"}
    other = wanted(a_calcified_case(by), by)
    with pytest.raises(RuleBroken, match="another case"):
        a_picture(case, by, request=other)


def test_a_review_says_what_follows_once_and_of_what_one_saw() -> None:
    by = a_physio()
    result = a_picture(a_calcified_case(by), by)
    with pytest.raises(RuleBroken, match="what follows"):
        review_imaging(result=result, version=1, conclusion=" ", by=by)
    with pytest.raises(Stale):
        review_imaging(result=result, version=5, conclusion="Nothing", by=by)
    review_imaging(result=result, version=1, conclusion="Nothing", by=by)
    with pytest.raises(RuleBroken, match="reviewed already"):
        review_imaging(result=result, version=2, conclusion="Nothing", by=by)


def test_reception_handles_no_pictures() -> None:
    by, desk = a_physio(), staff(Role.RECEPTIONIST)
    case = a_calcified_case(by)
    request, result = wanted(case, by), a_picture(case, by)
    for verb in (
        lambda: wanted(case, desk),
        lambda: decline_imaging(case=case, reason="x", by=desk),
        lambda: mark_requested(request=request, version=1, by=desk),
        lambda: cancel_imaging(request=request, version=1, reason="x", by=desk),
        lambda: a_picture(case, desk),
        lambda: review_imaging(result=result, version=1, conclusion="x", by=desk),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_database_refuses_a_picture_of_tomorrow_and_the_request_of_another_case() -> None:
    by = a_physio()
    result = a_picture(a_calcified_case(by), by)
    request = wanted(a_calcified_case(by), by)
    for change, value, told in (
        ("taken_on", clock.today() + timedelta(days=2), "in the future"),
        ("request_id", request.pk, "belongs to another case"),
    ):
        with pytest.raises(DatabaseError, match=told), transaction.atomic(), connection.cursor() as c:
            c.execute(
                f"UPDATE cases_imagingresult SET {change} = %s, version = version + 1 WHERE id = %s",
                [value, result.pk],
            )
