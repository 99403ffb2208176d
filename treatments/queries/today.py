"""What waits for somebody today."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from cases.models import Appointment, AppointmentStatus, Case, CaseStep, ImagingRequest
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import ScreeningAnswer, Session, SessionStatus
from treatments.queries.case_lists import lately_discharged

QUIET_WEEKS = 3
WARNED_DAYS = 14
LATELY_WEEKS = 12
MOST = 50
TAKES_TIME = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.ATTENDED)


@dataclass(frozen=True)
class Expected:
    """Somebody who is expected, with the open cases that one may see, and the notes of each visit that cases share."""

    appointment: Appointment
    cases: tuple[Case, ...]
    visits: tuple[tuple[Session, ...], ...] = ()


@dataclass(frozen=True)
class Today:
    """What waits for one person. `expiring` are cases with the day on which the first "no" runs out."""

    drafts: tuple[Session, ...]
    cases: tuple[Case, ...]
    quiet: tuple[Case, ...]
    imaging: tuple[ImagingRequest, ...]
    expiring: tuple[tuple[Case, date], ...]
    discharged: tuple[CaseStep, ...]


def day_of(staff: StaffMember, day: date, zone: str, *, everybody: bool) -> list[Expected]:
    """Who is expected on a day, in the order of time: by this person, or by everybody at their sites."""
    rows = Appointment.objects.at_sites_of(staff).on(day, zone).select_related("patient", "staff", "site")
    if not everybody:
        rows = rows.filter(staff=staff)
    found = list(rows.order_by("starts_at", "id")[:400])
    cases = (
        open_cases_of(staff, {row.patient_id for row in found if not row.is_shut})
        if staff.may(Permission.CASE_READ)
        else {}
    )
    shared = shared_visits(staff, found, day)
    return [
        Expected(row, tuple(cases.get(row.patient_id, ())), tuple(shared.get((row.patient_id, row.staff_id), ())))
        for row in found
    ]


def shared_visits(
    staff: StaffMember, rows: list[Appointment], day: date
) -> dict[tuple[UUID, UUID], list[tuple[Session, ...]]]:
    """The visits of a day with notes of several cases, by patient and author; each with its notes."""
    notes = Session.objects.visible_to(staff).exclude(visit=None).exclude(status=SessionStatus.DISCARDED)
    recent = notes.filter(
        Q(occurred_on=day) | Q(status=SessionStatus.DRAFT), case__patient__in={row.patient_id for row in rows}
    )
    visits: dict[UUID, list[Session]] = defaultdict(list)
    for note in recent.select_related("case").order_by("created_at"):
        if str(note.occurred_on or note.draft.get("occurred_on")) == day.isoformat():
            visits[note.visit].append(note)
    found: dict[tuple[UUID, UUID], list[tuple[Session, ...]]] = defaultdict(list)
    for shared in visits.values():
        if len(shared) > 1:
            found[shared[0].case.patient_id, shared[0].author_id].append(tuple(shared))
    return found


def expected_at(staff: StaffMember, patient_id: UUID, now: datetime, zone: str) -> Appointment | None:
    """The appointment of a patient with this person on the day of `now`; of several the nearest in time."""
    rows = Appointment.objects.visible_to(staff).on(now.astimezone(ZoneInfo(zone)).date(), zone)
    mine = rows.filter(staff=staff, patient=patient_id, status__in=TAKES_TIME)
    return min(mine, key=lambda row: abs(row.starts_at - now), default=None)


def open_cases_of(staff: StaffMember, patients: Iterable[UUID]) -> dict[UUID, list[Case]]:
    found: dict[UUID, list[Case]] = defaultdict(list)
    for case in Case.objects.visible_to(staff).open().filter(patient__in=patients).order_by("-opened_on"):
        found[case.patient_id].append(case)
    return found


def today_of(staff: StaffMember, today: date) -> Today:
    """The notes that this person has not signed; of the open cases that they lead: all, longest unseen first, those
    without a visit for three weeks, pictures that are due, and screenings whose answers run out, within two weeks. Of
    those that are discharged: the discharges of the last twelve weeks.
    """
    drafts = Session.objects.visible_to(staff).drafts().written_by(staff).select_related("case__patient")
    mine = Case.objects.visible_to(staff).open().led_by(staff)
    cases = tuple(
        mine.select_related("patient")
        .annotate(last_visit_on=Max("sessions__occurred_on", filter=Q(sessions__in=Session.objects.in_force())))
        .order_by("last_visit_on", "number")
    )
    since = today - timedelta(weeks=QUIET_WEEKS)
    soon = today + timedelta(days=WARNED_DAYS)
    awaited = ImagingRequest.objects.filter(case__in=mine, due_on__lte=soon).awaited()
    return Today(
        drafts=tuple(drafts.order_by("created_at")[:MOST]),
        cases=cases[:MOST],
        quiet=tuple(c for c in cases if (c.last_visit_on or c.opened_on) <= since)[:MOST],
        imaging=tuple(awaited.select_related("case__patient", "modality", "region", "view").order_by("due_on")[:MOST]),
        expiring=expiring(cases, today),
        discharged=tuple(lately_discharged(staff, today - timedelta(weeks=LATELY_WEEKS))[:MOST]),
    )


def expiring(cases: Iterable[Case], today: date) -> tuple[tuple[Case, date], ...]:
    """The cases of which an answer runs out within two weeks, or has run out; the soonest first."""
    by_id = {case.pk: case for case in cases}
    latest = (
        ScreeningAnswer.objects.filter(screening__case__in=by_id)
        .order_by("screening__case", "question_code", "-screening__asked_on", "-id")
        .distinct("screening__case", "question_code")
        .values_list("screening__case", "is_yes", "valid_until")
    )
    first: dict[UUID, date] = {}
    for pk, is_yes, until in latest:
        if not is_yes:
            first[pk] = min(until, first.get(pk, until))
    soon = sorted(((until, pk) for pk, until in first.items() if until <= today + timedelta(days=WARNED_DAYS)))
    return tuple((by_id[pk], until) for until, pk in soon)[:MOST]
