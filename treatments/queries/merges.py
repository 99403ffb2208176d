"""What hangs on each of two records, and which cases cannot leave one of them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases.models import (
    Appointment,
    Case,
    Consent,
    Document,
    ImagingResult,
    Merge,
    Patient,
    PatientAlert,
    PatientIdentifier,
)
from cases.queries.merges import Since, since_merge
from treatments.models import Letter, LetterStatus, Session, SessionStatus

BY_PATIENT: dict[str, QuerySet[Any]] = {
    "cases": Case.objects.all(),
    "appointments": Appointment.objects.all(),
    "identifiers": PatientIdentifier.objects.filter(ended_at=None),
    "alerts": PatientAlert.objects.filter(ended_at=None),
    "consents": Consent.objects.in_force(),
}
BY_CASE: dict[str, QuerySet[Any]] = {
    "sessions": Session.objects.filter(status=SessionStatus.SIGNED),
    "drafts": Session.objects.filter(status=SessionStatus.DRAFT),
    "pictures": ImagingResult.objects.all(),
    "documents": Document.objects.all(),
    "letters": Letter.objects.all(),
}
COUNTED = (*BY_PATIENT, *BY_CASE)


def counts_of(*patients: Patient) -> dict[UUID, dict[str, int]]:
    """How many rows of each kind each of the records has, those merged into it left out; in one statement."""
    counted = {name: how_many(rows, "patient") for name, rows in BY_PATIENT.items()}
    counted |= {name: how_many(rows, "case__patient") for name, rows in BY_CASE.items()}
    rows = Patient.objects.filter(pk__in=[p.pk for p in patients]).annotate(**{f"n_{k}": v for k, v in counted.items()})
    return {row["pk"]: {k: row[f"n_{k}"] for k in COUNTED} for row in rows.values("pk", *(f"n_{k}" for k in COUNTED))}


def how_many(rows: QuerySet[Any], path: str) -> Coalesce:
    found = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found), 0)


def made_since(merge: Merge) -> list[Since]:
    """What was made since a merge, and why some of it stays; in as many statements for one row as for fifty."""
    found = since_merge(merge)
    bound = bound_cases([each.row.pk for each in found if isinstance(each.row, Case)])
    return [replace(each, bound=each.bound or bound.get(each.row.pk, "")) for each in found]


def bound_cases(cases: Collection[UUID]) -> dict[UUID, str]:
    """The cases that cannot leave their patient, with why, by what is signed on this floor."""
    letters = Letter.objects.filter(case__in=cases, status=LetterStatus.SIGNED)
    beside = Session.objects.filter(visit=OuterRef("visit")).exclude(case=OuterRef("case"))
    shared = Session.objects.filter(case__in=cases).exclude(visit=None).filter(Exists(beside))
    told = _("A visit of this case is shared with another case of this patient.")
    bound = dict.fromkeys(shared.values_list("case_id", flat=True), told)
    told = _("A signed letter of this case names this patient.")
    return {**bound, **dict.fromkeys(letters.annotate(of=F("case_id")).values_list("of", flat=True), told)}
