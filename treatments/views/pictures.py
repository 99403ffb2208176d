"""A picture that a plan asks for."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.forms.imaging import suggested
from cases.models import Case
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told
from treatments.actions import pictures as actions
from treatments.forms.plans import PlannedPictureForm
from treatments.models import Plan
from treatments.views.plans import case_of, heads

USUALLY_DUE_DAYS = 14
GIVEN = ("why", "due_on", "is_requested", "repeat_reason", "after")


def plan_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is to be seen, why, and by when: a day to be typed, which starts as far from today as the template says."""
    visible = Plan.objects.filter(case__in=Case.objects.visible_to(request.user))
    plan = get_object_or_404(visible.select_related("protocol"), pk=pk)
    require(request.user, Permission.CASE_START)
    case = case_of(request, plan.case_id)
    template = plan.protocol.content if plan.protocol else {}
    days = template.get("reimage_after_days") or USUALLY_DUE_DAYS
    due = clock.today(case.site.time_zone) + timedelta(days=days)
    start = {**suggested(case.injuries.first()), "due_on": due}
    form = PlannedPictureForm(request.POST or None, initial=start, blocks=plan.blocks.all())
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in GIVEN}
        try:
            actions.plan_imaging(plan=plan, picture=form.picture(), by=request.user, **given)
            messages.success(request, _("The picture is on the worklist."))
            return redirect("plan", case.pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("plan", by=request.user, about=plan, patient_id=case.patient_id)
    context = {**heads(case), "form": form, "hint": template.get("reimage_after_days"), "faults": told(form)}
    return render(request, "treatments/plans/plan_imaging.html", context, status=422 if form.errors else 200)
