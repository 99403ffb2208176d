"""A case: starting it, and seeing where it stands."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cases.actions.case_steps import hold_case, link_case, reopen_case, resume_case
from cases.actions.cases import start_case as start
from cases.forms.cases import GoalFormSet, InjuryFormSet, PriorTreatmentFormSet, red_flag_rows, red_flags_in
from cases.models import Case, CaseOutcome, CaseStatus, Patient, RedFlagNote, latest_of
from cases.queries import courses_of, studies_of
from cases.queries.merges import used_patient
from cases.queries.wording import rows_of
from cases.rules.imaging_prompts import Problem, asks_for_imaging
from cases.rules.red_flags import waiting, withholding
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told
from treatments.actions.discharges import discharge_case
from treatments.forms.cases import StartCaseForm, offered_sets
from treatments.forms.progress import usual_choice
from treatments.models import Letter, LetterStatus
from treatments.queries import (
    last_with_exercises,
    overview_of,
    plans_of,
    progress_of,
    running,
    surroundings_of,
    waivers_of,
)
from treatments.rules.charts import COMPACT
from treatments.views.drawing import chart_of
from treatments.views.overviews import (
    courses_in,
    deposit_lines,
    goals_told,
    next_steps,
    screening_step,
)
from treatments.views.twins import twin_of

FORMSETS = {"injuries": InjuryFormSet, "prior_treatments": PriorTreatmentFormSet, "goals": GoalFormSet}
TOLD = ("site", "title", "onset", "history", "referral", "factors", "continues", "opened_on")


def start_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for a patient's new case; then the page of the case."""
    require(request.user, Permission.CASE_START)
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    form = StartCaseForm(request.POST or None, by=request.user, patient=patient)
    sets = {name: made(request.POST or None, prefix=name) for name, made in FORMSETS.items()}
    if request.method == "POST" and all([form.is_valid(), *(s.is_valid() for s in sets.values())]):
        given = {name: form.cleaned_data[name] for name in TOLD}
        lists = {name: s.filled() for name, s in sets.items()}
        flags = red_flags_in(request.POST.dict())
        try:
            case = start(patient=patient, by=request.user, key_measures=form.asked(), red_flags=flags, **given, **lists)
            return redirect("case", case.pk)
        except RuleBroken as no:
            place(no, form, **sets)
    audit.seen("patient", by=request.user, about=patient, patient_id=patient.pk)
    context = {
        "patient": patient,
        "head": patient_head(patient),
        "form": form,
        "red_flags": red_flag_rows(request.POST.dict()),
        "sets": offered_sets(),
        "faults": told(form, *sets.values()),
        **sets,
    }
    return render(request, "treatments/cases/start_case.html", context, status=422 if context["faults"] else 200)


def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where a case stands: what is wrong, before us, now, next; progress; sessions."""
    flag_notes = Prefetch("red_flag_notes", RedFlagNote.objects.select_related("kind", "noted_by"))
    rows = overview_of(Case.objects.visible_to(request.user)).prefetch_related(flag_notes)
    found = get_object_or_404(rows, pk=pk)
    audit.seen("case", by=request.user, about=found, patient_id=found.patient_id)
    today, flags = clock.today(found.site.time_zone), latest_of(found.red_flag_notes.all())
    progress = progress_of(found)
    plans = plans_of(progress)
    state, pictures = running(plans), pictures_on_page(found, today)
    around = surroundings_of(progress, courses=pictures["deposits"], studies=pictures["studies"], plans=plans)
    choice, treatments_wait = usual_choice(progress), bool(withholding(n.as_rule() for n in flags))
    keys, others = courses_in(progress, state)
    context = {
        **pictures,
        "case": found,
        "today": today,
        "head": patient_head(found.patient),
        "case_line": case_head(found),
        "screening": screening_step(found, today) if found.status != CaseStatus.DISCHARGED else None,
        "red_flags": [n for n in flags if n.is_present and n.resolved_on is None],
        "red_flags_waiting": {f.code for f in waiting(n.as_rule() for n in flags)},
        "treatments_wait": treatments_wait,
        "red_flags_asked": bool(flags),
        "state": state,
        "steps": next_steps(
            found,
            progress,
            state,
            by=request.user,
            awaited=pictures["awaited"],
            treatments_wait=treatments_wait,
            today=today,
        ),
        "keys": keys,
        "others": others,
        "deposit_lines": deposit_lines(pictures["deposits"]),
        "courses_of_deposits": [(course, rows_of(course)) for course in pictures["deposits"]],
        "goals": goals_told(found),
        "progress": progress,
        "chart": chart_of(progress, around, choice, today=today, sizes=COMPACT),
        "twin": twin_of(progress, around, choice),
        "sessions": progress.sessions[::-1],
        "waivers": waivers_of(found, today),
        "may_change": request.user.may(Permission.CASE_START),
        "may_log": request.user.may(Permission.SESSION_LOG),
    }
    return render(request, "treatments/cases/case.html", context)


def pictures_on_page(case: Case, today: date) -> dict[str, Any]:
    """The pictures of a case, what is awaited, how its deposits change, and whether to ask for a picture."""
    studies = studies_of(case)
    requests = list(case.imaging_requests.select_related("modality", "region", "view"))
    problems = [
        Problem(i.kind, i.region.code, i.name, i.structure.kind if i.structure else "") for i in case.injuries.all()
    ]
    torn = any(n.kind_code == "RF_TENDON_RUPTURE" and n.is_present for n in case.red_flag_notes.all())
    return {
        "studies": studies[::-1],
        "awaited": [r for r in requests if r.status in ("PLANNED", "REQUESTED")],
        "declined": [r for r in requests if r.status == "NOT_WANTED"],
        "deposits": courses_of(case),
        "asks_for_picture": case.status != CaseStatus.DISCHARGED
        and asks_for_imaging(
            problems,
            since=case.onset,
            today=today,
            has_picture=bool(studies) or any(r.status != "CANCELLED" for r in requests),
            tear_flagged=torn,
        ),
    }


def letters_of(case: Case) -> list[Letter]:
    """The letters of a case that were not discarded, newest first, without what they say."""
    return list(case.letters.exclude(status=LetterStatus.DISCARDED).select_related("author").defer("content"))


def case_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold, take up again, discharge, reopen, link to an earlier case."""
    require(request.user, Permission.CASE_START)
    rows = Case.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("patient", "site", "lead"), pk=pk)
    earlier = list(rows.filter(patient=found.patient_id).exclude(pk=pk).order_by("-opened_on"))
    refused = ""
    if request.method == "POST":
        try:
            changed = change_state(found, request, earlier)
            return redirect("case_state" if changed and changed.status == "DISCHARGED" else "case", pk)
        except RuleBroken as no:
            refused = no.message
    audit.seen("case", by=request.user, about=found, patient_id=found.patient_id)
    context = {
        "case": found,
        "head": patient_head(found.patient),
        "case_line": case_head(found),
        "outcomes": CaseOutcome.choices,
        "earlier": earlier,
        "steps": list(found.steps.select_related("by", "new_lead"))[::-1],
        "typed": request.POST.dict(),
        "refused": refused,
        "letters": letters_of(found),
        "with_exercises": last_with_exercises(found),
    }
    return render(request, "treatments/cases/case_state.html", context, status=422 if refused else 200)


def change_state(case: Case, request: HttpRequest, earlier: list[Case]) -> Case | None:
    """Calls the verb of the button that was pressed; answers with the case as it is then."""
    by, reason = request.user, request.POST.get("reason", "")
    chosen = next((e for e in earlier if str(e.pk) == request.POST.get("continues")), None)
    verbs: dict[str, Callable[[], Case]] = {
        "hold": lambda: hold_case(case=case, reason=reason, by=by),
        "resume": lambda: resume_case(case=case, by=by),
        "reopen": lambda: reopen_case(case=case, reason=reason, by=by),
        "discharge": lambda: discharge_case(case=case, outcome=request.POST.get("outcome", ""), reason=reason, by=by),
        "link": lambda: link_case(case=case, earlier=chosen, by=by),
    }
    verb = verbs.get(request.POST.get("do", ""))
    return verb() if verb else None
