"""The day list: adding to it by two taps or by pasted lines, and saying who came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions import appointments as actions
from cases.forms.appointments import PasteForm, WhenForm, span_of, those_who_treat
from cases.models import Appointment, Patient
from cases.queries import nearly_called
from cases.queries.merges import used_patient
from cases.rules.day_lines import DayLine, read_lines
from cases.rules.free_times import next_free
from cases.views.heads import patient_head
from clinic import clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission
from clinic.views.asked import asked_day, whole_number
from clinic.views.faults import place, told

MINUTES = 30


@dataclass(frozen=True)
class Line:
    """A pasted line, with those who may be meant."""

    number: int
    read: DayLine
    found: list[Patient]


def book_appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A patient onto the day list: with whom, and the next free time, are filled in."""
    require(request.user, Permission.PATIENT_REGISTER)
    patient = used_patient(Patient.objects.visible_to(request.user), pk)
    people = those_who_treat(request.user)
    day = asked_day(request) or clock.today()
    form = WhenForm(request.POST or None, by=request.user, people=people, initial=usual(request.user, people, day))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.book_appointment(patient=patient, by=request.user, **form.booking())
            messages.success(request, _("%(name)s is on the day list.") % {"name": patient.full_name})
            return redirect(day_address(row))
        except RuleBroken as no:
            place(no, form)
            if no.field == "starts_at":
                form.add_error("at", no.message)
    context = {"patient": patient, "head": patient_head(patient), "form": form, "faults": told(form)}
    return render(request, "cases/appointments/book_appointment.html", context, status=422 if form.errors else 200)


def usual(by: StaffMember, people: list[StaffMember], day: date) -> dict[str, Any]:
    """The first who treats, the next free half hour of theirs, the first site."""
    if not people:
        return {"day": day, "minutes": MINUTES}
    person = people[0]
    site = Site.objects.filter(pk__in=by.site_ids).first()
    zone = site.time_zone if site else "Europe/London"
    start, end = span_of(day, zone, clock.now())
    rows = Appointment.objects.filter(staff=person, status__in=actions.TAKES_TIME).on(day, zone)
    at = next_free(rows.values_list("starts_at", "ends_at"), after=start, minutes=MINUTES, until=end)
    shown = (at or start).astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)
    return {"staff": str(person.pk), "day": day, "at": shown, "minutes": MINUTES, "site": site}


def day_address(row: Appointment) -> str:
    day = row.starts_at.astimezone(ZoneInfo(row.site.time_zone)).date()
    return f"{reverse('today')}?day={day.isoformat()}"


@require_POST
def set_appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Arrived, done, did not attend, cancelled; or back."""
    row = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("site"), pk=pk)
    version = request.POST.get("version", "")
    try:
        actions.set_appointment(
            appointment=row,
            status=request.POST.get("status", ""),
            version=whole_number(version),
            by=request.user,
        )
    except RuleBroken as no:
        messages.error(request, no.message)
    back = "&who=all" if request.POST.get("who") == "all" else ""
    return redirect(day_address(row) + back)


def paste_day(request: HttpRequest) -> HttpResponse:
    """Lines of another diary: first shown with those who may be meant, then booked as chosen."""
    require(request.user, Permission.PATIENT_REGISTER)
    people = those_who_treat(request.user)
    day = asked_day(request) or clock.today()
    form = PasteForm(request.POST or None, by=request.user, people=people, initial={"day": day})
    lines: list[Line] = []
    outcomes: list[tuple[Line, str]] = []
    if request.method == "POST" and form.is_valid():
        read = read_lines(form.cleaned_data["lines"])
        lines = [Line(n, line, meant(request.user, line)) for n, line in enumerate(read)]
        if "book" in request.POST:
            outcomes = [(line, book_line(request, form, line)) for line in lines]
            if not any(why for _, why in outcomes):
                messages.success(request, _("%(count)s visits are on the day list.") % {"count": len(outcomes)})
                return redirect(f"{reverse('today')}?day={form.cleaned_data['day'].isoformat()}")
            lines = [line for line, why in outcomes if why]
    context = {
        "form": form,
        "lines": lines,
        "refused": {line.number: why for line, why in outcomes if why},
        "booked": sum(not why for _, why in outcomes),
        "left": "\n".join(line.read.line for line in lines),
        "faults": told(form),
    }
    return render(request, "cases/appointments/paste_day.html", context, status=422 if form.errors else 200)


def meant(by: StaffMember, line: DayLine) -> list[Patient]:
    """Those whom a line may mean: who match, else who are nearly called so."""
    if not line.is_read:
        return []
    visible = Patient.objects.visible_to(by).current()
    found = Patient.objects.visible_to(by).found_as(line.who[:100]).filter(archived_at=None)
    return list(found.order_by("sort_name", "id")[:6]) or nearly_called(visible, line.who)[:6]


def book_line(request: HttpRequest, form: PasteForm, line: Line) -> str:
    """Books one line as chosen; answers with why it was not booked, or with nothing."""
    chosen = request.POST.get(f"patient-{line.number}", "")
    if chosen == "skip":
        return ""
    patient = next((p for p in line.found if str(p.pk) == chosen), None)
    if patient is None or line.read.at is None:
        return _("Choose who is meant, or leave the line out.")
    told_ = form.cleaned_data
    starts_at = datetime.combine(told_["day"], line.read.at, ZoneInfo(told_["site"].time_zone))
    try:
        actions.book_appointment(
            patient=patient,
            staff=form.people[told_["staff"]],
            site=told_["site"],
            starts_at=starts_at,
            minutes=line.read.minutes,
            by=request.user,
        )
    except RuleBroken as no:
        return no.message
    return ""


def neighbours(day: date) -> dict[str, date]:
    """The days before and after."""
    return {"previous_day": day - timedelta(days=1), "next_day": day + timedelta(days=1)}
