"""The plan of a case: started, seen, ended; a block reviewed; what waits for a review."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case, CaseStatus, ImagingRequest, RequestStatus
from cases.queries import courses_of
from cases.queries.wording import rows_of as deposit_rows
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.faults import place, told
from treatments.actions import plans as actions
from treatments.actions.agreements import lacking_consent
from treatments.actions.planning import REPEATS, modalities_in, repeated
from treatments.forms.agreements import agreement_forms, agreements_in, place_agreements
from treatments.forms.plans import ReviewForm, StartPlanForm
from treatments.forms.targets import TargetRows
from treatments.models import Block, Modality, Plan, PlannedPicture
from treatments.queries import (
    PlanState,
    adherence_of,
    aims_of,
    corrected_since,
    ended_plans,
    findings_of,
    plan_of,
    progress_of,
    reviews_due,
    story_of,
)
from treatments.rules import dosage
from treatments.views.wording import findings_in_words

AWAITED = (RequestStatus.PLANNED, RequestStatus.REQUESTED)

DAYS = ("first_on", "last_on")


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
    return start_plan(request, case)


def start_plan(request: HttpRequest, case: Case) -> HttpResponse:
    form, targets = StartPlanForm(request.POST or None, case=case), TargetRows(request.POST or None, case, is_new=True)
    warning, faults, asked = "", [], []
    if request.method == "POST" and all([form.is_valid(), targets.is_valid()]):
        blocks = form.blocks()
        asked = agreement_forms(request.POST, lacking_consent(case, modalities_in(blocks)))
        try:
            actions.start_plan(
                case=case,
                blocks=blocks,
                protocol=form.cleaned_data["protocol"],
                repeats_accepted=form.cleaned_data["repeats_accepted"],
                targets=targets.as_new(),
                agreements=agreements_in(asked),
                by=request.user,
            )
            return redirect("plan", case.pk)
        except RuleBroken as no:
            warning = no.message if no.code == REPEATS else ""
            faults = place_agreements(no.faults, asked)
            targets.place(no.faults)
            if not (warning or faults or any(t.errors for t in targets.forms)):
                place(no, form)
    faults = [*told(form), *(targets.told() if request.method == "POST" else []), *faults]
    context = {
        **heads(case),
        "form": form,
        "targets": targets,
        "asked": asked,
        "faults": faults,
        "warning": warning,
        "ended": ended_plans(case),
    }
    return render(request, "treatments/plans/start_plan.html", context, status=422 if faults or warning else 200)


def show_plan(request: HttpRequest, case: Case, state: PlanState) -> HttpResponse:
    audit.seen("plan", by=request.user, about=state.plan, patient_id=case.patient_id)
    rules = {m.code: m.as_rule() for m in modalities_of(state)}
    may_change = request.user.may(Permission.CASE_START) and case.status != CaseStatus.DISCHARGED
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
                "may_change": may_change and not block.is_reviewed and block.ended_early_on is None,
            }
            for block in state.blocks
        ],
        "last": state.blocks[-1],
        "aims": findings_in_words([vars(f) for f in aims_of(progress_of(case), state.plan)]),
        "repeats": repeated(case, list(rules)),
        "authorisations": state.plan.authorisations.select_related("modality", "noted_by"),
        "pictures": pictures_of(case, state.plan),
        "today": clock.today(case.site.time_zone),
        "ended": ended_plans(case),
        "may_change": may_change,
        "may_sign": request.user.may(Permission.SESSION_SIGN),
    }
    return render(request, "treatments/plans/plan.html", context)


def pictures_of(case: Case, plan: Plan) -> list[tuple[ImagingRequest, PlannedPicture | None]]:
    """The pictures that the plan asks for, and what else is awaited in the case, by the day by which they are due."""
    planned = {p.request_id: p for p in PlannedPicture.objects.filter(plan=plan).select_related("after")}
    rows = case.imaging_requests.filter(Q(pk__in=planned) | Q(status__in=AWAITED))
    rows = rows.select_related("modality", "region", "view", "result").order_by("due_on", "id")
    return [(row, planned.get(row.pk)) for row in rows]


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
    progress = progress_of(case)
    findings = [vars(f) for f in findings_of(progress, block)]
    reviews = list(block.reviews.all())
    since = corrected_since(reviews, case)
    context = {
        **heads(case),
        "number": block.number,  # `block` is a word of the templates
        "is_due": bool(state and state.review_due and state.review_due.pk == block.pk),
        "earlier": [(r, findings_in_words(r.findings), kept_of(r.adherence), since[r.pk]) for r in reviews],
        "rows": findings_in_words(findings),
        "kept": kept_of(vars(adherence_of(progress, block, clock.today(case.site.time_zone)))),
        "courses": [(c, deposit_rows(c)) for c in courses_of(case)],
        "form": form,
        "faults": told(form),
        "may_sign": request.user.may(Permission.SESSION_SIGN),
    }
    return render(request, "treatments/plans/review_block.html", context, status=422 if form.errors else 200)


def kept_of(told: dict[str, Any]) -> dict[str, Any]:
    """How far a block was kept to, with its days as dates; empty where it was not kept yet."""
    return told and {**told, **{day: date.fromisoformat(told[day]) if told[day] else None for day in DAYS}}


def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews that are due, one's own cases first."""
    due = reviews_due(request.user) if request.user.may(Permission.CASE_READ) else []
    audit.listed("reviews", by=request.user)
    return render(request, "treatments/plans/reviews.html", {"due": due})
