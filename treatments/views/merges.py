"""Two records of one person: put side by side, merged, and taken apart again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import merges as actions
from cases.models import Patient
from cases.models.patient_sets import PatientQuerySet
from cases.queries import maybe_known, nearly_called
from cases.queries.merges import given_back_of, merge_of, used_patient
from cases.views.heads import patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid, whole_number
from treatments.actions.merges import take_apart
from treatments.queries.merges import counts_of, made_since
from treatments.views import merge_lines

MOST = 10
NOUNS = {
    "cases": gettext_lazy("Cases"),
    "sessions": gettext_lazy("Signed sessions"),
    "drafts": gettext_lazy("Drafts"),
    "pictures": gettext_lazy("Pictures"),
    "documents": gettext_lazy("Photographs and files"),
    "letters": gettext_lazy("Letters"),
    "appointments": gettext_lazy("Appointments"),
    "alerts": gettext_lazy("Alerts"),
    "consents": gettext_lazy("Consents"),
    "identifiers": gettext_lazy("Numbers in other systems"),
}


def merge_patients(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who may be the same person; with `?other=` the two side by side; a POST merges that one into this one."""
    require(request.user, Permission.PATIENT_MERGE)
    visible = Patient.objects.visible_to(request.user)
    kept = used_patient(visible, pk)
    asked = request.POST.get("other") or request.GET.get("other", "")
    other = visible.exclude(pk=pk).filter(pk=asked).first() if is_uuid(asked) else None
    if other is None or (other.merged_into_id and request.method == "GET"):
        return search(request, kept, visible)
    chosen = merge_lines.chosen_in(request.POST.dict())
    no: RuleBroken | None = None
    if request.method == "POST":
        try:
            versions = versions_in(request)
            actions.merge_patients(kept=kept, other=other, versions=versions, by=request.user, chosen=chosen)
            messages.success(request, _("Merged. The other record is kept, and can be taken apart again."))
            return redirect("patient", pk)
        except RuleBroken as refusal:
            no = refusal
            kept.refresh_from_db()
            other.refresh_from_db()
    for each in (kept, other):
        audit.seen("patient", by=request.user, about=each, patient_id=each.pk)
    reads_cases = request.user.may(Permission.CASE_READ)
    counts = counts_of(kept, other)
    context = {
        "patient": kept,
        "head": patient_head(kept),
        "other": other,
        "asked": (questions := merge_lines.asked_of(kept, other, chosen, no.faults if no else ())),
        "same": merge_lines.same_in(kept, other),
        "reads_cases": reads_cases,
        "joined": merge_lines.joined_of(kept, other) if reads_cases else [],
        "counts": [(noun, counts[kept.pk][name], counts[other.pk][name]) for name, noun in NOUNS.items()],
        "refused": no.message if no and not no.faults else "",
        "faults": [{"message": f"{q.label}: {q.error}", "anchor": f"id-{q.name}"} for q in questions if q.error],
    }
    return render(request, "treatments/merges/merge_patients.html", context, status=status_of(no))


def search(request: HttpRequest, kept: Patient, visible: PatientQuerySet) -> HttpResponse:
    """Those who may be the same person, or whom one looks for."""
    query = request.GET.get("q", "").strip()[:100]
    mergeable = visible.filter(merged_into=None).exclude(pk=kept.pk)
    if query:
        found = list(mergeable.matching(query).order_by("sort_name", "id")[:MOST])
        found = found or nearly_called(mergeable, query)[:MOST]
    else:
        alike = [other for other, _likeness in maybe_known(kept.as_person(), but=kept)][:MOST]
        seen = set(mergeable.values_list("pk", flat=True).filter(pk__in=[p.pk for p in alike]))
        found = [patient for patient in alike if patient.pk in seen]
    context = {"patient": kept, "head": patient_head(kept), "found": found, "query": query}
    return render(request, "treatments/merges/find_record.html", context)


def unmerge_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What taking a merged record apart gives back and what was made since; a POST takes it apart."""
    require(request.user, Permission.PATIENT_MERGE)
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    merge = merge_of(patient)
    if merge is None:
        messages.error(request, _("This record is not merged."))
        return redirect("patient", pk)
    moves = merge_lines.moves_in(request.POST.dict())
    no: RuleBroken | None = None
    if request.method == "POST":
        try:
            take_apart(patient=patient, versions=versions_in(request), moves=moves, by=request.user)
            messages.success(request, _("The two records are apart again."))
            return redirect("patient", pk)
        except RuleBroken as refusal:
            no = refusal
            merge.kept.refresh_from_db()
            merge.other.refresh_from_db()
    for each in (merge.kept, merge.other):
        audit.seen("patient", by=request.user, about=each, patient_id=each.pk)
    reads_cases = request.user.may(Permission.CASE_READ)
    back, counts = given_back_of(merge, merge.kept), counts_of(merge.other)[pk]
    context: dict[str, Any] = {
        "merge": merge,
        "head": patient_head(merge.kept),
        "names": (called(merge.kept_before), called(merge.other_before)),
        "lines": merge_lines.given_back_lines(merge, back, reads_cases=reads_cases),
        "stays": merge_lines.hand_changed(merge, back, reads_cases=reads_cases),
        "taken": [merge_lines.label_of(name) for name in back.taken],
        "made": merge_lines.made_lines(made_since(merge), moves),
        "counts": [(noun, counts[name]) for name, noun in NOUNS.items() if counts[name]],
        "refused": no.message if no else "",
    }
    return render(request, "treatments/merges/unmerge_patient.html", context, status=status_of(no))


def versions_in(request: HttpRequest) -> tuple[int, int]:
    """Those of the kept and the other record as the page showed them."""
    told = request.POST
    return whole_number(told.get("kept_version", "")), whole_number(told.get("other_version", ""))


def called(values: dict[str, Any]) -> str:
    return f"{values['given_names']} {values['family_name']}"


def status_of(no: RuleBroken | None) -> int:
    if no is None:
        return 200
    return 412 if isinstance(no, Stale) else 409 if no.conflict else 422
