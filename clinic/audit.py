"""The only writer of the audit log: an event is written in the transaction of what it tells of."""

import json
import logging
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from clinic.models.audits import AuditEvent
from clinic.models.records import Identified
from clinic.models.repeats import SentForm
from clinic.models.staff import StaffMember
from clinic.rules import security
from clinic.rules.permissions import Permission

security_stream = logging.getLogger("casebook.security")


@dataclass(frozen=True)
class Origin:
    """Through which door somebody came, from which address, with which request and key."""

    door: str = "command"
    came_from: str | None = None
    request_id: UUID | None = None
    api_key_id: UUID | None = None
    limits: frozenset[Permission] | None = None  # what the key's scopes leave of its owner's permissions
    sent: str = ""  # the form that was sent, so that it is done once (clinic/actions/repeats.py)
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


class AlreadyDone(Exception):  # noqa: N818 - a sentence, not a kind of error
    """The same form did this already: another request of it was quicker. The transaction is rolled back."""


def with_form(key: str) -> None:
    """The present request is this form, sent perhaps more than once."""
    origin.set(replace(origin.get(), sent=key))


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
    writes: bool = True,
) -> None:
    """Writes one event. `details` hold no clinical text and no names; `writes` is false where nothing else was written.

    Raises TransactionManagementError outside a transaction: what is not atomic cannot be told of truthfully; and
    AlreadyDone where another request of the same form did it first.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{action} must be recorded in the transaction that does it")
    came = origin.get()
    if came.sent and writes:
        first = Q(is_done=False) | Q(request_id=came.request_id)
        rows = SentForm.objects.filter(first, key=came.sent)
        if not rows.update(is_done=True, request_id=came.request_id):
            raise AlreadyDone
    event = AuditEvent.objects.create(
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
    if security.is_relevant(action, came.door):
        transaction.on_commit(partial(tell_security, event), robust=True)


def tell_security(event: AuditEvent) -> None:
    """One line of JSON for those who watch over the machine, once the event is kept."""
    line = security.line_of(
        at=event.at or event.created_at,
        action=event.action,
        staff_id=event.staff_id,
        door=event.door,
        came_from=event.came_from,
        request_id=event.request_id,
        row_type=event.row_type,
        row_id=event.row_id,
        code=event.details.get("code"),
    )
    security_stream.info(json.dumps(line))


@transaction.atomic(savepoint=False)
def seen(what: str, *, by: StaffMember, about: Identified, patient_id: UUID) -> None:
    """Records that a person looked at a clinical record, before the answer leaves."""
    record(f"{what}.seen", by=by, about=about, patient_id=patient_id, writes=False)


@transaction.atomic(savepoint=False)
def listed(what: str, *, by: StaffMember, rows: int | None = None, patient_id: UUID | None = None) -> None:
    """Records that a person looked at a list of what several clinical records say, before the answer leaves; with the
    patient where all rows are of one.
    """
    record(f"{what}.seen", by=by, patient_id=patient_id, details={} if rows is None else {"rows": rows}, writes=False)


@transaction.atomic(savepoint=False)
def exported(what: str, *, by: StaffMember, about: Identified, patient_id: UUID, rows: int) -> None:
    """Records that a person took a part of a clinical record away as a file, before it leaves."""
    record(f"{what}.exported", by=by, about=about, patient_id=patient_id, details={"rows": rows}, writes=False)


@transaction.atomic(savepoint=False)
def taken(what: str, *, by: StaffMember, details: dict[str, Any]) -> None:
    """Records that a person took what several clinical records say away as a file, before it leaves."""
    record(f"{what}.exported", by=by, details=details, writes=False)


@transaction.atomic
def refused(action: str, *, by: StaffMember | None, code: str) -> None:
    """Records a refusal in a transaction of its own: the one that was refused has been rolled back."""
    record("action.refused", by=by, details={"action": action, "code": code}, writes=False)
