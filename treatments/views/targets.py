"""What a plan is meant to move."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.models import Case
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from treatments.actions import targets as actions
from treatments.forms.targets import TargetRows
from treatments.models import Plan
from treatments.queries import aims_of, progress_of
from treatments.views.plans import case_of, heads
from treatments.views.wording import findings_in_words


def set_targets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The case's own measures first, each with a value to reach and a day; others from the list."""
    plan = get_object_or_404(Plan.objects.filter(case__in=Case.objects.visible_to(request.user)), pk=pk)
    require(request.user, Permission.CASE_START)
    case = case_of(request, plan.case_id)
    posted = request.POST if request.method == "POST" else None
    rows, refused, is_stale = TargetRows(posted, case, plan.targets), "", False
    if request.method == "POST" and rows.is_valid():
        try:
            version = whole_number(request.POST.get("version", ""))
            actions.set_targets(plan=plan, version=version, targets=rows.as_new(), by=request.user)
            messages.success(request, _("The target measures are kept."))
            return redirect("plan", case.pk)
        except RuleBroken as no:
            rows.place(no.faults)
            refused, is_stale = no.message, isinstance(no, Stale)
    audit.seen("plan", by=request.user, about=plan, patient_id=case.patient_id)
    faults = rows.told() if request.method == "POST" else []
    context = {
        **heads(case),
        "plan": plan,
        "targets": rows,
        "faults": faults or ([{"message": refused, "anchor": ""}] if refused and not is_stale else []),
        "stale": refused if is_stale else "",
        "stored": findings_in_words([vars(f) for f in aims_of(progress_of(case), plan)]) if is_stale else [],
    }
    return render(request, "treatments/plans/set_targets.html", context, status=422 if faults or refused else 200)
