from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.readings import NewMeasurement, sign_reading
from cases.models import DepositMeasurement, ImagingReading, ImagingResult
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LENGTHWISE, a_calcified_case, a_picture, measured
from tests.factories.records import a_case, a_physio, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio(name="Ada Reader")


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    return a_picture(a_calcified_case(by), by)


def test_a_reading_keeps_deposits_grades_and_who_signed(by: StaffMember, result: ImagingResult) -> None:
    reading = measured(result, by, grades=[("MORRIS", "MORRIS_3A")], note="Sharp outline")
    assert (reading.signed_name, reading.signed_hcpc, reading.calibration.code) == ("Ada Reader", "PH123456", "ERMF")
    (row,) = reading.measurements.all()
    assert (row.deposit.label, row.area_mm2, row.length_mm) == ("D1", Decimal(218), Decimal(34))
    assert row.deposit.structure.code == "STR_ACHILLES_TENDON"
    assert reading.grades.get().label.startswith("Morris")
    again = measured(
        a_picture(result.case, by, ago=90),
        by,
        deposit="D1",
        measurements=[NewMeasurement("D1", area_mm2=Decimal(100)), NewMeasurement("", area_mm2=Decimal(20))],
    )
    assert [m.deposit.label for m in again.measurements.all()] == ["D1", "D2"]


def test_as_reported_is_kept_apart_from_measured_by_us(by: StaffMember, result: ImagingResult) -> None:
    told = {"measurements": [NewMeasurement(length_mm=Decimal(30))], "result": result, "by": by}
    sign_reading(origin="REPORTED", calibration="REPORTED", **told)
    for origin, calibration in (("REPORTED", "ERMF"), ("MEASURED", "REPORTED"), ("MEASURED", "NO_SUCH"), ("?", "ERMF")):
        with pytest.raises(RuleBroken):
            sign_reading(origin=origin, calibration=calibration, **told)
    measured(result, by, deposit="D1")
    assert sorted(result.readings.values_list("origin", flat=True)) == ["MEASURED", "REPORTED"]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({}, "/measurements/0/length_mm"),
        ({"length_mm": Decimal("0.2")}, "/measurements/0/length_mm"),
        ({"length_mm": Decimal(301)}, "/measurements/0/length_mm"),
        ({"length_mm": Decimal(5), "width_mm": Decimal(6)}, "/measurements/0/width_mm"),
        ({"area_mm2": Decimal(30001)}, "/measurements/0/area_mm2"),
        ({"is_visible": False, "length_mm": Decimal(5)}, "/measurements/0/is_visible"),
        ({"deposit": "D7", "length_mm": Decimal(5)}, "/measurements/0/deposit"),
    ],
)
def test_sizes_that_cannot_be(by: StaffMember, result: ImagingResult, told: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RuleBroken) as no:
        measured(result, by, measurements=[NewMeasurement(**told)])
    assert [f.pointer for f in no.value.faults] == [pointer]


def test_no_millimetres_without_a_calibration(by: StaffMember, result: ImagingResult) -> None:
    with pytest.raises(RuleBroken) as no:
        measured(result, by, calibration="NONE")
    assert {f.code for f in no.value.faults} == {"not_calibrated"}
    reading = measured(result, by, calibration="NONE", measurements=[NewMeasurement(area_px=Decimal(11767))])
    with pytest.raises(DatabaseError), transaction.atomic():
        DepositMeasurement.objects.create(
            reading=reading, deposit=reading.measurements.get().deposit, is_calibrated=True, length_mm=Decimal(5)
        )


def test_a_classification_that_does_not_fit_is_left_empty(by: StaffMember, result: ImagingResult) -> None:
    for grades in ([("GAERTNER", "GAERTNER_I")], [("MORRIS", "NO_SUCH")], [("NO_SUCH", "X")]):
        with pytest.raises(RuleBroken) as no:
            measured(result, by, grades=grades)
        assert [f.pointer for f in no.value.faults] == [f"/grades/{grades[0][0]}"]


def test_a_reading_holds_something_and_its_error_is_possible(by: StaffMember, result: ImagingResult) -> None:
    with pytest.raises(RuleBroken) as no:
        measured(result, by, measurements=[], error_percent=Decimal(0))
    assert {f.code for f in no.value.faults} == {"empty", "out_of_range"}
    with pytest.raises(RuleBroken, match="correcting"):
        measured(a_picture(a_case(by), by), by)


def test_a_correction_takes_the_place_of_a_reading_once_and_says_why(by: StaffMember, result: ImagingResult) -> None:
    first = measured(result, by)
    with pytest.raises(RuleBroken) as no:
        measured(result, by, deposit="D1", replaces=first)
    assert [f.pointer for f in no.value.faults] == ["/replaces_because"]
    second = measured(result, by, area="215", deposit="D1", replaces=first, replaces_because="Outline was too wide")
    assert first.replaced_by == second
    with pytest.raises(RuleBroken, match="corrected already"):
        measured(result, by, deposit="D1", replaces=first, replaces_because="Again")
    other = measured(a_picture(result.case, by, picture=LENGTHWISE), by, deposit="D1", calibration="US_REGION")
    with pytest.raises(RuleBroken) as no:
        measured(result, by, deposit="D1", replaces=other, replaces_because="Mixed up")
    assert [f.code for f in no.value.faults] == ["other_reading"]


def test_what_is_signed_stays(by: StaffMember, result: ImagingResult) -> None:
    reading = measured(result, by)
    for statement in (
        "UPDATE cases_imagingreading SET note = 'x'",
        "DELETE FROM cases_depositmeasurement",
        "UPDATE cases_depositmeasurement SET area_mm2 = 1",
        "UPDATE cases_deposit SET label = 'D9'",
        "DELETE FROM cases_imaginggrade",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as c:
            c.execute(statement)
    assert ImagingReading.objects.get(pk=reading.pk).note == ""


def test_reception_reads_no_pictures(result: ImagingResult) -> None:
    with pytest.raises(NotAllowed):
        measured(result, staff(Role.RECEPTIONIST))
