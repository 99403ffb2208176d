"""The patient's own file: who asked for it, reading and shortening it, releasing it by name, handing it over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Patient
from cases.queries.merges import used_patient
from cases.views.heads import patient_head
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.asked import is_uuid
from clinic.views.faults import place, told
from treatments.actions import own_files as actions
from treatments.forms.own_files import AskForm, LeaveOutForm
from treatments.models import OwnFileRequest
from treatments.queries.own_files import digest_of, omissions_of, sections_of, unseen_cases
from treatments.rules.own_files import Entry, found_in, how_soon, marked, without
from treatments.views.own_file_papers import write_zip

MOST = 200


def own_files(request: HttpRequest) -> HttpResponse:
    """Which files patients asked for: the open ones by the day on which they are due, and the last that are over."""
    audit.listed("own_files", by=request.user)
    rows = OwnFileRequest.objects.visible_to(request.user).select_related("patient", "release")
    over = rows.exclude(pk__in=OwnFileRequest.objects.open().values("pk")).order_by("-due_on", "-id")
    today = clock.today()
    context = {"open": lines_of(rows.open()[:MOST], today), "over": lines_of(over[:20], today)}
    return render(request, "treatments/own_files/own_files.html", context)


def lines_of(rows: Any, today: Any) -> list[tuple[OwnFileRequest, str, str]]:
    """Each request with what is left of its time, and the tone in which that is said."""
    return [(row, *time_left(row, today)) for row in rows]


def time_left(row: OwnFileRequest, today: Any) -> tuple[str, str]:
    left, tone = how_soon(row.due_on, today)
    if left < 0:
        return _("%(n)s days late") % {"n": -left} if left < -1 else _("1 day late"), tone
    words = {0: _("due today"), 1: _("1 day left")}
    return words.get(left) or _("%(n)s days left") % {"n": left}, tone


def ask_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that the patient, or somebody for them, asked for all that is kept about them."""
    require(request.user, Permission.OWN_FILE)
    patient = used_patient(Patient.objects.visible_to(request.user).select_related("merged_into"), pk)
    form = AskForm(request.POST or None, initial={"asked_on": clock.today(patient.site.time_zone)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_own_file(patient=patient, asked=form.asked(), by=request.user)
            messages.success(request, _("Noted. A clinician who sees all cases reads the file and releases it."))
            return redirect("own_file", made.pk)
        except RuleBroken as no:
            place(no, form)
    earlier = OwnFileRequest.objects.filter(patient__in=Patient.objects.one_with(patient)).select_related("release")
    context = {
        "patient": patient,
        "head": patient_head(patient),
        "form": form,
        "faults": told(form),
        "earlier": lines_of(earlier.order_by("-asked_on", "-id"), clock.today()),
    }
    return render(request, "treatments/own_files/ask_own_file.html", context, status=422 if form.errors else 200)


def found(request: HttpRequest, pk: UUID) -> OwnFileRequest:
    rows = OwnFileRequest.objects.visible_to(request.user).select_related(
        "patient__merged_into", "patient__site", "noted_by", "answered_by", "withdrawn_by", "release"
    )
    return get_object_or_404(rows, pk=pk)


def own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How a request stands, and what comes next."""
    return show(request, found(request, pk))


def show(request: HttpRequest, row: OwnFileRequest, error: str = "", because: str = "") -> HttpResponse:
    reads = request.user.may(Permission.CASE_READ)
    left, tone = time_left(row, clock.today(row.patient.site.time_zone))
    context = {
        "row": row,
        "release": getattr(row, "release", None),
        "head": patient_head(row.patient),
        "left": left,
        "tone": tone,
        "reads_cases": reads,
        "unseen": unseen_cases(row.patient, request.user) if reads else 0,
        "hands_over": request.user.may(Permission.OWN_FILE),
        "omitted": len(omissions_of(row)) if reads else 0,
        "error": error,
        "because": because,
    }
    return render(request, "treatments/own_files/own_file.html", context, status=422 if error else 200)


def check_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file as it goes out, each entry with the way to leave it out; at its end, the release."""
    require(request.user, Permission.CASE_READ)
    row = found(request, pk)
    if not row.is_open or hasattr(row, "release") or unseen_cases(row.patient, request.user):
        return redirect("own_file", pk)
    audit.seen("own_file", by=request.user, about=row, patient_id=row.patient_id)
    whole, omissions = sections_of(row.patient), omissions_of(row)
    context = {
        "row": row,
        "head": patient_head(row.patient),
        "sections": marked(whole, omissions),
        "omitted": len(omissions),
        "digest": digest_of(without(whole, omissions, says_where=False)),
    }
    return render(request, "treatments/own_files/check_own_file.html", context)


def leave_out_of_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry of a file: what it says, and the form that leaves it out; or puts it back."""
    require(request.user, Permission.CASE_READ)
    row = found(request, pk)
    if unseen_cases(row.patient, request.user):
        return redirect("own_file", pk)
    entry = entry_of(request, row)
    form = LeaveOutForm(request.POST or None if request.POST.get("do") != "put_back" else None, entry=entry)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            if form.is_bound:
                what = (entry.kind, entry.id)
                actions.leave_out(request=row, entry=what, by=request.user, **form.cleaned_data)
            else:
                actions.put_back(request=row, row_id=UUID(entry.id), by=request.user)
            return redirect("check_own_file", pk)
        except RuleBroken as no:
            place(no, form) if form.is_bound else messages.error(request, no.message)
    audit.seen("own_file", by=request.user, about=row, patient_id=row.patient_id)
    context = {
        "row": row,
        "head": patient_head(row.patient),
        "entry": entry,
        "form": form,
        "faults": told(form),
        "omission": row.omissions.filter(row_id=entry.id, put_back_at=None).select_related("left_out_by").first(),
    }
    return render(request, "treatments/own_files/leave_out.html", context, status=422 if form.errors else 200)


def entry_of(request: HttpRequest, row: OwnFileRequest) -> Entry:
    """The entry that ?entry= names, "cases.goal:…"."""
    kind, _colon, row_id = request.GET.get("entry", "").partition(":")
    entry = found_in(sections_of(row.patient), kind, row_id) if is_uuid(row_id) else None
    if entry is None:
        raise Http404
    return entry


@require_POST
def release_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes the file of what was read, in the reader's name."""
    require(request.user, Permission.CASE_READ)
    row = found(request, pk)
    try:
        actions.release_own_file(
            request=row,
            digest=request.POST.get("digest", ""),
            says_where="says_where" in request.POST,
            make=write_zip,
            by=request.user,
        )
        messages.success(request, _("Released in your name. The file can be taken away and handed over."))
    except RuleBroken as no:
        messages.error(request, no.message)
        return redirect("check_own_file", pk)
    return redirect("own_file", pk)


def take_own_file(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """The released file, to be handed over."""
    require(request.user, Permission.OWN_FILE)
    row = found(request, pk)
    try:
        file = actions.take_own_file(request=row, by=request.user)
    except RuleBroken as no:
        messages.error(request, no.message)
        return redirect("own_file", pk)
    name = f"own-file-{row.asked_on.isoformat()}.zip"
    response = FileResponse(file, content_type="application/zip", as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def hand_over_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that whoever asked has the file."""
    require(request.user, Permission.OWN_FILE)
    try:
        actions.hand_over_own_file(request=found(request, pk), by=request.user)
        messages.success(request, _("Noted: the request is answered."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("own_file", pk)


@require_POST
def withdraw_own_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that the file is not wanted any more."""
    require(request.user, Permission.OWN_FILE)
    row, because = found(request, pk), request.POST.get("because", "")
    try:
        actions.withdraw_own_file(request=row, because=because, by=request.user)
    except RuleBroken as no:
        return show(request, row, no.message, because)
    messages.success(request, _("Noted: the file is not wanted any more."))
    return redirect("own_file", pk)
