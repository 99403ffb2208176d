"""Waiving beforehand what blocks a treatment: asking the clinical lead, the lead's list, the answer."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case, Injury
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told
from treatments.actions import waivers as actions
from treatments.forms.waivers import AnswerForm, AskForm
from treatments.models import Modality, Waiver, WaiverRequest
from treatments.queries import blocked_now, in_force_for, plan_of, proposed_end, told_in_full, waiting_for
from treatments.rules.safety import Outcome
from treatments.views import labels
from treatments.views.screenings import WORDS


def ask_waiver(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Asks the clinical lead that a treatment which is blocked for an injury may be given all the same."""
    require(request.user, Permission.SESSION_LOG)
    rows = Injury.objects.filter(case__in=Case.objects.visible_to(request.user))
    injury = get_object_or_404(rows.select_related("case__patient", "case__site", "case__lead", "region"), pk=pk)
    modality = get_object_or_404(Modality, code=code, retired_on=None)
    case = injury.case
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_waiver(
                injury=injury, modality=code, reason=form.cleaned_data["reason"], by=request.user
            )
            messages.success(request, _("Asked. The clinical lead sees it on Today; the answer comes back on yours."))
            return redirect("waiver", asked.pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("screening", by=request.user, about=case, patient_id=case.patient_id)
    found = blocked_now(case, injury, code, clock.today(case.site.time_zone))
    context = {
        **heads(case),
        "injury": injury,
        "modality": modality,
        "matches": in_words(found.matches if found else ()),
        "is_blocked": found is not None,
        "form": form,
        "faults": told(form),
    }
    return render(request, "treatments/waivers/ask_waiver.html", context, status=422 if form.errors else 200)


def waivers(request: HttpRequest) -> HttpResponse:
    """The lead's list: what waits for an answer, and what is waived now."""
    require(request.user, Permission.RULES_APPROVE)
    today = clock.today()
    with transaction.atomic():
        audit.record("waivers.seen", by=request.user)
    context = {
        "waiting": [(row, in_words(row.matches)) for row in waiting_for(request.user)],
        "in_force": in_force_for(request.user, today),
    }
    return render(request, "treatments/waivers/waivers.html", context)


def found_request(request: HttpRequest, pk: UUID) -> WaiverRequest:
    return get_object_or_404(told_in_full(WaiverRequest.objects.visible_to(request.user)), pk=pk)


def waiver(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was asked and answered; for the lead, the form for an answer."""
    return show(request, found_request(request, pk))


def show(
    request: HttpRequest, asked: WaiverRequest, form: AnswerForm | None = None, error: str = "", reason: str = ""
) -> HttpResponse:
    case = asked.case
    today = clock.today(case.site.time_zone)
    audit.seen("waiver", by=request.user, about=asked, patient_id=case.patient_id)
    leads, answer = request.user.may(Permission.RULES_APPROVE), asked.answered
    may_answer = leads and answer is None
    if may_answer and form is None:
        form = AnswerForm(initial={"until": proposed_end(plan_of(case), today)})
    rule = asked.as_rule()
    context = {
        **heads(case),
        "asked": asked,
        "answer": answer,
        "withdrawal": getattr(answer, "withdrawal", None),
        "matches": in_words(asked.matches),
        "form": form if may_answer else None,
        "faults": told(form) if form else [],
        "is_own": asked.asked_by_id == request.user.pk,
        "is_alone": may_answer and actions.is_alone_here(request.user),
        "holds": rule is not None and rule.holds_on(today),
        "may_withdraw": leads and rule is not None and rule.withdrawn_on is None and rule.valid_until >= today,
        "is_unseen": answer is not None and getattr(answer, "seen", None) is None,
        "error": error,
        "reason": reason,
    }
    status = 422 if error or (form is not None and form.errors) else 200
    return render(request, "treatments/waivers/waiver.html", context, status=status)


@require_POST
def answer_waiver(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps what the lead answered."""
    require(request.user, Permission.RULES_APPROVE)
    asked = found_request(request, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_waiver(
                request=asked, is_granted=request.POST.get("do") == "waive", by=request.user, **form.cleaned_data
            )
            messages.success(request, _("Answered. Whoever asked sees it on Today."))
            return redirect("waiver", pk)
        except RuleBroken as no:
            place(no, form)
    return show(request, asked, form)


@require_POST
def withdraw_waiver(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a waiver back."""
    require(request.user, Permission.RULES_APPROVE)
    asked, reason = found_request(request, pk), request.POST.get("reason", "")
    try:
        actions.withdraw_waiver(waiver=answer_of(asked), reason=reason, by=request.user)
        messages.success(request, _("Taken back. From today on the treatment is blocked again."))
    except RuleBroken as no:
        return show(request, asked, error=no.message, reason=reason)
    return redirect("waiver", pk)


@require_POST
def see_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes an answer off one's own list."""
    require(request.user, Permission.SESSION_LOG)
    asked = found_request(request, pk)
    actions.see_answer(waiver=answer_of(asked), by=request.user)
    return redirect("today")


def answer_of(asked: WaiverRequest) -> Waiver:
    if asked.answered is None:
        raise Http404
    return asked.answered


def heads(case: Case) -> dict[str, Any]:
    return {"case": case, "head": patient_head(case.patient), "case_line": case_head(case)}


def in_words(matches: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Rules that match, the strictest first, as a lead reads them."""
    rows = sorted(matches, key=lambda m: -Outcome[m["outcome"]])
    return [
        {
            "says": m["says"],
            "word": WORDS[Outcome[m["outcome"]]][0],
            "tone": WORDS[Outcome[m["outcome"]]][1],
            "source": m.get("source") or _("no source"),
            "certainty": labels.CERTAINTY.get(m.get("certainty", ""), ""),
        }
        for m in rows
    ]
