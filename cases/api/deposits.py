"""Deposits, and how large they were found to be."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cases.actions.readings import NewMeasurement, sign_reading
from cases.api.examples import CASE, OTHER, ROW, STAFF
from cases.api.imaging import OfResults
from cases.api.nouns import OfCases
from cases.models import Deposit, DepositMeasurement, ImagingReading, Origin
from clinic.api.fields import FlagField, IdField, QuantityField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_id
from clinic.api.resources import Act, Detail, List, Told, pointed_at
from clinic.api.shapes import CodeField, NumberField, Out
from clinic.models import StaffMember

SIZE = {"required": False, "allow_null": True}


class DepositOut(Out):
    """A calcific deposit, the same thing over studies."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    injury = serializers.UUIDField(source="injury_id")
    label = serializers.CharField(help_text="D1, D2 and so on.")
    structure = CodeField(source="structure_id", allow_null=True)

    EXAMPLE = {"id": ROW, "case": CASE, "injury": OTHER, "label": "D1", "structure": None}


class OfDeposits(OfCases):
    """What the list and the one deposit have in common."""

    noun, one, scope, detail = "deposits", "deposit", "imaging", "api_deposit"
    model, out = Deposit, DepositOut


class Deposits(OfDeposits, List):
    """Deposits of cases. One is added with its first measurement."""

    filters = {"case": by_id("case_id"), "injury": by_id("injury_id")}
    is_followed = True


class OneDeposit(OfDeposits, Detail):
    """A calcific deposit."""


class DepositMeasurementOut(Out):
    """One deposit on one study. An area is in mm² where the picture is calibrated, in pixels where it is not."""

    id = serializers.UUIDField()
    deposit = serializers.UUIDField(source="deposit_id")
    imaging_result = serializers.UUIDField(source="reading.result_id")
    origin = serializers.ChoiceField(Origin.choices, source="reading.origin")
    calibration = CodeField(source="reading.calibration_id")
    is_calibrated = serializers.BooleanField()
    is_visible = serializers.BooleanField()
    length_mm = NumberField(allow_null=True)
    width_mm = NumberField(allow_null=True)
    thickness_mm = NumberField(allow_null=True)
    area_mm2 = NumberField(allow_null=True)
    area_px = NumberField(allow_null=True)
    error_percent = NumberField(source="reading.error_percent", help_text="Of the reading.")
    read_on = serializers.DateField(source="reading.read_on")
    signed_by = serializers.UUIDField(source="reading.signed_by_id")
    signed_name = serializers.CharField(source="reading.signed_name")

    EXAMPLE = {
        "id": ROW,
        "deposit": OTHER,
        "imaging_result": OTHER,
        "origin": "MEASURED",
        "calibration": "CALIBRATED_FIDUCIAL",
        "is_calibrated": True,
        "is_visible": True,
        "length_mm": 22.0,
        "width_mm": 12.0,
        "thickness_mm": None,
        "area_mm2": 218.0,
        "area_px": None,
        "error_percent": 10.0,
        "read_on": "2026-09-07",
        "signed_by": STAFF,
        "signed_name": "Giulia Renna",
    }


class OfDepositMeasurements(OfCases):
    """Those of readings that were not replaced by another."""

    noun, one, scope, detail = "deposit measurements", "deposit measurement", "imaging", "api_deposit_measurement"
    model, out = DepositMeasurement, DepositMeasurementOut
    case, patient = "reading__result__case", "reading__result__case__patient"


class DepositMeasurements(OfDepositMeasurements, List):
    """How large deposits were found to be; of readings that were replaced nothing. To read a picture is to sign it."""

    filters = {
        "case": by_id("reading__result__case_id"),
        "deposit": by_id("deposit_id"),
        "imaging_result": by_id("reading__result_id"),
        "origin": by_choice("reading__origin", Origin.values),
    }
    is_followed = True

    def listed(self, by: StaffMember) -> Any:
        return self.visible(by).filter(reading__replaced_by=None)

    def gone(self, ids: list[Any], by: StaffMember) -> dict[Any, Told]:
        replaced = self.visible(by).filter(pk__in=ids).exclude(reading__replaced_by=None)
        corrected = {pk: {"reason": "corrected"} for pk in replaced.values_list("pk", flat=True)}
        return super().gone(ids, by) | corrected


class OneDepositMeasurement(OfDepositMeasurements, Detail):
    """One deposit on one study."""


class SizeIn(StrictSerializer):
    """One deposit as it is seen: by its label, or a new one without it."""

    deposit = TextField(max_length=4, required=False)
    is_visible = FlagField(required=False)
    length_mm = QuantityField(**SIZE)
    width_mm = QuantityField(**SIZE)
    thickness_mm = QuantityField(**SIZE)
    area_mm2 = QuantityField(**SIZE)
    area_px = QuantityField(**SIZE)


class GradeIn(StrictSerializer):
    """A grade of a classification of the catalogue."""

    classification = TextField(max_length=60)
    grade = TextField(max_length=60)


class ReadingIn(StrictSerializer):
    """What was read on a picture, by the reporter or by us. A correction names the one it replaces, and why."""

    origin = serializers.ChoiceField(Origin.choices)
    calibration = TextField(max_length=60)
    measurements = SizeIn(many=True, required=False)
    grades = GradeIn(many=True, required=False)
    note = TextField(max_length=5000, required=False)
    error_percent = QuantityField(required=False, min_value=1, max_value=50)
    replaces = IdField(required=False, allow_null=True)
    replaces_because = TextField(max_length=500, required=False)

    EXAMPLE = {
        "origin": "MEASURED",
        "calibration": "CALIBRATED_FIDUCIAL",
        "measurements": [{"deposit": "D1", "length_mm": 22, "width_mm": 12, "area_mm2": 218}],
    }


class SignReading(OfResults, Act):
    """Read a picture; signed as it is made."""

    into = ReadingIn
    asks_version = False

    @property
    def scopes(self) -> dict[str, str]:  # type: ignore[override]
        return {"POST": "reviews:sign"}

    def do(self, row: Any, version: int, told: Told, by: StaffMember) -> ImagingReading:
        replaced = told.get("replaces")
        return sign_reading(
            result=row,
            origin=told["origin"],
            calibration=told["calibration"],
            measurements=[size_of(one) for one in told.get("measurements", [])],
            grades=[(one["classification"], one["grade"]) for one in told.get("grades", [])],
            note=told.get("note", ""),
            replaces=replaced and pointed_at(ImagingReading.objects.filter(result=row), replaced, "replaces"),
            replaces_because=told.get("replaces_because", ""),
            by=by,
            **({"error_percent": Decimal(str(told["error_percent"]))} if "error_percent" in told else {}),
        )


def size_of(told: Told) -> NewMeasurement:
    known = {name: value for name, value in told.items() if value is not None}
    sizes = {n: Decimal(str(v)) for n, v in known.items() if n not in ("deposit", "is_visible")}
    return NewMeasurement(**{**known, **sizes})
