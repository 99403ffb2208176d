"""The patient's own file: asked for, read and shortened by a clinician, released by name, taken away, handed over."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.documents import documents, write
from cases.actions.faults import Faults
from cases.models import Patient
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import AskedBy, OmissionKind, OwnFileOmission, OwnFileRelease, OwnFileRequest
from treatments.queries.own_files import digest_of, omissions_of, sections_of, unseen_cases
from treatments.rules.own_files import Section, due_on, found_in, walked, without

AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """On which day who asked, and how it was proved who that is."""

    asked_on: date
    identity: str
    asked_by: str = AskedBy.PATIENT
    asker: str = ""


@dataclass(frozen=True)
class Head:
    """What stands at the head of a file: whose it is, who released it and when, how much is left out."""

    patient: Patient
    request: OwnFileRequest
    released_name: str
    released_hcpc: str
    released_at: datetime
    omitted: int
    says_where: bool


@transaction.atomic
def ask_own_file(*, patient: Patient, asked: Asked, by: StaffMember) -> OwnFileRequest:
    """Notes that somebody asked for the file; it is due a calendar month after that day."""
    require(by, Permission.OWN_FILE)
    locked = Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=patient.pk)
    if locked.merged_into_id is not None:
        raise RuleBroken("merged", _("This record is merged into another. Ask for the file there."), conflict=True)
    if OwnFileRequest.objects.open().filter(patient=locked).exists():
        raise RuleBroken("asked_already", _("A request of this patient is open already."), conflict=True)
    check(asked, clock.today(locked.site.time_zone), locked.born_on)
    has_authority = asked.asked_by == AskedBy.REPRESENTATIVE
    made = OwnFileRequest.objects.create(
        patient=locked,
        asked_on=asked.asked_on,
        asked_by=asked.asked_by,
        asker=asked.asker.strip() if has_authority else "",
        identity=asked.identity.strip(),
        due_on=due_on(asked.asked_on),
        noted_by=by,
    )
    audit.record("own_file.asked", by=by, about=made, patient_id=locked.pk, details={"due_on": str(made.due_on)})
    return made


def check(asked: Asked, today: date, born_on: date) -> None:
    faults = Faults()
    if asked.asked_on > today:
        faults.add("/asked_on", "in_the_future", _("This is in the future."))
    if asked.asked_on < born_on:
        faults.add("/asked_on", "before_the_birth", _("This is before the date of birth."))
    if asked.asked_by not in AskedBy.values:
        faults.add("/asked_by", "not_a_choice", _("Say who asks."))
    if asked.asked_by == AskedBy.REPRESENTATIVE and not asked.asker.strip():
        faults.add("/asker", "missing", _("Say who asks, and what gives them authority."))
    if not asked.identity.strip():
        faults.add("/identity", "missing", _("Say how it was proved who asks."))
    for name, text in (("asker", asked.asker), ("identity", asked.identity)):
        if "\x00" in text or len(text) > 200:
            faults.add(f"/{name}", "unfit", _("At most 200 letters that can be stored."))
    faults.stop()


@transaction.atomic
def leave_out(
    *, request: OwnFileRequest, entry: tuple[str, str], parts: Collection[str], kind: str, reason: str, by: StaffMember
) -> OwnFileOmission:
    """Leaves an entry (its kind and id), or some of its lines, out of the file. Replaces what was said of it before."""
    locked = in_check(request, by)
    found = found_in(sections_of(locked.patient), *entry)
    if found is None:
        raise RuleBroken("no_such_entry", _("This entry is not there any more."), conflict=True)
    faults = Faults()
    if kind not in OmissionKind.values:
        faults.add("/kind", "not_a_choice", _("Choose why."))
    if not reason.strip() or "\x00" in reason:
        faults.add("/reason", "missing", _("Say why."))
    if not set(parts) <= {line.name for line in found.lines}:
        faults.add("/parts", "not_a_choice", _("This line is not there any more."))
    faults.stop()
    taken_back(locked, UUID(found.id), by)
    made = OwnFileOmission.objects.create(
        request=locked,
        row_type=found.kind,
        row_id=UUID(found.id),
        parts=sorted(parts),
        kind=kind,
        reason=reason.strip()[:500],
        left_out_by=by,
    )
    audit.record("own_file.shortened", by=by, about=made, patient_id=locked.patient_id, details={"kind": kind})
    return made


@transaction.atomic
def put_back(*, request: OwnFileRequest, row_id: UUID, by: StaffMember) -> None:
    """An entry that was left out goes out after all."""
    locked = in_check(request, by)
    if not taken_back(locked, row_id, by):
        raise RuleBroken("not_left_out", _("This entry is not left out."), conflict=True)


def taken_back(request: OwnFileRequest, row_id: UUID, by: StaffMember) -> bool:
    row = request.omissions.filter(row_id=row_id, put_back_at=None).first()
    if row is None:
        return False
    row.put_back_at, row.put_back_by = clock.now(), by
    row.save_change("put_back_at", "put_back_by")
    audit.record("own_file.put_back", by=by, about=row, patient_id=request.patient_id)
    return True


@transaction.atomic
def release_own_file(
    *,
    request: OwnFileRequest,
    digest: str,
    says_where: bool,
    make: Callable[[IO[bytes], tuple[Section, ...], Head], None],
    by: StaffMember,
) -> OwnFileRelease:
    """Makes the file of exactly what was read, and keeps it for ever in the reader's name.

    `digest` is that of what they read, `make` writes the file. Raises Stale where the record changed since.
    """
    require(by, Permission.CASE_READ)
    require_proof()
    locked = in_check(request, by)
    whole, omissions = sections_of(locked.patient), omissions_of(locked)
    if digest_of(without(whole, omissions, says_where=False)) != digest:
        raise Stale(_("The record changed since you read it. Read the file again: what is new is in it."))
    there = {entry.id for entry in walked(whole)}
    head = Head(
        patient=locked.patient,
        request=locked,
        released_name=by.name,
        released_hcpc=by.hcpc_number,
        released_at=clock.now(),
        omitted=len({omission.row_id for omission in omissions} & there),
        says_where=says_where,
    )
    with tempfile.TemporaryFile() as file:
        make(file, without(whole, omissions, says_where=says_where), head)
        made = OwnFileRelease.objects.create(
            request=locked,
            released_by=by,
            released_name=by.name,
            released_hcpc=by.hcpc_number,
            omitted=head.omitted,
            says_where=says_where,
            content_sha256=digest,
            sha256=sha256_of(file),
            size_bytes=file.seek(0, os.SEEK_END),
        )
        told = {"sha256": made.sha256, "content_sha256": digest, "omitted": head.omitted}
        audit.record("own_file.released", by=by, about=made, patient_id=locked.patient_id, details=told)
        file.seek(0)
        documents().delete(locked.stored_as)  # of a release that was cut short
        write(locked.stored_as, File(file))
    return made


def sha256_of(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def take_own_file(*, request: OwnFileRequest, by: StaffMember) -> IO[bytes]:
    """Opens the released file to be taken away, and records that. Raises RuleBroken where it is damaged."""
    require(by, Permission.OWN_FILE)
    release = released(request)
    try:
        file = documents().open(request.stored_as, "rb")
    except FileNotFoundError:
        raise damaged() from None
    if sha256_of(file) != release.sha256:
        file.close()
        raise damaged()
    file.seek(0)
    audit.record("own_file.exported", by=by, about=request, patient_id=request.patient_id, writes=False)
    opened: IO[bytes] = file
    return opened


def damaged() -> RuleBroken:
    told = _("The file is not there as it was released. Bring it back from a backup; the record itself is whole.")
    return RuleBroken("damaged", told, conflict=True)


@transaction.atomic
def hand_over_own_file(*, request: OwnFileRequest, by: StaffMember) -> OwnFileRequest:
    """Notes that whoever asked has the file: the request is answered."""
    require(by, Permission.OWN_FILE)
    locked = still_open(request)
    released(locked)
    locked.answered_at, locked.answered_by = clock.now(), by
    locked.save_change("answered_at", "answered_by")
    audit.record("own_file.handed_over", by=by, about=locked, patient_id=locked.patient_id)
    return locked


@transaction.atomic
def withdraw_own_file(*, request: OwnFileRequest, because: str, by: StaffMember) -> OwnFileRequest:
    """The file is not wanted any more, or was asked for by mistake."""
    require(by, Permission.OWN_FILE)
    locked = still_open(request)
    if not because.strip() or "\x00" in because:
        raise RuleBroken("reason_missing", _("Say why."), field="because")
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = clock.now(), by, because.strip()[:500]
    locked.save_change("withdrawn_at", "withdrawn_by", "withdrawn_because")
    audit.record("own_file.withdrawn", by=by, about=locked, patient_id=locked.patient_id)
    return locked


def released(request: OwnFileRequest) -> OwnFileRelease:
    found: Any = OwnFileRelease.objects.filter(request=request).first()
    if found is None:
        raise RuleBroken("not_released", _("No clinician has released this file yet."), conflict=True)
    return found


def still_open(request: OwnFileRequest) -> OwnFileRequest:
    rows = OwnFileRequest.objects.select_for_update(of=("self",)).select_related("patient__site")
    locked = rows.get(pk=request.pk)
    if not locked.is_open:
        raise RuleBroken("over", _("This request is over."), conflict=True)
    return locked


def in_check(request: OwnFileRequest, by: StaffMember) -> OwnFileRequest:
    """The request, locked, while a clinician who sees all of the person's cases may still shorten and release it."""
    require(by, Permission.CASE_READ)
    locked = still_open(request)
    if OwnFileRelease.objects.filter(request=locked).exists():
        raise RuleBroken("released", _("This file is released: it stays as it is."), conflict=True)
    if unseen_cases(locked.patient, by):
        told = _("You do not see all cases of this patient. Somebody who does must read and release the file.")
        raise RuleBroken("not_all_seen", told, conflict=True)
    return locked
