"""Two records of one person become one; or are taken apart again."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.actions.patients import require_possible_dates
from cases.actions.restrictions import require_open
from cases.models import Appointment, Case, Merge, Patient, PatientAlert, PatientIdentifier, Unmerge
from cases.queries.merges import Since, given_back_of, merge_of, since_merge, values_of
from cases.rules.merges import Settled, settled
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

Versions = tuple[int, int]
Movable = Case | PatientAlert | PatientIdentifier | Appointment
WORDS = {
    "case": "case.moved",
    "patientalert": "alert.moved",
    "patientidentifier": "identifier.moved",
    "appointment": "appointment.moved",
}


@transaction.atomic
def merge_patients(
    *, kept: Patient, other: Patient, versions: Versions, by: StaffMember, chosen: Mapping[str, str] | None = None
) -> Merge:
    """From now on `kept` is used for both, with the values that were `chosen` by field ("kept", "other", "both").

    No row is moved; a value that was not chosen stays with the other record. `versions` are those of the kept and the
    other record as they were seen. Raises Stale, and RuleBroken with a fault for each value that was not decided.
    """
    require(by, Permission.PATIENT_MERGE)
    if kept.pk == other.pk:
        raise RuleBroken("same_record", _("These are one record already."))
    first, second = locked(kept.pk, other.pk, versions)
    require_mergeable(first, second)
    before = values_of(first), values_of(second)
    made = settled(*before, chosen or {})
    stop_undecided(made)
    row = Merge.objects.create(
        kept=first,
        other=second,
        by=by,
        kept_before=before[0],
        other_before=before[1],
        kept_after=dict(made.kept),
        chosen=dict(made.chosen),
    )
    fields = sorted(name for name, value in made.kept.items() if value != before[0][name])
    second.merged_into = first
    write_both(first, made.kept, second, made.other, "merged_into")
    for patient in (first, second):
        audit.record(
            "patient.merged",
            by=by,
            about=patient,
            patient_id=patient.pk,
            details={"kept": str(first.pk), "other": str(second.pk), "fields": fields},
        )
    audit.record("merge.made", by=by, about=row, patient_id=first.pk)
    return row


@transaction.atomic
def unmerge_patient(*, patient: Patient, versions: Versions, by: StaffMember, moves: Collection[UUID] = ()) -> Unmerge:
    """Takes a record apart from the one that it was merged into: both hold again what they held before.

    What was changed by hand since then stays so. `moves` are the rows made since then that go to the taken record.
    `versions` are those of the kept and the merged record. Raises Stale.
    """
    require(by, Permission.PATIENT_MERGE)
    row = merge_of(patient)
    if row is None:
        raise RuleBroken("not_merged", _("This record is not merged."), conflict=True)
    first, second = locked(row.kept_id, row.other_id, versions)
    if second.merged_into_id is None:
        raise RuleBroken("not_merged", _("This record is not merged."), conflict=True)
    require_open(first, second)
    back = given_back_of(row, first)
    moved = [each for each in since_merge(row) if each.row.pk in set(moves)]
    require_movable(moved, moves)
    apart = Unmerge.objects.create(
        merge=row,
        by=by,
        stays=list(back.stays),
        taken=list(back.taken),
        moved=[{"type": each.row._meta.label_lower, "id": str(each.row.pk)} for each in moved],
    )
    second.merged_into = None
    write_both(first, back.kept, second, back.other, "merged_into")
    for each in moved:
        move(each.row, second, by)
    for patient_ in (first, second):
        audit.record(
            "patient.unmerged",
            by=by,
            about=patient_,
            patient_id=patient_.pk,
            details={"kept": str(first.pk), "other": str(second.pk), "moved": len(moved)},
        )
    audit.record("merge.taken_back", by=by, about=apart, patient_id=first.pk)
    return apart


def locked(kept: UUID, other: UUID, versions: Versions) -> tuple[Patient, Patient]:
    """Both rows, always locked in one order. Raises Stale."""
    rows = Patient.objects.select_for_update(of=("self",)).select_related("site").filter(pk__in=[kept, other])
    found = {row.pk: row for row in rows.order_by("pk")}
    first, second = found[kept], found[other]
    if (first.version, second.version) != tuple(versions):
        raise Stale
    return first, second


def require_mergeable(first: Patient, second: Patient) -> None:
    if first.merged_into_id or second.merged_into_id:
        raise RuleBroken("merged", _("One of the two is merged into another record already."), conflict=True)
    if second.merged.exists():
        raise RuleBroken(
            "has_merged", _("Other records are merged into that one: take them apart first."), conflict=True
        )
    require_open(first, second)
    if first.archived_at is not None:
        raise RuleBroken("archived", _("The record to keep is archived. Restore it first."), conflict=True)


def stop_undecided(made: Settled) -> None:
    faults = Faults()
    for name in made.unanswered:
        faults.add(f"/{name}", "undecided", _("Say which one counts."))
    for name in made.impossible:
        faults.add(f"/{name}", "not_a_choice", _("Choose one of the two."))
    if faults.found:
        raise RuleBroken("undecided", _("The two records differ: say which values count."), faults=faults.found)


def write_both(
    first: Patient, values: Mapping[str, Any], second: Patient, others: Mapping[str, Any], pointer: str
) -> None:
    """Writes the registrations of both rows. A number that changes hands is let go first: it is unique."""
    changes, others_changes = put(first, values), put(second, others)
    for row in (first, second):
        require_possible_dates(row.born_on, row.died_on, row.site)
    if "nhs_number" in others_changes:
        number, second.nhs_number = second.nhs_number, None
        second.save_change("nhs_number")
        second.nhs_number = number
    if changes:
        first.save_change(*changes)
    second.save_change(*others_changes, pointer)


def put(patient: Patient, values: Mapping[str, Any]) -> list[str]:
    """Puts stored values onto a row that is not written yet; the names of those that differ."""
    now = values_of(patient)
    changed = [name for name in Patient.REGISTERED if values[name] != now[name]]
    for name in changed:
        setattr(patient, name, Patient._meta.get_field(name).to_python(values[name]))
    return changed


def require_movable(found: Collection[Since], asked: Collection[UUID]) -> None:
    if len(found) != len(set(asked)):
        raise Stale
    for each in found:
        if each.bound:
            raise RuleBroken("bound", each.bound, conflict=True)


def move(row: Movable, to: Patient, by: StaffMember) -> None:
    """A row that was made since the merge goes to the record that is taken out; a case with its appointments."""
    came_from = row.patient_id
    row.patient = to
    row.save_change("patient")
    details = {"from": str(came_from)}
    audit.record(WORDS[str(row._meta.model_name)], by=by, about=row, patient_id=to.pk, details=details)
    if isinstance(row, Case):
        for appointment in row.appointments.exclude(patient=to):
            move(appointment, to, by)
