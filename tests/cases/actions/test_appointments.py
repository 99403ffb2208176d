from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from cases.actions.appointments import book_appointment, set_appointment
from cases.actions.patients import archive_patient
from cases.models import Appointment
from clinic.errors import NotAllowed, RuleBroken, Stale, from_database
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/London"))


def booked(by: StaffMember, at: datetime = NINE, **told: object) -> Appointment:
    told = {"patient": a_patient(by), "staff": by, "site": site_of(by), **told}
    return book_appointment(starts_at=at, by=by, **told)  # type: ignore[arg-type]


def test_a_patient_is_expected_arrives_and_is_done() -> None:
    by = a_physio()
    row = booked(by)
    assert (row.status, row.ends_at - row.starts_at) == ("BOOKED", timedelta(minutes=30))
    for version, status in enumerate(["ARRIVED", "ATTENDED", "ARRIVED", "BOOKED", "DID_NOT_ATTEND"], start=1):
        row = set_appointment(appointment=row, status=status, version=version, by=by)
        assert row.status == status
    assert AuditEvent.objects.filter(row_id=row.pk).count() == 6


def test_nobody_is_in_two_places_at_once() -> None:
    by = a_physio()
    first = booked(by)
    with pytest.raises(RuleBroken, match="booked at this time already"):
        booked(by, NINE + timedelta(minutes=29))
    booked(by, NINE + timedelta(minutes=30))
    booked(by, NINE, staff=a_physio(site_of(by)))
    set_appointment(appointment=first, status="CANCELLED", version=1, by=by, because="Ill")
    booked(by)
    with pytest.raises(RuleBroken, match="booked at this time already"):
        set_appointment(appointment=first, status="BOOKED", version=2, by=by)


def test_the_database_has_the_last_word() -> None:
    by = a_physio()
    row = booked(by)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Appointment.objects.create(
            patient=row.patient, staff=by, site=row.site, starts_at=row.starts_at, ends_at=row.ends_at
        )
    told = from_database(refused.value)
    assert told is not None
    assert told.code == "overlap"


def test_what_cannot_be_booked() -> None:
    by = a_physio()
    with pytest.raises(RuleBroken, match="physiotherapist who works at this site"):
        booked(by, staff=a_physio())
    with pytest.raises(RuleBroken, match="physiotherapist who works at this site"):
        booked(by, staff=staff(Role.RECEPTIONIST, site=site_of(by)))
    with pytest.raises(RuleBroken, match="do not work at this site"):
        booked(by, site=a_site())
    with pytest.raises(RuleBroken, match="12 hours"):
        booked(by, minutes=1000)
    gone = archive_patient(patient=a_patient(by), by=staff(Role.CLINIC_ADMIN, site=site_of(by)))
    with pytest.raises(RuleBroken, match="archived"):
        booked(by, patient=gone)


def test_states_that_do_not_follow_and_stale_ones_are_refused() -> None:
    by = a_physio()
    row = booked(by)
    with pytest.raises(Stale):
        set_appointment(appointment=row, status="ARRIVED", version=9, by=by)
    with pytest.raises(RuleBroken, match="does not follow"):
        set_appointment(appointment=row, status="BOOKED", version=1, by=by)


def test_an_auditor_books_nothing() -> None:
    by = a_physio()
    row = booked(by)
    with pytest.raises(NotAllowed):
        set_appointment(appointment=row, status="ARRIVED", version=1, by=staff(Role.AUDITOR))
    with pytest.raises(NotAllowed):
        book_appointment(
            patient=row.patient, staff=by, site=row.site, starts_at=NINE, by=staff(Role.AUDITOR, site=row.site)
        )
