"""Asking before treatment, and what follows from the answers."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import BodyRegion, Case, Injury, Side, Term
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import Seal
from clinic.rules.permissions import Permission
from treatments.actions import screenings as actions
from treatments.forms.screenings import answers_in, rows_of
from treatments.models import Modality, ScreeningQuestion, WaiverRequest
from treatments.queries import Clearance, Screened, screened, story_of, waivers_of
from treatments.rules.answers import State
from treatments.rules.safety import Match, Outcome
from treatments.views import labels

WORDS = {
    Outcome.BLOCKED: (gettext_lazy("Blocked"), "stop"),
    Outcome.NEEDS_AUTHORISATION: (gettext_lazy("Needs authorisation"), "stop"),
    Outcome.NEEDS_REASON: (gettext_lazy("Needs a written reason: the rule is not approved"), "watch"),
    Outcome.NOT_ASKED: (gettext_lazy("Not asked yet"), "watch"),
    Outcome.ACKNOWLEDGE: (gettext_lazy("To acknowledge"), "watch"),
    Outcome.CLEAR: (gettext_lazy("Clear"), "good"),
    Outcome.NO_RULE_HELD: (gettext_lazy("No rule held"), "plain"),
}


def screening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questions, and what they mean for each treatment today; a POST completes a screening."""
    case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    today = clock.today(case.site.time_zone)
    typed = request.POST.dict()
    faults: list[Any] = []
    refused = ""
    if request.method == "POST":
        require(request.user, Permission.SESSION_LOG)
        codes = ScreeningQuestion.objects.filter(retired_on=None).values_list("code", flat=True)
        answers, faults = answers_in(typed, codes)
        try:
            if not faults:
                actions.complete_screening(case=case, answers=answers, by=request.user)
                messages.success(request, _("The screening is kept."))
                return redirect("screening", pk)
        except RuleBroken as no:
            faults, refused = list(no.faults), no.message
    audit.seen("screening", by=request.user, about=case, patient_id=case.patient_id)
    found = screened(case, today=today)
    sealed = Seal.objects.words_of(s.pk for s in found.screenings)
    asked = {(a.injury_id, a.modality.code): a for a in waivers_of(case, today)}
    wanted = request.GET.getlist("for")
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "found": found,
        "screenings": [(s, sealed.get(s.pk, {}).get("asked_by", s.asked_by.name)) for s in found.screenings],
        "injuries": [results_of(injury, found, asked) for injury in case.injuries.all()],
        "groups": rows_of(asked_for(found, wanted), typed, {a.question_code: a for a in found.answers}, faults),
        "wanted": wanted,
        "modalities": Modality.objects.filter(retired_on=None).exclude(content__column="NONE"),
        "regions": BodyRegion.objects.filter(retired_on=None),
        "sides": Side.choices,
        "refused": refused or (_("Some answers need correcting.") if faults else ""),
        "may_screen": request.user.may(Permission.SESSION_LOG),
        "has_been_asked": any(s.kind == "ASKED" for s in found.screenings),
        "today": today,
    }
    return render(request, "treatments/screenings/screening.html", context, status=422 if context["refused"] else 200)


def asked_for(found: Screened, wanted: list[str]) -> list[ScreeningQuestion]:
    """All questions; or only those that the wanted modalities need."""
    if not wanted:
        return list(found.questions.values())
    columns = set(Modality.objects.filter(code__in=wanted, retired_on=None).values_list("content__column", flat=True))
    conditions = {rule.condition_code for rule in found.rules.values() if rule.column in columns}
    return [q for q in found.questions.values() if not conditions.isdisjoint(q.conditions)]


def results_of(injury: Injury, found: Screened, asked: Mapping[tuple[UUID, str], WaiverRequest]) -> dict[str, Any]:
    """What follows for an injury: the treatments under each outcome, the strictest first, with the reasons."""
    groups: dict[Outcome, list[dict[str, Any]]] = defaultdict(list)
    for clearance in found.clearances:
        if clearance.injury == injury:
            row = told(clearance, found)
            row["asked"] = asked.get((injury.pk, clearance.modality.code))
            row["may_be_waived"] = clearance.result.outcome is Outcome.BLOCKED
            groups[clearance.result.outcome].append(row)
    return {
        "injury": injury,
        "groups": [(*WORDS[outcome], groups[outcome]) for outcome in sorted(groups, reverse=True)],
    }


def told(clearance: Clearance, found: Screened) -> dict[str, Any]:
    """A modality with the rules that decide, in words."""
    deciding = [m for m in clearance.result.matches if m.outcome is clearance.result.outcome]
    return {"modality": clearance.modality, "because": [because(match, found) for match in deciding[:6]]}


def because(match: Match, found: Screened) -> dict[str, Any]:
    rule = found.rules[match.rule.key]
    condition = found.conditions[match.rule.condition].label
    state = {State.NOT_ASKED: _("not asked"), State.EXPIRED: _("asked too long ago")}.get(match.state, "")
    return {
        "says": f"{condition} ({state})" if state else condition,
        "source": rule.source or _("no source"),
        "certainty": labels.CERTAINTY[rule.certainty],
        "is_approved": match.is_approved,
    }


def confirm_unchanged(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: the patient was asked whether anything has changed, and said no."""
    require(request.user, Permission.SESSION_LOG)
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("site"), pk=pk)
    if request.method == "POST":
        try:
            actions.confirm_unchanged(case=case, by=request.user)
            messages.success(request, _("Kept: nothing has changed."))
        except RuleBroken as no:
            messages.error(request, no.message)
    return redirect("screening", pk)


def note_phase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The phase of an injury, as it is judged today."""
    require(request.user, Permission.SESSION_LOG)
    visible = Case.objects.visible_to(request.user)
    injury = get_object_or_404(Injury.objects.filter(case__in=visible).select_related("pathology", "case__site"), pk=pk)
    family = injury.pathology.content.get("phases", "") if injury.pathology else ""
    error = ""
    if request.method == "POST":
        try:
            actions.note_phase(injury=injury, phase=request.POST.get("phase", ""), by=request.user)
            messages.success(request, _("The phase is noted."))
            return redirect("screening", injury.case_id)
        except RuleBroken as no:
            error = no.message
    audit.seen("case", by=request.user, about=injury.case, patient_id=injury.case.patient_id)
    context = {
        "injury": injury,
        "phases": Term.objects.filter(list="PHASE", family=family, retired_on=None) if family else [],
        "noted": injury.phases.select_related("phase", "noted_by").order_by("-noted_on", "-id"),
        "error": error,
    }
    return render(request, "treatments/screenings/note_phase.html", context, status=422 if error else 200)
