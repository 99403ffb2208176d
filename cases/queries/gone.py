"""Why rows left somebody's sight, told to programs that keep a copy: of those alone whom they once saw."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.models import Merge, Patient, Restriction
from clinic.models import StaffMember

Why = dict[str, Any]


def gone_patients(ids: list[UUID], by: StaffMember) -> dict[UUID, Why]:
    """Merged (and into whom), archived, or shut by a restriction."""
    found: dict[UUID, Why] = {}
    rows = Patient.objects.visible_to(by).filter(pk__in=ids)
    for pk, into, archived_at in rows.values_list("pk", "merged_into_id", "archived_at"):
        if into is not None:
            found[pk] = {"reason": "merged", "into": into}
        elif archived_at is not None:
            found[pk] = {"reason": "archived"}
    shut = Patient.objects.filter(pk__in=ids).filter(lost_to(by)).values_list("pk", flat=True)
    return {pk: {"reason": "no_longer_visible"} for pk in shut} | found


def gone_with_patient(rows: QuerySet[Any], by: StaffMember, patient: str = "case__patient") -> dict[UUID, Why]:
    """Of these rows, those of patients who are no longer visible to this person. `patient` is the path to theirs."""
    lost = Patient.objects.filter(lost_to(by)).values("pk")
    found = rows.filter(**{f"{patient}__in": lost}).values_list("pk", flat=True)
    return {pk: {"reason": "no_longer_visible"} for pk in found}


def lost_to(by: StaffMember) -> Q:
    """Patients of this person's sites who are shut to them, and those who were one with such a patient."""
    here = Patient.objects.filter(Patient.objects.at_sites_of(by))
    shut = Restriction.objects.shut_to(by).values("patient")
    split = Merge.objects.filter(kept__in=here.values("pk")).exclude(unmerge=None).values("other")
    is_shut = Q(pk__in=shut) | Q(merged_into__in=shut)
    return (Q(pk__in=here.values("pk")) & is_shut) | (
        Q(pk__in=split) & ~Q(pk__in=Patient.objects.visible_to(by).values("pk"))
    )
