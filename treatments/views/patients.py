"""A patient, with all that is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.models import Case, CaseStatus, Patient, PatientIdentifier, Restriction
from cases.queries.merges import used_patient
from cases.views.heads import patient_head
from clinic import audit, clock
from clinic.models.shelves import shelf
from clinic.rules.permissions import Permission
from clinic.templatetags.formatting import ago, day
from treatments.models import Modality, OwnFileRequest
from treatments.queries.patients import Ahead, CaseStory, on_file, stories_of
from treatments.views.filings import groups_of
from treatments.views.lifelines import told_of


def patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who this is, how to reach them, and, for those who may read cases, their whole story."""
    restricted = Restriction.objects.in_force().filter(patient=OuterRef("pk")).values("pk")[:1]
    asked = OwnFileRequest.objects.open().filter(patient=OuterRef("pk"))
    rows = Patient.objects.visible_to(request.user).annotate(
        restriction_id=Subquery(restricted),
        own_file_id=Subquery(asked.values("pk")[:1]),
        own_file_due_on=Subquery(asked.values("due_on")[:1]),
        is_led=Exists(Case.objects.filter(patient=OuterRef("pk"), lead=request.user)),
    )
    found = used_patient(rows.select_related("site", "merged_into"), pk)
    audit.seen("patient", by=request.user, about=found, patient_id=found.pk)
    head = patient_head(found)
    is_opened = head["opened_until"] is not None
    reads_cases = request.user.may(Permission.CASE_READ)
    context = {
        "patient": found,
        "head": head,
        "reads_cases": reads_cases,
        **(story_on_page(request, found) if reads_cases else {}),
        "may_start_case": request.user.may(Permission.CASE_START) and found.archived_at is None and not is_opened,
        "may_restrict": request.user.may(Permission.PATIENT_RESTRICT)
        and (found.is_led or request.user.may(Permission.RESTRICTIONS_MANAGE))
        and not is_opened,
        "identifiers": list(
            PatientIdentifier.objects.in_force().filter(patient__in=Patient.objects.one_with(found).values("pk"))
        ),
        "reads_looks": request.user.may(Permission.LOOKS_READ),
        "may_change": request.user.may(Permission.PATIENT_REGISTER) and not is_opened,
        "merges": list(found.merges.in_force().select_related("other", "by")),
        "may_merge": request.user.may(Permission.PATIENT_MERGE),
        "may_archive": request.user.may(Permission.PATIENT_ARCHIVE),
        "may_hand_file_over": request.user.may(Permission.OWN_FILE),
        "own_file": None if is_opened else found.own_file_id,
    }
    return render(request, "treatments/patients/patient.html", context)


@dataclass(frozen=True)
class CaseLine:
    """A case in one line: what it is, how it stands, when last and what next."""

    case: Case
    said: str
    ahead: str
    is_due: bool = False


def story_on_page(request: HttpRequest, found: Patient) -> dict[str, Any]:
    """The cases, all that happened in them, and what is on file."""
    today = clock.today(found.site.time_zone)
    stories = stories_of(found, request.user)
    labels = {code: row.label for code, row in shelf(Modality).in_use.items()}
    return {
        "open_cases": lines_of([s for s in stories if s.case.status != CaseStatus.DISCHARGED], today),
        "closed_cases": lines_of([s for s in stories if s.case.status == CaseStatus.DISCHARGED], today),
        "told": told_of(stories, today),
        "groups": groups_of(stories, on_file(found, stories, request.user), labels),
    }


def lines_of(stories: Sequence[CaseStory], today: date) -> list[CaseLine]:
    return [
        CaseLine(
            case=story.case,
            said=" · ".join(filter(None, (state_of(story), story.case.lead.name, last_visit(story, today)))),
            ahead="" if story.discharge else ahead_in_words(story.ahead),
            is_due=bool(story.ahead and story.ahead.review_due),
        )
        for story in stories
    ]


def state_of(story: CaseStory) -> str:
    """ "open since Mon 2 Nov 2026"; "goals met, Mon 2 Feb 2026 – Fri 3 Jul 2026"."""
    case = story.case
    if story.discharge is None:
        since = case.opened_on if case.status == CaseStatus.OPEN else story.state_since
        return _("%(state)s since %(day)s") % {"state": case.get_status_display(), "day": day(since)}
    outcome = story.discharge.get_outcome_display()
    days = {"first": day(case.opened_on), "last": day(story.discharge.on)}
    return f"{outcome} · " + _("%(first)s – %(last)s") % days


def last_visit(story: CaseStory, today: date) -> str:
    on = story.last_visit_on
    if on is None:
        return _("no visit yet")
    return _("last visit %(when)s") % {"when": day(on) if story.discharge else ago(on, today)}


def ahead_in_words(ahead: Ahead | None) -> str:
    """What comes next by the plan."""
    if ahead is None:
        return _("nothing planned")
    if ahead.review_due:
        return _("the review of block %(block)s is due") % {"block": ahead.review_due}
    if ahead.position is None:
        return _("all blocks are reviewed")
    told = {"number": ahead.position.number, "of": ahead.position.of, "block": ahead.position.block}
    return _("next: session %(number)s of %(of)s, block %(block)s") % told
