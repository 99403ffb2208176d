"""Who looked at a patient's record, and who took a part of it away."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.models import Patient
from clinic.models import AuditEvent
from clinic.queries import Page, page_of
from treatments.rules.looks import COPIES, EXPORTED, PRINTED, SEEN, Look

PAGE = 50
TAKEN = Q(action__endswith=EXPORTED) | Q(action__endswith=PRINTED) | Q(action__in=COPIES)
LOOKED = Q(action__endswith=SEEN) & ~Q(action__in=COPIES)
KINDS = {"looked": LOOKED, "taken": TAKEN}


def records_of(patient: Patient) -> list[UUID]:
    """The record itself, and those that were merged into it."""
    return [patient.pk, *patient.merged.order_by().values_list("pk", flat=True)]


def looks_at(records: Collection[UUID]) -> QuerySet[AuditEvent]:
    """All looks at these records, and all that was taken from them."""
    return AuditEvent.objects.filter(LOOKED | TAKEN, patient_id__in=records)


def page_of_looks(
    records: Collection[UUID], *, who: UUID | None = None, kind: str = "", after: str = "", before: str = ""
) -> tuple[list[Look], Page]:
    """A page of looks, the newest first, in one statement. Raises UnknownMark."""
    rows = looks_at(records).filter(KINDS.get(kind, Q())).select_related("staff", "api_key")
    rows = rows.filter(staff=who) if who else rows
    page = page_of(rows, "id", limit=PAGE, after=after, before=before, is_falling=True)
    return [as_look(event) for event in page.rows], page


def as_look(event: AuditEvent) -> Look:
    return Look(
        at=event.at or event.created_at,
        staff_id=event.staff_id,
        name=event.staff.name if event.staff else "",
        roles=tuple(event.staff.roles) if event.staff else (),
        action=event.action,
        row_type=event.row_type,
        row_id=event.row_id,
        door=event.door,
        key=event.api_key.name if event.api_key else "",
    )


def who_looked_at(records: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Everybody who ever did, by name."""
    rows = looks_at(records).exclude(staff=None).order_by("staff__name", "staff")
    return list(rows.values_list("staff", "staff__name").distinct())
