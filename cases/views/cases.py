"""What belongs to a case and changes while it runs: red flags, goals, what was tried elsewhere."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions.goals import close_goal, set_goal
from cases.actions.injuries import add_injury as add_another
from cases.actions.prior_treatments import add_prior_treatment as add_prior
from cases.actions.red_flags import note_red_flags
from cases.actions.red_flags import resolve_red_flag as resolve
from cases.forms.cases import GoalForm, InjuryFormSet, PriorTreatmentFormSet, red_flag_rows, red_flags_in
from cases.models import Case, Goal, GoalState, RedFlagNote, latest_of
from cases.rules.red_flags import withholding
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.faults import place, told


def case_of(request: HttpRequest, pk: UUID) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("patient", "site", "lead")
    return get_object_or_404(rows, pk=pk)


def heads(case: Case) -> dict[str, Any]:
    return {"case": case, "head": patient_head(case.patient), "case_line": case_head(case)}


def red_flags(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The red flags of a case as they stand, and the questions; a POST keeps what was tapped today."""
    case = case_of(request, pk)
    refused: RuleBroken | None = None
    if request.method == "POST":
        try:
            note_red_flags(case=case, flags=red_flags_in(request.POST.dict()), by=request.user)
            messages.success(request, _("Kept."))
            return redirect("red_flags", pk)
        except RuleBroken as no:
            refused = no
    audit.seen("red_flags", by=request.user, about=case, patient_id=case.patient_id)
    notes = latest_of(case.red_flag_notes.select_related("kind", "noted_by"))
    held = {flag.code for flag in withholding(note.as_rule() for note in notes)}
    context = {
        **heads(case),
        "present": [n for n in notes if n.is_present],
        "absent": [n for n in notes if not n.is_present],
        "held": held,
        "check": case.red_flag_checks.select_related("asked_by").last(),
        "rows": red_flag_rows(request.POST.dict()),
        "refused": refused,
        "may_note": request.user.may(Permission.SESSION_LOG),
    }
    return render(request, "cases/cases/red_flags.html", context, status=422 if refused else 200)


@require_POST
def resolve_red_flag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says that a red flag is over."""
    rows = RedFlagNote.objects.filter(case__in=Case.objects.visible_to(request.user))
    note = get_object_or_404(rows, pk=pk)
    try:
        resolve(note=note, by=request.user)
        messages.success(request, _("Kept: it is over."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("red_flags", note.case_id)


def goals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The goals of a case; a POST sets one more, or says of one whether it was met."""
    require(request.user, Permission.CASE_READ)
    case = case_of(request, pk)
    form = GoalForm(request.POST if "text" in request.POST else None)
    if request.method == "POST":
        try:
            if "goal" in request.POST:
                changed = get_object_or_404(Goal, case=case, pk=request.POST["goal"])
                version = request.POST.get("version", "")
                state = request.POST.get("state", "")
                close_goal(goal=changed, state=state, version=whole_number(version), by=request.user)
                return redirect("goals", pk)
            if form.is_valid():
                set_goal(case=case, goal=form.as_new(), by=request.user)
                return redirect("goals", pk)
        except RuleBroken as no:
            place(no, form) if form.is_bound else messages.error(request, no.message)
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    context = {
        **heads(case),
        "goals": list(case.goals.all()),
        "states": GoalState.choices,
        "form": form,
        "faults": told(form),
        "may_change": request.user.may(Permission.CASE_START),
    }
    return render(request, "cases/cases/goals.html", context, status=422 if context["faults"] else 200)


def add_injury(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more thing that is wrong."""
    rows = InjuryFormSet(request.POST or None, prefix="injuries")

    def add(case: Case, form: Any) -> str:
        add_another(case=case, injury=form.as_new(), by=request.user)
        return _("Added to what is wrong.")

    return add_row(request, pk, rows, add, "cases/cases/add_injury.html")


def add_prior_treatment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more treatment before us, or elsewhere during our course."""
    rows = PriorTreatmentFormSet(request.POST or None, prefix="prior_treatments")

    def add(case: Case, form: Any) -> str:
        add_prior(case=case, prior=form.as_new(), by=request.user)
        return _("Added to what was tried.")

    return add_row(request, pk, rows, add, "cases/cases/add_prior_treatment.html")


def add_row(request: HttpRequest, pk: UUID, rows: Any, add: Callable[[Case, Any], str], page: str) -> HttpResponse:
    """A form for one row of a case; `add` stores it and says so. Then the page of the case."""
    require(request.user, Permission.CASE_START)
    case = case_of(request, pk)
    form = rows.forms[0]
    form.empty_permitted = False
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, add(case, form))
            return redirect("case", pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    context = {**heads(case), "form": form, "rows": rows, "faults": told(form)}
    return render(request, page, context, status=422 if form.errors else 200)
