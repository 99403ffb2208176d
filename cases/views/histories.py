"""Who changed what, in the words of the forms."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cases.models import Appointment, Case, Patient, PatientAlert, PatientIdentifier
from cases.queries.merges import used_patient
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.queries import Change, changes_of
from clinic.rules.permissions import Permission

MODELS = {m._meta.db_table: m for m in apps.get_models()}
HIDDEN = frozenset({"onset_precision", "started_precision", "ended_precision", "taken_precision"})


def patient_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed in a registration: details, alerts, numbers of other systems, appointments."""
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    audit.seen("history", by=request.user, about=patient, patient_id=patient.pk)
    one = Patient.objects.one_with(patient).values_list("pk", flat=True)
    parts = (PatientAlert, PatientIdentifier, Appointment)
    theirs = [part.objects.filter(patient__in=one).order_by().values_list("pk", flat=True) for part in parts]
    rows = list(one.union(*theirs))
    hidden = frozenset() if request.user.may(Permission.CASE_READ) else frozenset({*Patient.CLINICAL, "case_id"})
    context = {"head": patient_head(patient), "back": patient, "changes": in_words(changes_of(rows), hidden)}
    return render(request, "cases/histories/history.html", context)


def case_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed in a case and its injuries, goals, pictures and what was tried."""
    require(request.user, Permission.CASE_READ)
    visible = Case.objects.visible_to(request.user).select_related("patient", "site", "lead")
    case = get_object_or_404(visible, pk=pk)
    audit.seen("history", by=request.user, about=case, patient_id=case.patient_id)
    rows = [pk]
    for parts in (case.injuries, case.goals, case.prior_treatments, case.imaging_requests, case.imaging_results):
        rows += parts.values_list("pk", flat=True)
    context = {"head": patient_head(case.patient), "case_line": case_head(case), "back": case}
    return render(request, "cases/histories/history.html", {**context, "changes": in_words(changes_of(rows))})


def in_words(changes: Iterable[Change], hidden: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The changes with names for columns and values; those of which nothing may be shown are left out."""
    listed = [(change, MODELS[change.row_type]) for change in changes]
    names = names_of(listed)
    told = []
    for change, model in listed:
        fields = [
            {
                "name": column_name(model, column),
                "old": shown(model, column, old, names),
                "new": shown(model, column, new, names),
            }
            for column, (old, new) in change.fields.items()
            if column not in hidden | HIDDEN
        ]
        if fields:
            told.append({"change": change, "what": model._meta.verbose_name, "fields": fields})
    return told


def field_of(model: type[models.Model], column: str) -> Any:
    return next(f for f in model._meta.fields if f.column == column)


def column_name(model: type[models.Model], column: str) -> str:
    return str(field_of(model, column).verbose_name)


def names_of(listed: list[tuple[Change, Any]]) -> dict[tuple[Any, str], str]:
    """What the rows are called that the changes point to: a statement for each kind of row."""
    wanted: dict[Any, set[str]] = {}
    for change, model in listed:
        for column, values in change.fields.items():
            field = field_of(model, column)
            if field.is_relation:
                wanted.setdefault((field.related_model, field.target_field.name), set()).update(
                    str(v) for v in values if v is not None
                )
    found = {}
    for (model, target), keys in wanted.items():
        for row in model._default_manager.filter(**{f"{target}__in": keys}):
            found[model, str(getattr(row, target))] = str(row)
    return found


def shown(model: type[models.Model], column: str, value: Any, names: dict[tuple[Any, str], str]) -> str:
    field = field_of(model, column)
    if value in (None, "", []):
        return ""
    if field.is_relation:
        return names.get((field.related_model, str(value)), str(value))
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(dict(field.flatchoices).get(value, value))
