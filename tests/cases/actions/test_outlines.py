import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError

from cases.actions.imaging_files import Sent, keep_files
from cases.actions.imaging_frames import render_frames
from cases.actions.outlines import NewOutline, NewScale, read_drawn, sign_outlines
from cases.models import Calibration, ImagingFile, ImagingReading, ImagingResult, Outline
from cases.queries.pictures import courses_of
from cases.queries.viewers import comparable_with, outlines_of, reference_for, shown_of
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import Seal, StaffMember
from clinic.rules.permissions import Role
from tests.factories.imaging_files import a_dicom_file
from tests.factories.pictures import LENGTHWISE, a_calcified_case, a_picture, days_ago
from tests.factories.records import a_physio, site_of, staff
from treatments.demo.phantoms import Person, achilles
from treatments.queries.verification import Checked, verify_records

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
SQUARE = ((10.0, 10.0), (30.0, 10.0), (30.0, 20.0), (10.0, 20.0))
OFFERED = NewScale("DETECTOR_PLANE", 0.2, 0.1)


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    return a_picture(a_calcified_case(by), by)


def a_file(result: ImagingResult, by: StaffMember, data: bytes | None = None) -> ImagingFile:
    """48 rows of 64 columns that are 0.2 by 0.1 mm at the detector, if nothing else is told; its frame is written."""
    data = data or a_dicom_file(ImagerPixelSpacing=[0.2, 0.1])
    (kept,) = keep_files(result=result, sent=[Sent(io.BytesIO(data), "picture.dcm")], by=by).outcomes
    assert kept.file is not None, kept
    render_frames.call(str(kept.file.pk))
    return kept.file


def outlined(
    result: ImagingResult, file: ImagingFile, by: StaffMember, points: Sequence[Any] = SQUARE, **told: Any
) -> ImagingReading:
    told = {"scale": OFFERED, "drawn": [NewOutline("D1", tuple(points))], **told}
    return sign_outlines(result=result, file=file.pk, by=by, **told)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_the_sizes_follow_from_the_outline(result: ImagingResult, by: StaffMember) -> None:
    file = a_file(result, by)
    reading = outlined(result, file, by, note="Dense.")
    size = reading.measurements.get()
    assert (size.deposit.label, size.area_px, size.area_mm2) == ("D1", Decimal(200), Decimal("4.0"))
    assert (size.length_mm, size.width_mm) == (Decimal("2.8"), Decimal("2.8"))  # 2 by 2 mm: along its diagonal
    assert (reading.calibration.code, reading.error_percent, reading.note) == ("DETECTOR_PLANE", Decimal(30), "Dense.")
    kept = Calibration.objects.get(file=file)
    assert (kept.row_mm, kept.column_mm, kept.line) == (Decimal("0.2"), Decimal("0.1"), None)
    outline = Outline.objects.get(measurement=size)
    assert (outline.file, outline.frame, outline.scale) == (file, 1, kept)
    (told,) = outlines_of(result)
    assert (told["points"], told["area_mm2"]) == ([list(point) for point in SQUARE], 4.0)


def test_the_next_reading_knows_the_deposit_and_the_scale(result: ImagingResult, by: StaffMember) -> None:
    file = a_file(result, by)
    outlined(result, file, by)
    second = [NewOutline("D3", SQUARE), NewOutline("D1", SQUARE), NewOutline("D2", SQUARE)]
    reading = sign_outlines(result=result, file=file.pk, scale=OFFERED, drawn=second, by=by)
    assert [size.deposit.label for size in reading.measurements.order_by("deposit__label")] == ["D1", "D2", "D3"]
    assert (Calibration.objects.count(), result.case.deposits.count()) == (1, 3)


def test_a_line_of_known_length_is_a_scale(result: ImagingResult, by: StaffMember) -> None:
    file = a_file(result, by, a_dicom_file())
    assert (shown_of(result)[0].scale, shown_of(result)[0].offered) == (None, [])
    line = NewScale("MANUAL_SCALE", line=((5.0, 40.0), (55.0, 40.0)), line_mm=25)
    size = outlined(result, file, by, scale=line).measurements.get()
    assert (size.area_mm2, size.length_mm, size.width_mm) == (Decimal(50), Decimal("11.2"), Decimal("8.9"))
    kept = Calibration.objects.get()
    assert (kept.line, kept.line_mm, kept.column_mm) == ([5, 40, 55, 40], Decimal(25), Decimal("0.5"))
    scale = shown_of(result)[0].scale
    assert scale is not None
    assert (scale["kind"], scale["line"], scale["known_mm"]) == ("MANUAL_SCALE", [[5, 40], [55, 40]], 25)


def test_without_a_scale_there_are_pixels_only(result: ImagingResult, by: StaffMember) -> None:
    size = outlined(result, a_file(result, by), by, scale=NewScale()).measurements.get()
    assert (size.area_px, size.area_mm2, size.length_mm, size.is_calibrated) == (Decimal(200), None, None, False)
    assert (Calibration.objects.count(), Outline.objects.get().scale) == (0, None)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"points": SQUARE[:2]}, ("/outlines/0", "too_few")),
        ({"points": [*SQUARE, (65.0, 10.0)]}, ("/outlines/0", "off_picture")),
        ({"points": ((10.0, 10.0), (40.0, 30.0), (40.0, 10.0), (10.0, 20.0))}, ("/outlines/0", "crosses_itself")),
        ({"drawn": [NewOutline("D1", SQUARE, frame=2)]}, ("/outlines/0", "no_frame")),
        ({"scale": NewScale("ERMF", 0.2, 0.1)}, ("/scale", "not_offered")),
        ({"scale": NewScale("DETECTOR_PLANE", 0.1, 0.1)}, ("/scale", "not_offered")),
        ({"scale": NewScale("MANUAL_SCALE")}, ("/scale", "missing")),
        ({"scale": NewScale("MANUAL_SCALE", line=SQUARE[:2], line_mm=0.1)}, ("/scale", "no_length")),
        ({"scale": NewScale("MANUAL_SCALE", line=((0, 0), (5, 0)), line_mm=5)}, ("/scale", "too_short")),
        ({"drawn": [], "gone": ["D7"]}, ("/measurements/0/deposit", "unknown_deposit")),
    ],
)
def test_what_is_no_outline_or_no_scale_is_refused(
    result: ImagingResult, by: StaffMember, told: dict[str, Any], fault: tuple[str, str]
) -> None:
    file = a_file(result, by)
    with pytest.raises(RuleBroken) as refused:
        outlined(result, file, by, **told)
    assert codes(refused) == [fault]
    assert (ImagingReading.objects.count(), Calibration.objects.count()) == (0, 0)


def test_the_scale_of_an_ultrasound_holds_in_its_region(by: StaffMember) -> None:
    case = a_calcified_case(by)
    result = a_picture(case, by, picture=LENGTHWISE)
    made = achilles("ultrasound_before", days_ago(0).on, of(case.patient))
    file = a_file(result, by, made.data)
    (scale,) = shown_of(result)[0].offered
    told = NewScale(scale["kind"], scale["row_mm"], scale["column_mm"])
    left, top, _right, _bottom = scale["box"]
    if (left, top) != (0, 0):
        with pytest.raises(RuleBroken) as refused:
            outlined(result, file, by, points=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)), scale=told)
        assert codes(refused) == [("/outlines/0", "off_scale")]
    size = outlined(result, file, by, points=made.outline, scale=told).measurements.get()
    assert (size.length_mm, size.width_mm) == (Decimal("31.5"), Decimal("8.2"))


def of(patient: Any) -> Person:
    return Person(name=f"{patient.family_name}^{patient.given_names}", born_on=patient.born_on)


def test_the_deposit_of_the_achilles_pictures_shrank_by_27_5_percent(by: StaffMember) -> None:
    case = a_calcified_case(by)
    results = []
    for which, ago in (("xray_before", 112), ("xray_after", 0)):
        result = a_picture(case, by, ago=ago, repeat_reason="To see the reduction")
        made = achilles(which, days_ago(ago).on, of(case.patient))
        file = a_file(result, by, made.data)
        scale = shown_of(result)[0].scale
        assert scale is not None
        told = NewScale(scale["kind"], scale["row_mm"], scale["column_mm"])
        outlined(result, file, by, points=made.outline, scale=told)
        results.append(result)
    ((course),) = courses_of(case)
    before, after = course.seen
    assert (before.measurement.area_mm2, after.measurement.area_mm2) == (Decimal(218), Decimal(158))
    assert after.change is not None
    assert (after.change.percent, after.change.category) == (Decimal("-27.5"), "RES_PARTIAL")
    assert after.change.length_change_mm == Decimal("-4.5")
    assert reference_for(results[1], comparable_with(results[1]), "") == results[0]
    assert reference_for(results[0], comparable_with(results[0]), str(results[1].pk)) == results[1]


def test_who_may_not_sign_does_not_outline(result: ImagingResult, by: StaffMember) -> None:
    file = a_file(result, by)
    with pytest.raises(NotAllowed):
        outlined(result, file, staff(Role.CLINIC_ADMIN, site=site_of(by)))


def test_a_file_of_another_picture_is_refused(result: ImagingResult, by: StaffMember) -> None:
    other = a_file(a_picture(result.case, by), by)
    with pytest.raises(RuleBroken) as refused:
        outlined(result, other, by)
    assert codes(refused) == [("/file", "unknown_file")]


def test_an_outline_is_sealed_with_its_reading_and_stays(result: ImagingResult, by: StaffMember) -> None:
    reading = outlined(result, a_file(result, by), by)
    (sealed,) = Seal.objects.get(row_id=reading.pk).document["parts"]["cases.outline"]
    assert sealed["points"] == [list(point) for point in SQUARE]
    assert list(verify_records(Checked())) == []
    with pytest.raises(DatabaseError):
        Outline.objects.update(points=[])


def test_what_a_viewer_sends_is_read() -> None:
    told = read_drawn(
        {
            "file": "01a2f3c4-0000-7000-8000-000000000002",
            "scale": {"kind": "MANUAL_SCALE", "line": [[1, 2], [3, 4]], "known_mm": 5, "row_mm": 1},
            "outlines": [{"deposit": "D1", "points": [[1, 2.5]], "frame": 3}],
            "gone": ["D2"],
        }
    )
    assert told["scale"] == NewScale("MANUAL_SCALE", 1, None, ((1, 2), (3, 4)), 5)
    assert (told["drawn"], told["gone"]) == ([NewOutline("D1", ((1, 2.5),), 3)], ["D2"])


@pytest.mark.parametrize(
    "told", [{}, {"file": "x"}, {"outlines": 1}, {"outlines": [{}]}, {"outlines": [{"deposit": "D1", "points": [1]}]}]
)
def test_nonsense_is_no_drawing(told: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_drawn({"file": "01a2f3c4-0000-7000-8000-000000000002", **told} if told else told)
