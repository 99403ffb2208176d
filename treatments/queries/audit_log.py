"""The clinic's log: what happened, as far as the reader may know of the patient whom it is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Patient
from clinic.models import AuditEvent, StaffMember
from clinic.queries import Page, page_of

PAGE = 50
MOST_IN_A_FILE = 10_000
DOORS = ("page", "api", "command", "job")


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see; nothing chosen is everything. `actions` are those of a group."""

    who: UUID | None = None
    actions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    door: str = ""
    patients: tuple[UUID, ...] = ()
    row: UUID | None = None


def events_for(reader: StaffMember, asked: Asked) -> QuerySet[AuditEvent]:
    """Events about nobody in particular, and about patients of the reader's sites; the others are not there."""
    theirs = Patient.objects.whose_looks_are_read_by(reader).filter(pk=OuterRef("patient_id"))
    rows = AuditEvent.objects.filter(Q(patient_id=None) | Exists(theirs)).select_related("staff", "api_key")
    chosen: dict[str, Any] = {
        "staff": asked.who,
        "action__in": asked.actions,
        "at__gte": midnight(asked.since),
        "at__lt": midnight(asked.until, days=1),
        "door": asked.door,
        "patient_id__in": asked.patients,
        "row_id": asked.row,
    }
    return rows.filter(**{name: value for name, value in chosen.items() if value})


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day, where the clinic is."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time.min, ZoneInfo(settings.TIME_ZONE))


def page_of_events(reader: StaffMember, asked: Asked, *, after: str = "", before: str = "") -> Page:
    """The newest first. Raises UnknownMark."""
    return page_of(events_for(reader, asked), "id", limit=PAGE, after=after, before=before, is_falling=True)


def events_in_a_file(reader: StaffMember, asked: Asked) -> list[AuditEvent]:
    return list(events_for(reader, asked).order_by("-id")[:MOST_IN_A_FILE])


def patients_named(reader: StaffMember, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """The names of those whom the reader may read, in one statement."""
    wanted = Patient.objects.visible_to(reader).filter(pk__in={pk for pk in ids if pk})
    return {patient.pk: patient.full_name for patient in wanted}


def everybody() -> dict[UUID, str]:
    """All who work or worked here, by name."""
    return dict(StaffMember.objects.order_by("name", "id").values_list("pk", "name"))
