"""The day list: who comes when, who is there, who came, who did not."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.used import require_used
from cases.models import Appointment, AppointmentStatus, Case, Patient
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

TAKES_TIME = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.ATTENDED)
LONGEST = timedelta(hours=12)
# From each state the others that may follow; a slip of the finger can be taken back.
FOLLOWS = {
    AppointmentStatus.BOOKED: ("ARRIVED", "ATTENDED", "DID_NOT_ATTEND", "CANCELLED"),
    AppointmentStatus.ARRIVED: ("ATTENDED", "BOOKED", "DID_NOT_ATTEND", "CANCELLED"),
    AppointmentStatus.ATTENDED: ("ARRIVED", "BOOKED"),
    AppointmentStatus.DID_NOT_ATTEND: ("BOOKED", "ARRIVED"),
    AppointmentStatus.CANCELLED: ("BOOKED",),
}


@transaction.atomic
def book_appointment(
    *,
    patient: Patient,
    staff: StaffMember,
    site: Site,
    starts_at: datetime,
    by: StaffMember,
    minutes: int = 30,
    case: Case | None = None,
) -> Appointment:
    """Expects a patient. Refused where this member of staff is expected elsewhere at that time."""
    require(by, Permission.PATIENT_REGISTER)
    require_used(patient)
    if site.pk not in by.site_ids:
        raise RuleBroken("not_your_site", _("You do not work at this site."), field="site")
    if not (staff.is_active and staff.may(Permission.SESSION_LOG) and site.pk in staff.site_ids):
        raise RuleBroken("cannot_treat", _("Choose a physiotherapist who works at this site."), field="staff")
    if not 5 <= minutes <= LONGEST / timedelta(minutes=1):
        raise RuleBroken("out_of_range", _("Between 5 minutes and 12 hours."), field="minutes")
    ends_at = starts_at + timedelta(minutes=minutes)
    require_free(staff, starts_at, ends_at)
    row = Appointment.objects.create(
        patient=patient, case=case, staff=staff, site=site, starts_at=starts_at, ends_at=ends_at
    )
    audit.record("appointment.booked", by=by, about=row, patient_id=patient.pk)
    return row


@transaction.atomic
def set_appointment(
    *, appointment: Appointment, status: str, version: int, by: StaffMember, because: str = ""
) -> Appointment:
    """Arrived, done, did not attend, cancelled; or taken back. Raises Stale."""
    require(by, Permission.PATIENT_REGISTER)
    locked = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if locked.version != version:
        raise Stale
    if status not in FOLLOWS[AppointmentStatus(locked.status)]:
        raise RuleBroken("not_possible", _("That does not follow from the state it is in."), conflict=True)
    if status in TAKES_TIME and locked.status not in TAKES_TIME:
        require_free(locked.staff, locked.starts_at, locked.ends_at, but=locked)
    locked.status, locked.stopped_because = status, because.strip()[:200]
    locked.save_change("status", "stopped_because")
    audit.record(f"appointment.{status.lower()}", by=by, about=locked, patient_id=locked.patient_id)
    return locked


def require_free(staff: StaffMember, starts_at: datetime, ends_at: datetime, but: Appointment | None = None) -> None:
    """The database has the last word; this says it in words, and with whom."""
    taken = (
        Appointment.objects.filter(staff=staff, status__in=TAKES_TIME, starts_at__lt=ends_at, ends_at__gt=starts_at)
        .exclude(pk=but.pk if but else None)
        .first()
    )
    if taken is not None:
        told = _("%(who)s is booked at this time already. Choose another time.") % {"who": staff.name}
        raise RuleBroken("overlap", told, field="starts_at", conflict=True)
