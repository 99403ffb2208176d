"""What two records of one person hold, what was made since they were merged, and what taking them apart gives back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cases.models import Appointment, Case, Consent, Merge, Patient, PatientAlert, PatientIdentifier
from cases.models.patient_sets import PatientQuerySet
from cases.rules.merges import GivenBack, given_back
from clinic.errors import MovedTo


@dataclass(frozen=True)
class Since:
    """A row of the kept record that was made since the merge; `bound` says why it can only stay."""

    row: Any
    bound: str = ""


def used_patient(rows: PatientQuerySet, pk: UUID) -> Patient:
    """One of the rows by its identity. Raises MovedTo where another record is used for this person, else Http404."""
    found: Patient = get_object_or_404(rows, pk=pk)
    return found if found.merged_into_id is None else led_on(found)


def led_on(merged: Patient) -> Patient:
    used = merged.survivor
    told = _("The record of %(old)s is merged. %(name)s, born %(born)s, is used for this person.") % {
        "old": merged.full_name,
        "name": used.full_name,
        "born": used.born_on.strftime("%-d %b %Y"),
    }
    raise MovedTo(told, old=merged.pk, new=used.pk)


def values_of(patient: Patient) -> dict[str, Any]:
    """A registration as it is kept beside a merge."""
    found = {name: getattr(patient, name) for name in Patient.REGISTERED}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def merge_of(patient: Patient) -> Merge | None:
    """The merge by which this record is merged into another; None where it is not."""
    if patient.merged_into_id is None:
        return None
    rows = Merge.objects.in_force().filter(other=patient.pk, kept=patient.merged_into_id)
    return rows.select_related("kept__site", "other__site", "by").first()


def given_back_of(merge: Merge, kept: Patient) -> GivenBack:
    """What both hold once they are apart."""
    number = merge.other_before.get("nhs_number")
    others = Patient.objects.exclude(pk__in=[merge.kept_id, merge.other_id]).filter(nhs_number=number)
    in_use = [number] if number and others.exists() else []
    return given_back(values_of(kept), (merge.kept_before, merge.other_before), merge.kept_after, in_use)


def since_merge(merge: Merge) -> list[Since]:
    """Cases, alerts, appointments without a case, numbers of other systems and consents, each oldest first."""
    cases = list(made_since(Case.objects.select_related("continues"), merge))
    ids = [case.pk for case in cases]
    consented = set(Consent.objects.filter(case__in=ids).values_list("case_id", flat=True))
    continued = set(Case.objects.filter(continues__in=ids).values_list("continues_id", flat=True))
    found = [Since(case, bound_by(case, consented, continued)) for case in cases]
    for rows in (
        PatientAlert.objects.all(),
        Appointment.objects.filter(case=None).select_related("staff", "site"),
        PatientIdentifier.objects.all(),
    ):
        found += [Since(row) for row in made_since(rows, merge)]
    told = _("A consent is kept with the name of who gave it: ask again.")
    return [*found, *(Since(row, told) for row in made_since(Consent.objects.filter(case=None), merge))]


def made_since(rows: QuerySet[Any], merge: Merge) -> Iterable[Any]:
    return rows.filter(patient=merge.kept_id, created_at__gt=merge.created_at).order_by("created_at", "id")


def bound_by(case: Case, consented: set[UUID], continued: set[UUID]) -> str:
    """Why a case stays; "" where it may go."""
    if case.pk in consented:
        return _("A consent was taken in this case; it is kept with the name of who gave it.")
    if case.continues_id is not None or case.pk in continued:
        return _("It continues another case of this patient, or is continued by one.")
    return ""
