"""Who comes when, to whom."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from cases.models.cases import Case
from cases.models.patients import Patient
from cases.models.reach import reach
from clinic.models.records import Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


class AppointmentStatus(models.TextChoices):
    BOOKED = "BOOKED", "expected"
    ARRIVED = "ARRIVED", "arrived"
    ATTENDED = "ATTENDED", "done"
    CANCELLED = "CANCELLED", "cancelled"
    DID_NOT_ATTEND = "DID_NOT_ATTEND", "did not attend"


class Period(Func):
    """From one instant to before another."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, staff: StaffMember) -> AppointmentQuerySet:
        """Those at this person's sites; none for those who read no patients."""
        if not staff.may(Permission.PATIENT_READ):
            return self.none()
        return self.filter(reach(staff, Q(site__in=staff.site_ids), "patient"))

    def at_sites_of(self, staff: StaffMember) -> AppointmentQuerySet:
        """Those at this person's sites, also of records that are shut to them, which `is_shut` marks: of such a one the
        day list shows when, and nothing of whom.
        """
        if not staff.may(Permission.PATIENT_READ):
            return self.none()
        seen = Appointment.objects.visible_to(staff).filter(pk=OuterRef("pk"))
        return self.filter(site__in=staff.site_ids).annotate(is_shut=~Exists(seen))

    def on(self, day: date, zone: str) -> AppointmentQuerySet:
        """Those that start on a day, as the clock of that zone has it."""
        start = datetime.combine(day, time(), ZoneInfo(zone))
        end = datetime.combine(date.fromordinal(day.toordinal() + 1), time(), ZoneInfo(zone))
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class Appointment(Record):
    """A patient is expected. A member of staff is not in two places at once: the database refuses."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="appointments")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="appointments")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=15, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    stopped_because = models.CharField(max_length=200, blank=True, default="")

    objects = AppointmentQuerySet.as_manager()
    PERSONAL = frozenset({"starts_at", "ends_at", "status", "stopped_because"})
    PLAIN = frozenset({"patient", "case", "staff", "site"})

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_it_starts"),
            ExclusionConstraint(
                name="appointment_staff_is_not_in_two_places",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["BOOKED", "ARRIVED", "ATTENDED"]),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "starts_at"], name="appointment_day_of_a_site"),
            models.Index(fields=["patient", "-starts_at"], name="appointment_of_a_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
