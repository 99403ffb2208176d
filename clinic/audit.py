"""The only writer of the audit log: an event is written in the transaction of what it tells of."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from clinic.models.audits import AuditEvent
from clinic.models.records import Identified
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


@dataclass(frozen=True)
class Origin:
    """Through which door somebody came, from which address, with which request and key."""

    door: str = "command"
    came_from: str | None = None
    request_id: UUID | None = None
    api_key_id: UUID | None = None
    limits: frozenset[Permission] | None = None  # what the key's scopes leave of its owner's permissions
    # What its person opened under break glass, {patient, until, id} each; None on pages where that does not count.
    opened: tuple[dict[str, Any], ...] | None = None


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - Origin is frozen


def came_by(door: str, came_from: str | None) -> Origin:
    """Notes where the present request came from; answers with what was noted."""
    noted = Origin(door=door, came_from=came_from, request_id=uuid4())
    origin.set(noted)
    return noted


def with_key(api_key_id: UUID, limits: frozenset[Permission]) -> None:
    """The present request was let in by this key, whose scopes allow no more than `limits`."""
    origin.set(replace(origin.get(), api_key_id=api_key_id, limits=limits))


def through_glass(opened: Iterable[dict[str, Any]]) -> None:
    """The present request is for a page on which records that its person opened under break glass are open."""
    origin.set(replace(origin.get(), opened=tuple(opened)))


def record(
    action: str,
    *,
    by: StaffMember | None,
    about: Identified | None = None,
    patient_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Writes one event. `details` hold no clinical text and no names.

    Raises TransactionManagementError outside a transaction: what is not atomic cannot be told of truthfully.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{action} must be recorded in the transaction that does it")
    came = origin.get()
    AuditEvent.objects.create(
        action=action,
        staff=by,
        api_key_id=came.api_key_id,
        row_type=about._meta.label_lower if about else "",
        row_id=about.pk if about else None,
        patient_id=patient_id,
        door=came.door,
        came_from=came.came_from,
        request_id=came.request_id,
        details=details or {},
    )


@transaction.atomic(savepoint=False)
def seen(what: str, *, by: StaffMember, about: Identified, patient_id: UUID) -> None:
    """Records that a person looked at a clinical record, before the answer leaves."""
    record(f"{what}.seen", by=by, about=about, patient_id=patient_id)


@transaction.atomic(savepoint=False)
def exported(what: str, *, by: StaffMember, about: Identified, patient_id: UUID, rows: int) -> None:
    """Records that a person took a part of a clinical record away as a file, before it leaves."""
    record(f"{what}.exported", by=by, about=about, patient_id=patient_id, details={"rows": rows})


@transaction.atomic
def refused(action: str, *, by: StaffMember | None, code: str) -> None:
    """Records a refusal in a transaction of its own: the one that was refused has been rolled back."""
    record("action.refused", by=by, details={"action": action, "code": code})
