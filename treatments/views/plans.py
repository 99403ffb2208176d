"""The plan of a case: started, seen, ended; a block reviewed; what waits for a review."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.queries import courses_of
from cases.views.faults import place, told
from cases.views.heads import case_head, patient_head
from cases.views.wording import rows_of as deposit_rows
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from treatments.actions import plans as actions
from treatments.forms.plans import ReviewForm, StartPlanForm
from treatments.models import Block, Modality, Plan
from treatments.queries import PlanState, ended_plans, findings_of, plan_of, progress_of, reviews_due, story_of
from treatments.rules import dosage
from treatments.rules.progress import Verdict, Word
from treatments.views.wording import in_words


def case_of(request: HttpRequest, pk: UUID) -> Case:
    return get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)


def heads(case: Case) -> dict[str, Any]:
    return {"case": case, "head": patient_head(case.patient), "case_line": case_head(case)}


def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The running plan, block by block; or the form that starts one."""
    case = case_of(request, pk)
    state = plan_of(case)
    if state is not None:
        return show_plan(request, case, state)
    require(request.user, Permission.CASE_START)
    form = StartPlanForm(request.POST or None, case=case)
    warning = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_plan(
                case=case,
                blocks=form.blocks(),
                protocol=form.cleaned_data["protocol"],
                repeats_accepted=form.cleaned_data["repeats_accepted"],
                by=request.user,
            )
            return redirect("plan", pk)
        except RuleBroken as no:
            warning = no.message if no.code == actions.REPEATS else ""
            if not warning:
                place(no, form)
    context = {**heads(case), "form": form, "faults": told(form), "warning": warning, "ended": ended_plans(case)}
    status = 422 if form.errors or warning else 200
    return render(request, "treatments/plans/start_plan.html", context, status=status)


def show_plan(request: HttpRequest, case: Case, state: PlanState) -> HttpResponse:
    audit.seen("plan", by=request.user, about=state.plan, patient_id=case.patient_id)
    rules = {m.code: m.as_rule() for m in modalities_of(state)}
    context = {
        **heads(case),
        "state": state,
        "blocks": [
            {
                "block": block,
                "held": state.held(block),
                "is_current": state.current is block,
                "reviews": list(block.reviews.all()),
                "sessions": [(n, doses_of(block, n, rules)) for n in range(1, block.planned + 1)],
            }
            for block in state.blocks
        ],
        "ended": ended_plans(case),
        "may_change": request.user.may(Permission.CASE_START),
        "may_sign": request.user.may(Permission.SESSION_SIGN),
    }
    return render(request, "treatments/plans/plan.html", context)


def modalities_of(state: PlanState) -> list[Modality]:
    codes = {dose["modality"] for block in state.blocks for dose in block.content}
    return list(Modality.objects.filter(code__in=codes, retired_on=None).prefetch_related("parameters"))


def doses_of(block: Block, number: int, rules: dict[str, dosage.ModalityRule]) -> list[str]:
    """What is planned for a session, a line for each treatment."""
    lines = []
    for dose in block.of_session(number):
        rule = rules.get(dose["modality"])
        if rule is not None:
            read = {c: dosage.read(p, v) for c, v in dose["parameters"].items() if (p := rule.parameter(c))}
            lines.append(dosage.sentence(rule, read))
    return lines


@require_POST
def end_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends the plan with a reason; or, named by `block`, a block before its last session."""
    visible = Plan.objects.filter(case__in=Case.objects.visible_to(request.user))
    found = get_object_or_404(visible, pk=pk)
    reason = request.POST.get("reason", "")
    try:
        if "block" in request.POST:
            block = get_object_or_404(found.blocks, number=whole_number(request.POST["block"]))
            actions.end_block_early(block=block, reason=reason, by=request.user)
        else:
            actions.end_plan(plan=found, reason=reason, by=request.user)
            messages.success(request, _("The plan has ended."))
            return redirect("case", found.case_id)
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("plan", found.case_id)


def review_block(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start and now side by side, and one question: what now?"""
    visible = Block.objects.filter(plan__case__in=Case.objects.visible_to(request.user))
    block = get_object_or_404(visible.select_related("plan"), pk=pk)
    case = case_of(request, block.plan.case_id)
    form = ReviewForm(request.POST or None, block=block)
    if request.method == "POST" and form.is_valid():
        try:
            review = actions.review_block(block=block, by=request.user, **form.cleaned_data)
            messages.success(request, _("The review is signed."))
            return redirect("case_state" if review.decision == "DISCHARGE" else "plan", case.pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("review", by=request.user, about=block, patient_id=case.patient_id)
    state = plan_of(case)
    findings = [vars(f) for f in findings_of(progress_of(case), block)]
    context = {
        **heads(case),
        "block": block,
        "is_due": bool(state and state.review_due and state.review_due.pk == block.pk),
        "earlier": [(r, rows_of(r.findings)) for r in block.reviews.all()],
        "rows": rows_of(findings),
        "courses": [(c, deposit_rows(c)) for c in courses_of(case)],
        "form": form,
        "faults": told(form),
        "may_sign": request.user.may(Permission.SESSION_SIGN),
    }
    return render(request, "treatments/plans/review_block.html", context, status=422 if form.errors else 200)


def rows_of(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings with their verdicts in words."""
    rows = []
    for f in findings:
        told_ = Verdict(
            word=Word(f["word"]),
            threshold=Decimal(f["threshold"]) if f["threshold"] else None,
            population=f["population"],
            is_good=f["is_good"],
            error_is_known=f["error_is_known"],
        )
        word, tone, why = in_words(told_, f["unit"])
        on = {"start_on": date.fromisoformat(f["start_on"]), "now_on": date.fromisoformat(f["now_on"])}
        rows.append({**f, **on, "words": word, "tone": tone, "why": why})
    return rows


def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews that are due, one's own cases first."""
    due = reviews_due(request.user) if request.user.may(Permission.CASE_READ) else []
    return render(request, "treatments/plans/reviews.html", {"due": due})
