"""Two records of one person become one; or are taken apart again."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.restrictions import require_open
from cases.models import Patient
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def merge_patients(*, kept: Patient, other: Patient, version: int, by: StaffMember) -> Patient:
    """From now on `kept` is used for both; nothing is moved or lost. `version` is that of the other as it was seen.

    Raises Stale.
    """
    require(by, Permission.PATIENT_MERGE)
    if kept.pk == other.pk:
        raise RuleBroken("same_record", _("These are one record already."))
    rows = Patient.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    first, second = found[kept.pk], found[other.pk]
    if second.version != version:
        raise Stale
    if first.merged_into_id or second.merged_into_id:
        raise RuleBroken("merged", _("One of the two is merged into another record already."), conflict=True)
    if second.merged.exists():
        raise RuleBroken(
            "has_merged", _("Other records are merged into that one: take them apart first."), conflict=True
        )
    require_open(first, second)
    if first.archived_at is not None:
        raise RuleBroken("archived", _("The record to keep is archived. Restore it first."), conflict=True)
    second.merged_into = first
    second.save_change("merged_into")
    for row in (first, second):
        audit.record("patient.merged", by=by, about=row, patient_id=row.pk, details={"kept": str(first.pk)})
    return second


@transaction.atomic
def unmerge_patient(*, patient: Patient, by: StaffMember) -> Patient:
    """Takes a record apart from the one that it was merged into: both are as they were."""
    require(by, Permission.PATIENT_MERGE)
    locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if locked.merged_into_id is None:
        raise RuleBroken("not_merged", _("This record is not merged."), conflict=True)
    kept = locked.merged_into_id
    require_open(locked, locked.survivor)
    locked.merged_into = None
    locked.save_change("merged_into")
    audit.record("patient.unmerged", by=by, about=locked, patient_id=locked.pk, details={"kept": str(kept)})
    return locked


def require_used(patient: Patient) -> None:
    """Nothing new is begun on a record that was put away or merged into another."""
    if patient.archived_at is not None:
        raise RuleBroken(
            "archived", _("This record is archived. Ask your clinic admin to restore it first."), conflict=True
        )
    if patient.merged_into_id is not None:
        raise RuleBroken("merged", _("This record is merged into another. Use that one."), conflict=True)
