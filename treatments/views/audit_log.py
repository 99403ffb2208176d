"""The clinic's log: who did what, when and how; without a clinical word."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import Patient
from cases.rules.nhs_numbers import digits_of
from clinic import audit
from clinic.actions.permissions import require
from clinic.models import AuditEvent
from clinic.queries import UnknownMark
from clinic.rules.csv_files import as_csv
from clinic.rules.permissions import Permission
from clinic.templatetags.formatting import day
from clinic.views.faults import told
from treatments.forms.audit_log import LogForm
from treatments.queries.audit_log import (
    MOST_IN_A_FILE,
    Asked,
    events_in_a_file,
    everybody,
    page_of_events,
    patients_named,
)
from treatments.queries.looks import records_of
from treatments.views.audit_words import ACTIONS, CODES, GROUPS, in_words
from treatments.views.looks import DOORS

HEADINGS = (
    "at", "who", "staff", "action", "what", "why", "door", "key", "address", "request", "row_type", "row", "patient",
)  # fmt: skip


def log(request: HttpRequest) -> HttpResponse:
    """A page of the log, the newest first, narrowed to what is asked for."""
    require(request.user, Permission.AUDIT_READ)
    people = everybody()
    form = LogForm(request.GET, people=people, groups=GROUPS, doors=DOORS)
    if not form.is_valid():
        return shown(request, form, {})
    if form.cleaned_data["nhs"]:
        return by_number(request, form)
    patient = patient_in(request, form)
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        page = page_of_events(request.user, asked(form, patient), **marks)
    except UnknownMark:
        return redirect("audit_log")
    record(request, "audit.seen", form, patient)
    names = patients_named(request.user, {*(event.patient_id for event in page.rows), patient.pk if patient else None})
    context = {
        "lines": [line_of(event, people, names, form) for event in page.rows],
        "patient": patient,
        "patient_name": names.get(patient.pk, "") if patient else "",
        "is_narrowed": bool(form.chosen()),
        "file": address("audit_log_file", form.chosen()),
        "most": MOST_IN_A_FILE,
        "next_url": address("audit_log", form.chosen(), after=page.after) if page.after else "",
        "previous_url": address("audit_log", form.chosen(), before=page.before) if page.before else "",
    }
    return shown(request, form, context)


def log_file(request: HttpRequest) -> HttpResponse:
    """The same as a CSV file: the newest rows of what is asked for, with ids instead of patients' names."""
    require(request.user, Permission.AUDIT_READ)
    people = everybody()
    form = LogForm(request.GET, people=people, groups=GROUPS, doors=DOORS)
    if not form.is_valid():
        return shown(request, form, {})
    patient = patient_in(request, form)
    events = events_in_a_file(request.user, asked(form, patient))
    record(request, "audit.exported", form, patient, rows=len(events))
    return HttpResponse(
        as_csv([HEADINGS, *(cells_of(event) for event in events)]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )


def shown(request: HttpRequest, form: LogForm, context: dict[str, Any]) -> HttpResponse:
    faults = told(form)
    return render(
        request, "treatments/audit/log.html", {**context, "form": form, "faults": faults}, status=422 if faults else 200
    )


def by_number(request: HttpRequest, form: LogForm) -> HttpResponse:
    """Goes on to the patient of this number; in the address from then on stands their id."""
    number = digits_of(form.cleaned_data["nhs"])
    rows = Patient.objects.whose_looks_are_read_by(request.user)
    found = rows.filter(nhs_number=number).first() if number else None
    if found is None:
        form.add_error("nhs", _("No patient of your sites has this number."))
        return shown(request, form, {})
    return redirect(address("audit_log", {**form.chosen("patient"), "patient": str(found.pk)}))


def patient_in(request: HttpRequest, form: LogForm) -> Patient | None:
    """The patient of a link; of whom the reader may not know, there is nothing."""
    wanted = form.cleaned_data["patient"]
    if not wanted:
        return None
    return Patient.objects.whose_looks_are_read_by(request.user).filter(pk=wanted).first()


def asked(form: LogForm, patient: Patient | None) -> Asked:
    chosen = form.cleaned_data
    nobody = (UUID(int=0),) if chosen["patient"] else ()
    return Asked(
        who=chosen["who"],
        actions=ACTIONS.get(chosen["what"], ()),
        since=chosen["since"],
        until=chosen["until"],
        door=chosen["door"],
        patients=tuple(records_of(patient)) if patient else nobody,
        row=chosen["row"],
    )


@transaction.atomic(savepoint=False)
def record(request: HttpRequest, action: str, form: LogForm, patient: Patient | None, **more: Any) -> None:
    """Whoever reads the log stands in it, with what they looked for."""
    details = {**form.chosen("patient"), **more}
    audit.record(action, by=request.user, about=patient, patient_id=patient.pk if patient else None, details=details)


def line_of(event: AuditEvent, people: Mapping[UUID, str], names: Mapping[UUID, str], form: LogForm) -> dict[str, Any]:
    """What the page shows of an event."""
    at = event.at or event.created_at
    chosen = form.chosen("patient", "row")
    narrowed = {name: str(value) for name, value in (("patient", event.patient_id), ("row", event.row_id)) if value}
    return {
        "day": day(at),
        "time": f"{localtime(at):%H:%M:%S}",
        "who": event.staff.name if event.staff else _("nobody logged in"),
        "what": in_words(event.action),
        "why": why(event),
        "of": people.get(event.row_id, "") if event.row_type == "clinic.staffmember" and event.row_id else "",
        "patient": event.patient_id,
        "patient_name": names.get(event.patient_id, "") if event.patient_id else "",
        "of_patient": address("audit_log", {**chosen, "patient": narrowed["patient"]}) if event.patient_id else "",
        "of_row": address("audit_log", {**chosen, "row": narrowed["row"]}) if event.row_id else "",
        "door": str(DOORS.get(event.door, event.door)),
        "key": event.api_key.name if event.api_key else "",
        "address": event.came_from or "",
    }


def why(event: AuditEvent) -> str:
    """Of what was refused: the reason."""
    return str(CODES.get(event.details.get("code", ""), ""))


def cells_of(event: AuditEvent) -> list[str]:
    ids = (event.request_id, event.row_type, event.row_id, event.patient_id)
    return [
        localtime(event.at or event.created_at).isoformat(),
        event.staff.name if event.staff else "",
        str(event.staff_id or ""),
        event.action,
        in_words(event.action),
        why(event),
        event.door,
        event.api_key.name if event.api_key else "",
        event.came_from or "",
        *(str(value or "") for value in ids),
    ]


def address(name: str, chosen: Mapping[str, str], **marks: str) -> str:
    told = urlencode({**chosen, **marks})
    return f"{reverse(name)}?{told}" if told else reverse(name)
