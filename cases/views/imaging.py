"""Pictures: what waits, asking for one, receiving it, reading it, saying what follows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions import imaging as actions
from cases.actions.readings import calcified, fitting
from cases.actions.readings import sign_reading as sign
from cases.forms.imaging import Deposits, ReadingForm, RequestForm, ResultForm, grade_rows, grades_in, suggested
from cases.models import Case, ImagingRequest, ImagingResult, Origin
from cases.queries import courses_of, pictures_of, worklist_of
from cases.queries.imaging_files import files_of
from cases.queries.wording import rows_of
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.faults import place, told

USUALLY_DUE = timedelta(weeks=2)
STEPS = {"requested": actions.mark_requested, "cancel": actions.cancel_imaging}


def case_of(request: HttpRequest, pk: UUID) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("patient", "site", "lead")
    return get_object_or_404(rows.prefetch_related("injuries__region"), pk=pk)


def result_of(request: HttpRequest, pk: UUID) -> ImagingResult:
    rows = ImagingResult.objects.filter(case__in=Case.objects.visible_to(request.user))
    return get_object_or_404(
        rows.with_state().select_related(
            "case__patient",
            "case__site",
            "case__lead",
            "modality",
            "region",
            "view",
            "request",
            "reviewed_by",
            "told_by",
        ),
        pk=pk,
    )


def heads(case: Case) -> dict[str, Any]:
    return {"case": case, "head": patient_head(case.patient), "case_line": case_head(case)}


def imaging(request: HttpRequest) -> HttpResponse:
    """What is overdue, due, received but not measured, measured but not reviewed."""
    require(request.user, Permission.CASE_READ)
    today = clock.today()
    audit.listed("imaging_list", by=request.user)
    return render(request, "cases/imaging/imaging.html", {"list": worklist_of(request.user, today), "today": today})


def request_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for a picture that is wanted; or, by a POST with `decline`, the reason why none is."""
    require(request.user, Permission.CASE_START)
    case = case_of(request, pk)
    if request.method == "POST" and "decline" in request.POST:
        return decline_imaging(request, case)
    due = clock.today(case.site.time_zone) + USUALLY_DUE
    start = {**suggested(case.injuries.first()), "due_on": due}
    form = RequestForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("why", "due_on", "is_requested", "repeat_reason")}
        try:
            actions.request_imaging(case=case, picture=form.picture(), by=request.user, **given)
            messages.success(request, _("The picture is on the worklist."))
            return redirect("case", pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    context = {**heads(case), "form": form, "faults": told(form)}
    return render(request, "cases/imaging/request_imaging.html", context, status=422 if form.errors else 200)


def decline_imaging(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        actions.decline_imaging(case=case, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Kept: no picture is wanted."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("case", case.pk)


def imaging_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: it was asked for, its result came, or it is taken back."""
    rows = ImagingRequest.objects.filter(case__in=Case.objects.visible_to(request.user))
    found = get_object_or_404(
        rows.select_related("case__patient", "case__site", "case__lead", "modality", "region", "view", "planned_by"),
        pk=pk,
    )
    refused: RuleBroken | None = None
    if request.method == "POST":
        verb = STEPS.get(request.POST.get("do", ""))
        given = {"reason": request.POST.get("reason", "")} if verb is actions.cancel_imaging else {}
        try:
            if verb is not None:
                verb(request=found, version=whole_number(request.POST.get("version", "")), by=request.user, **given)  # type: ignore[operator]
            return redirect("case", found.case_id)
        except RuleBroken as no:
            refused = no
            found.refresh_from_db(fields=["status", "version", "requested_on", "stopped_because"])
    audit.seen("imaging", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {
        **heads(found.case),
        "wanted": found,
        "today": clock.today(found.case.site.time_zone),
        "refused": refused.message if refused else "",
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "cases/imaging/imaging_request.html", context, status=status_of(refused))


def record_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for a study that came; `?request=` names what it answers."""
    require(request.user, Permission.CASE_START)
    case = case_of(request, pk)
    asked = request.GET.get("request", "")
    waiting = next((r for r in case.imaging_requests.awaited() if str(r.pk) == asked), None)
    start: dict[str, Any] = suggested(case.injuries.first())
    if waiting:
        view = waiting.view.code if waiting.view else ""
        start = {"modality": waiting.modality.code, "region": waiting.region.code, "side": waiting.side, "view": view}
    form = ResultForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        names = ("taken", "source", "reporter", "reporter_role", "report_text", "repeat_reason")
        given = {name: form.cleaned_data[name] for name in names}
        try:
            result = actions.record_imaging(
                case=case, picture=form.picture(), by=request.user, request=waiting, **given
            )
            return redirect("imaging_result", result.pk)
        except RuleBroken as no:
            place(no, form)
    audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
    context = {**heads(case), "form": form, "waiting": waiting, "faults": told(form)}
    return render(request, "cases/imaging/record_imaging.html", context, status=422 if form.errors else 200)


def imaging_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One study: what it is, what was read on it, and how its deposits changed from a reference that may be chosen."""
    return result_page(request, result_of(request, pk))


def result_page(
    request: HttpRequest,
    found: ImagingResult,
    no: RuleBroken | None = None,
    *,
    identity_refused: RuleBroken | None = None,
    files_refused: Sequence[str] = (),
) -> HttpResponse:
    """The study; where a conclusion, an answer or files were refused, with what was typed."""
    audit.seen("imaging", by=request.user, about=found, patient_id=found.case.patient_id)
    studies = pictures_of(found.case)
    chosen = next((s for s in studies if str(s.pk) == request.GET.get("reference", "")), None)
    this = next(s for s in studies if s.pk == found.pk)
    files = files_of(found)
    context = {
        **heads(found.case),
        "result": found,
        "readings": list(this.readings.all()),
        "replaced": found.readings.filter(replaced_by__isnull=False).select_related("calibration", "replaced_by"),
        "courses": [(course, rows_of(course)) for course in courses_of(found.case, chosen)],
        "others": [s for s in studies if s.pk != found.pk],
        "chosen": chosen,
        "may_sign": request.user.may(Permission.SESSION_SIGN),
        "has_calcification": calcified(found.case) is not None,
        "refused": no.message if no else "",
        "typed": request.POST.get("conclusion", ""),
        "found": files,
        "may_add": request.user.may(Permission.CASE_START),
        "has_pictures": any(getattr(row, "rendering", None) for row in files.files),
        "identity_refused": identity_refused.message if identity_refused else "",
        "reason": request.POST.get("reason", ""),
        "whose": request.POST.get("whose", ""),
        "files_refused": files_refused,
    }
    status = 422 if files_refused else status_of(no or identity_refused)
    return render(request, "cases/imaging/imaging_result.html", context, status=status)


@require_POST
def tell_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that the patient was told what follows."""
    result = result_of(request, pk)
    try:
        version = whole_number(request.POST.get("version", ""))
        actions.tell_patient(result=result, version=version, by=request.user)
    except RuleBroken as no:
        return result_page(request, result_of(request, pk), no)
    messages.success(request, _("Noted: the patient was told today."))
    return redirect("imaging_result", pk)


def status_of(no: RuleBroken | None) -> int:
    return 200 if no is None else 412 if isinstance(no, Stale) else 422


def sign_reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A form for what was read, by the reporter (`?origin=REPORTED`) or by us; signed as it is sent."""
    require(request.user, Permission.SESSION_SIGN)
    result = result_of(request, pk)
    origin = Origin.REPORTED if request.GET.get("origin") == "REPORTED" else Origin.MEASURED
    corrects = next(
        (r for r in result.readings.filter(origin=origin) if str(r.pk) == request.GET.get("replaces")), None
    )
    injury = calcified(result.case)
    schemes = fitting(result, injury)
    typed = request.POST or None
    form = ReadingForm(typed, origin=origin, corrects=corrects is not None)
    rows = Deposits(typed, prefix="deposits", case=result.case) if injury else None
    if request.method == "POST" and all([form.is_valid(), rows is None or rows.is_valid()]):
        try:
            sign(
                result=result,
                origin=origin,
                by=request.user,
                measurements=rows.filled() if rows else (),
                grades=grades_in(schemes, request.POST.dict()),
                replaces=corrects,
                **form.cleaned_data,
            )
            messages.success(request, _("Signed."))
            return redirect("imaging_result", pk)
        except RuleBroken as no:
            place(no, form, measurements=rows)
    audit.seen("imaging", by=request.user, about=result, patient_id=result.case.patient_id)
    context = {
        **heads(result.case),
        "result": result,
        "form": form,
        "rows": rows,
        "grades": grade_rows(schemes, request.POST.dict()),
        "is_reported": origin == Origin.REPORTED,
        "corrects": corrects,
        "faults": told(form, *([rows] if rows else [])),
    }
    return render(request, "cases/imaging/sign_reading.html", context, status=422 if context["faults"] else 200)


@require_POST
def review_imaging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps what follows from a picture."""
    result = result_of(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.review_imaging(
            result=result,
            version=whole_number(version),
            conclusion=request.POST.get("conclusion", ""),
            by=request.user,
        )
    except RuleBroken as no:
        return result_page(request, result_of(request, pk), no)
    messages.success(request, _("Reviewed. It is off the worklist."))
    return redirect("imaging_result", pk)
