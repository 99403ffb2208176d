"""Patients by the number that another system gave them."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.identifiers import add_identifier
from cases.actions.patients import change_patient
from cases.api.patients import OfOnePatient, PatientIn, PatientOut, add_patient, written
from cases.models import Patient, PatientIdentifier
from cases.rules.nhs_numbers import digits_of
from clinic import audit
from clinic.api.lists import refuse_unknown
from clinic.api.resources import One, if_match, read
from clinic.errors import RuleBroken
from clinic.models import StaffMember

NOT_CHANGED = ("site", "confirm_not_duplicate")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The etag of the patient, where something of them is changed."
)


class ByIdentifier(OfOnePatient, One):
    """A patient by an own number: `system` names the system, `value` is its number of them."""

    scopes = {"GET": "patients:read", "PUT": "patients:write"}

    def held(self, system: str, value: str, by: StaffMember) -> Patient | None:
        """Who has this number, as far as this person may see them."""
        rows = PatientIdentifier.objects.in_force().filter(system=system, value=value)
        pk = rows.values_list("patient_id", flat=True).first()
        return self.found(pk, by) if pk and self.visible(by).filter(pk=pk).exists() else None

    @extend_schema(
        operation_id="patients_read_by_identifier",
        summary="Read a patient by an own number",
        responses=PatientOut,
    )
    def get(self, request: Request, system: str, value: str) -> Response:
        refuse_unknown(request, set())
        patient = self.held(system, value, request.user) if may_be_a_number(system, value) else None
        if patient is None:
            raise Http404
        audit.seen("patient", by=request.user, about=patient, patient_id=patient.pk)
        return self.answer(patient.pk, request.user)

    @extend_schema(
        operation_id="patients_put_by_identifier",
        summary="Register a patient under an own number, or change who has it",
        parameters=[IF_MATCH],
        request=PatientIn,
        responses={200: PatientOut, 201: PatientOut},
    )
    def put(self, request: Request, system: str, value: str) -> Response:
        """Where nobody has the number the person is registered with it (201). Where somebody has, what is different of
        them is changed, with `If-Match`; where nothing is, as when an answer was lost, nothing happens (200).
        """
        told = read(PatientIn, request)
        by = request.user
        if not may_be_a_number(system, value):
            raise RuleBroken("not_readable", "A system and a number have at most 100 characters, none of them odd.")
        patient = self.held(system, value, by)
        if patient is not None:
            changes = {name: new for name, new in written(told).items() if name not in NOT_CHANGED}
            if any(differs(patient, name, new) for name, new in changes.items()):
                change_patient(patient=patient, version=if_match(request), changes=changes, by=by)
            return self.answer(patient.pk, by)
        with transaction.atomic():
            made = add_patient(self, told, by)
            add_identifier(patient=made, system=system, value=value, by=by)
        return self.answer(made.pk, by, status.HTTP_201_CREATED)


def differs(patient: Patient, name: str, new: Any) -> bool:
    if name == "nhs_number":
        return (digits_of(new) or None) != patient.nhs_number
    return bool(getattr(patient, name) != new)


def may_be_a_number(*texts: str) -> bool:
    return all("\x00" not in text and len(text) <= 100 and text == text.strip() for text in texts)
