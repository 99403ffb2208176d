"""What the sessions of a block are to hold, line by line; one more block."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from treatments.actions import blocks as actions
from treatments.actions.agreements import lacking_consent
from treatments.actions.planning import REPEATS, blocked_today, offered_modalities
from treatments.forms.agreements import AgreementForm, agreement_forms, agreements_in, place_agreements
from treatments.forms.blocks import (
    document_from,
    document_of,
    dose_rows,
    lines_of,
    listed,
    planned_doses,
    sessions_in,
    with_line,
    without_line,
)
from treatments.models import Block, Plan
from treatments.views.plans import case_of, heads

Document = dict[str, Any]


def change_block(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lines of a block; `?like=before` starts with those of the block before it. Only saving keeps anything."""
    visible = Block.objects.filter(plan__case__in=Case.objects.visible_to(request.user))
    block = get_object_or_404(visible.select_related("plan"), pk=pk)
    require(request.user, Permission.CASE_START)
    case = case_of(request, block.plan.case_id)
    block.plan.case = case
    try:
        held, _before = actions.open_block(block)
    except RuleBroken as no:
        messages.error(request, no.message)
        return redirect("plan", case.pk)
    if request.method != "POST":
        audit.seen("plan", by=request.user, about=block, patient_id=case.patient_id)
        like = request.GET.get("like") == "before" and block_before(block)
        return block_page(request, block, case, document_of(like or block, held), held)
    typed = document_from(request.POST)
    if request.POST.get("do") == "save":
        return save_block(request, block, case, typed, held)
    return block_page(request, block, case, edited(typed, request.POST, held), held)


def block_before(block: Block) -> Block | None:
    return block.plan.blocks.filter(number=block.number - 1).first()


def edited(document: Document, posted: QueryDict, held: int) -> Document:
    """The lines with one more or one less, as the button that was pressed says."""
    if posted.get("remove", "").isdigit():
        return without_line(document, whole_number(posted["remove"]))
    if posted.get("do") == "add" and posted.get("add"):
        return with_line(document, posted["add"], held)
    return document


def save_block(request: HttpRequest, block: Block, case: Case, document: Document, held: int) -> HttpResponse:
    doses = planned_doses(document)
    asked = agreement_forms(request.POST, lacking_consent(case, [d.modality for d in doses], block.plan))
    try:
        actions.change_block(
            block=block,
            version=whole_number(request.POST.get("version", "")),
            planned=whole_number(document["planned"].strip()),
            doses=doses,
            repeats_accepted="repeats_accepted" in request.POST,
            agreements=agreements_in(asked),
            by=request.user,
        )
    except RuleBroken as no:
        return block_page(request, block, case, document, held, no=no, asked=asked)
    messages.success(request, _("Block %(n)s is changed.") % {"n": block.number})
    return redirect("plan", case.pk)


def block_page(
    request: HttpRequest,
    block: Block,
    case: Case,
    document: Document,
    held: int,
    *,
    no: RuleBroken | None = None,
    asked: list[AgreementForm] | None = None,
) -> HttpResponse:
    """The page for a block as it is typed."""
    offered, blocked = offered_modalities(), blocked_today(case)
    faults = no.faults if no and no.code != REPEATS else ()
    rows = dose_rows(document, offered, held, faults)
    stored = document_of(block)
    told = [*listed([f for f in faults if "agreements" not in f.pointer], rows), *place_agreements(faults, asked or [])]
    if no and not told and no.code != REPEATS and not isinstance(no, Stale):
        told = [{"message": no.message, "anchor": ""}]
    context = {
        **heads(case),
        "b": block,  # `block` is a word of the templates
        "before": block_before(block),
        "held": [(n, lines_of(stored["doses"], n, offered)) for n in range(1, held + 1)],
        "first": held + 1,
        "planned": document["planned"],
        "planned_error": next((f.message for f in faults if f.pointer == "/planned"), ""),
        "rows": rows,
        "sessions": sessions_in(document, offered, held),
        "choices": [(code, rule.label, code in blocked) for code, rule in offered.items()],
        "asked": asked or [],
        "warning": no.message if no and no.code == REPEATS else "",
        "repeats_accepted": "repeats_accepted" in request.POST,
        "stale": no.message if isinstance(no, Stale) else "",
        "stored": sessions_in(document_of(block, held), offered, held) if isinstance(no, Stale) else [],
        "faults": told,
    }
    return render(request, "treatments/plans/change_block.html", context, status=422 if no else 200)


@require_POST
def add_block(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more block at the end of the plan; the page that fills it starts with the block before."""
    visible = Plan.objects.filter(case__in=Case.objects.visible_to(request.user))
    plan = get_object_or_404(visible, pk=pk)
    try:
        block = actions.add_block(plan=plan, after=whole_number(request.POST.get("after", "")), by=request.user)
    except RuleBroken as no:
        messages.error(request, no.message)
        return redirect("plan", plan.case_id)
    like = "?like=before" if request.POST.get("like") == "before" else ""
    return redirect(f"{reverse('change_block', args=[block.pk])}{like}")
