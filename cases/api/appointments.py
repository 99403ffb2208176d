"""Whom the clinic expects, and when."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from cases.actions.appointments import book_appointment, set_appointment
from cases.api.cases import OfAllCases
from cases.api.examples import CASE, PATIENT, ROW, SITE, STAFF, VERSION
from cases.api.patients import OfPatients
from cases.models import Appointment, AppointmentStatus, Case, Patient
from cases.queries.gone import gone_with_patient
from clinic.api.fields import CountField, IdField, InstantField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_id, by_instant
from clinic.api.resources import Addable, Changeable, Told, pointed_at
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.models import Site, StaffMember


class AppointmentIn(StrictSerializer):
    """A patient is expected."""

    patient = IdField()
    case = IdField(required=False, allow_null=True)
    staff = IdField(help_text="A physiotherapist who works at the site.")
    site = IdField(help_text="One of your own sites.")
    starts_at = InstantField()
    minutes = CountField(required=False, min_value=5, max_value=720)

    EXAMPLE = {
        "patient": PATIENT,
        "staff": STAFF,
        "site": SITE,
        "starts_at": "2026-09-14T09:30:00+01:00",
        "minutes": 45,
    }


class AppointmentPatch(StrictSerializer):
    """What became of it: ARRIVED, ATTENDED, CANCELLED, DID_NOT_ATTEND; or taken back."""

    status = serializers.ChoiceField(AppointmentStatus.choices)
    stopped_because = TextField(max_length=200, required=False, allow_blank=True)

    EXAMPLE = {"status": "ARRIVED"}


class AppointmentOut(Out):
    """A patient is expected."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    case = serializers.UUIDField(source="case_id", allow_null=True)
    staff = serializers.UUIDField(source="staff_id")
    site = serializers.UUIDField(source="site_id")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    status = serializers.ChoiceField(AppointmentStatus.choices)
    stopped_because = MaybeField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "patient": PATIENT,
        "case": CASE,
        "staff": STAFF,
        "site": SITE,
        "starts_at": "2026-09-14T08:30:00Z",
        "ends_at": "2026-09-14T09:15:00Z",
        "status": "BOOKED",
        "stopped_because": None,
        **VERSION,
    }


class OfAppointments:
    """What the list and the one appointment have in common."""

    noun, one, scope, detail, patient = "appointments", "appointment", "patients", "api_appointment", "patient"
    model, out = Appointment, AppointmentOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        return Appointment.objects.visible_to(by)


class Appointments(OfAppointments, Addable):
    """Whom the clinic expects, and when."""

    into = AppointmentIn
    filters = {
        "patient": by_id("patient_id"),
        "case": by_id("case_id"),
        "staff": by_id("staff_id"),
        "site": by_id("site_id"),
        "status": by_choice("status", AppointmentStatus.values),
        "starts_at_after": by_instant("starts_at__gt"),
        "starts_at_before": by_instant("starts_at__lt"),
    }
    expands = {"patient": OfPatients, "case": OfAllCases}
    orderings = ("pk", "starts_at", "updated_at")
    is_followed = True

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        return gone_with_patient(Appointment.objects.filter(pk__in=ids), by, "patient")

    def add(self, told: Told, by: StaffMember) -> Appointment:
        patient = pointed_at(Patient.objects.visible_to(by), told["patient"], "patient")
        case = told.get("case")
        return book_appointment(
            patient=patient,
            case=case and pointed_at(Case.objects.visible_to(by).filter(patient=patient), case, "case"),
            staff=pointed_at(StaffMember.objects.all(), told["staff"], "staff"),
            site=pointed_at(Site.objects.filter(pk__in=by.site_ids), told["site"], "site"),
            starts_at=told["starts_at"],
            minutes=told.get("minutes", 30),
            by=by,
        )


class OneAppointment(OfAppointments, Changeable):
    """One appointment; what became of it is said with a change."""

    patch_with = AppointmentPatch

    def change(self, row: Appointment, version: int, told: Told, by: StaffMember) -> Appointment:
        because = told.get("stopped_because", row.stopped_because)
        return set_appointment(
            appointment=row, status=told.get("status", row.status), version=version, because=because, by=by
        )
