"""Who looked at a patient's record: one line a look, without a clinical word."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Patient
from cases.queries.merges import used_patient
from cases.views.heads import patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.models import AuditEvent
from clinic.queries import UnknownMark
from clinic.rules.permissions import Permission
from clinic.templatetags.formatting import day
from clinic.views.asked import is_uuid
from treatments.forms.staff import ROLES
from treatments.queries.looks import KINDS, page_of_looks, records_of, who_looked_at
from treatments.rules.looks import Fold, Look, folded

NOUNS = {
    "patient": gettext_lazy("the patient’s page"),
    "case": gettext_lazy("a case"),
    "session": gettext_lazy("the note of a visit"),
    "progress": gettext_lazy("the progress of a case"),
    "plan": gettext_lazy("a plan"),
    "review": gettext_lazy("the review of a block"),
    "screening": gettext_lazy("the screening"),
    "red_flags": gettext_lazy("the red flags of a case"),
    "waiver": gettext_lazy("a waiver"),
    "imaging": gettext_lazy("an imaging result or request"),
    "imaging_file_original": gettext_lazy("a file of a picture as it was uploaded"),
    "photograph": gettext_lazy("a photograph"),
    "photograph_copy": gettext_lazy("a photograph"),
    "photograph_original": gettext_lazy("a photograph as it was uploaded"),
    "letter": gettext_lazy("a letter"),
    "letters": gettext_lazy("the letters of a case"),
    "exercise_sheet": gettext_lazy("exercises for home"),
    "consents": gettext_lazy("the consents"),
    "history": gettext_lazy("who changed what"),
    "sessions": gettext_lazy("notes of visits, compared"),
    "earlier_visits": gettext_lazy("visits that were entered elsewhere"),
    "photographs": gettext_lazy("the photographs of a case"),
    "case_report": gettext_lazy("the report of a case"),
    "looks": gettext_lazy("who looked"),
    "own_file": gettext_lazy("the patient’s own file"),
}
DOORS = {
    "page": gettext_lazy("on a page"),
    "api": gettext_lazy("by the API"),
    "command": gettext_lazy("by a command"),
    "job": gettext_lazy("by a job"),
}
KIND_LABELS = {"looked": gettext_lazy("looked at"), "taken": gettext_lazy("taken away as a file")}
# Where what was looked at is opened, by what it was and the type of its row.
PAGES = {
    ("patient", "cases.patient"): "patient",
    ("consents", "cases.patient"): "consents",
    ("history", "cases.patient"): "patient_history",
    ("case", "cases.case"): "case",
    ("history", "cases.case"): "case_history",
    ("progress", "cases.case"): "progress",
    ("screening", "cases.case"): "screening",
    ("red_flags", "cases.case"): "red_flags",
    ("letters", "cases.case"): "letters",
    ("letter", "treatments.letter"): "letter",
    ("session", "treatments.session"): "session",
    ("exercise_sheet", "treatments.session"): "exercise_sheet",
    ("review", "treatments.block"): "review_block",
    ("imaging", "cases.imagingresult"): "imaging_result",
    ("imaging", "cases.imagingrequest"): "imaging_request",
    ("photograph", "cases.document"): "photograph",
    ("photograph_copy", "cases.document"): "photograph",
    ("photograph_original", "cases.document"): "photograph",
}


def who_looked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looked at this patient's record, the newest first; with ?who= one person, with ?kind= looks or files."""
    require(request.user, Permission.LOOKS_READ)
    rows = Patient.objects.whose_looks_are_read_by(request.user).select_related("merged_into")
    patient = used_patient(rows, pk)
    audit.seen("looks", by=request.user, about=patient, patient_id=patient.pk)
    records = records_of(patient)
    chosen = chosen_in(request)
    who = UUID(chosen["who"]) if chosen["who"] else None
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        looks, page = page_of_looks(records, who=who, kind=chosen["kind"], **marks)
    except UnknownMark:
        return redirect("who_looked", pk)
    context = {
        "patient": patient,
        "head": head_for(request, patient),
        "lines": lines_of(folded(looks), linked=request.user.may(Permission.CASE_READ)),
        "people": [(str(each), name) for each, name in who_looked_at(records)],
        "kinds": KIND_LABELS.items(),
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "reads_patient": request.user.may(Permission.PATIENT_READ),
        "next_url": beside(patient, chosen, after=page.after),
        "previous_url": beside(patient, chosen, before=page.before),
    }
    return render(request, "treatments/patients/who_looked.html", context)


def chosen_in(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; nonsense asks for everything."""
    who, kind = request.GET.get("who", ""), request.GET.get("kind", "")
    return {"who": who if is_uuid(who) else "", "kind": kind if kind in KINDS else ""}


def head_for(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    """Whose record it is; for those who read no patients, without alerts and without the way there."""
    head = patient_head(patient)
    return head if request.user.may(Permission.PATIENT_READ) else {**head, "alerts": [], "url": ""}


def beside(patient: Patient, chosen: dict[str, str], **mark: str) -> str:
    """The address of the page that starts at a mark; "" where there is none."""
    if not any(mark.values()):
        return ""
    asked = {name: value for name, value in {**chosen, **mark}.items() if value}
    return f"{reverse('who_looked', args=[patient.pk])}?{urlencode(asked)}"


def lines_of(folds: Iterable[Fold], *, linked: bool) -> list[dict[str, Any]]:
    """What a page shows of each line; links for those who may open them."""
    labels = dict(ROLES)
    return [
        {
            "day": day(look.at),
            "time": times_of(fold),
            "times": fold.times,
            "who": look.name or _("nobody logged in"),
            "role": ", ".join(str(label) for role, label in labels.items() if role in look.roles),
            "what": what_of(look),
            "is_taken_away": look.is_taken_away,
            "door": door_of(look),
            "link": link_of(look) if linked else "",
        }
        for fold in folds
        for look in (fold.latest,)
    ]


def times_of(fold: Fold) -> str:
    """ "14:02", or "14:02–14:40" of several."""
    first, last = (f"{localtime(at):%H:%M}" for at in (fold.since, fold.latest.at))
    return last if first == last else f"{first}–{last}"


def what_of(look: Look) -> str:
    noun = str(NOUNS.get(look.noun, look.noun.replace("_", " ")))
    return _("%(what)s, taken away as a file") % {"what": noun} if look.is_taken_away else noun


def door_of(look: Look) -> str:
    return by_door(look.door, look.key)


def door_of_event(event: AuditEvent) -> str:
    return by_door(event.door, event.api_key.name if event.api_key else "")


def by_door(name: str, key: str) -> str:
    door = str(DOORS.get(name, name))
    return _("%(door)s, with the key %(key)s") % {"door": door, "key": key} if key else door


def link_of(look: Look) -> str:
    page = PAGES.get((look.noun, look.row_type), "")
    return reverse(page, args=[look.row_id]) if page and look.row_id else ""
