"""The end of a case."""

from typing import Any

from rest_framework import serializers

from cases.api.cases import OfAllCases
from cases.models import Case, CaseOutcome
from clinic.api.fields import StrictSerializer, TextField
from clinic.api.resources import Act, Told, same_version
from clinic.models import StaffMember
from treatments.actions.discharges import discharge_case


class DischargeIn(StrictSerializer):
    """How the case ended."""

    outcome = serializers.ChoiceField(CaseOutcome.choices)
    reason = TextField(max_length=5000, required=False, allow_blank=True)

    EXAMPLE = {"outcome": "GOALS_MET"}


class DischargeCase(OfAllCases, Act):
    """Discharge a case. Notes that are not signed are signed or discarded first."""

    into = DischargeIn

    def do(self, row: Case, version: int, told: Told, by: StaffMember) -> Any:
        same_version(row, version)
        return discharge_case(case=row, outcome=told["outcome"], reason=told.get("reason", ""), by=by)
