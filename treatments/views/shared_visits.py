"""One visit for several cases: the notes beside the one that is open, and what its buttons do."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from clinic.views.asked import day_in, is_uuid, whole_number
from treatments.actions.overrides import held_back
from treatments.actions.sessions import known_for
from treatments.actions.shared_visits import NoteRefused, join_visit
from treatments.forms.sheets import started_document
from treatments.models import Session, SessionStatus
from treatments.queries import offered, plan_of, progress_of, story_of
from treatments.rules.notes import read_note

ALSO, SWITCH, SEEN = "also-", "switch-", "beside-"
SIGN_ALL = ("sign_all", "sign_all_as_listed")


def go_on_with(request: HttpRequest, case: Case, session: Session, asked: str) -> Session:
    """The note that is opened next: that of another case at this visit, or the one that was just saved."""
    if asked.startswith(ALSO):
        pk = asked.removeprefix(ALSO)
        other = get_object_or_404(others_of(case, request.user), pk=pk if is_uuid(pk) else None)
        return join_visit(session=session, case=other, document=started_beside(other, session), by=request.user)
    if asked.startswith(SWITCH) and session.visit is not None:
        pk = asked.removeprefix(SWITCH)
        mine = Session.objects.filter(visit=session.visit).written_by(request.user)
        return get_object_or_404(mine, pk=pk if is_uuid(pk) else None)
    return session


def seen_with(request: HttpRequest, session: Session) -> dict[UUID, int]:
    """The notes that the signer saw, each with its version: this one as it was just saved, the others as shown."""
    beside = {
        UUID(name.removeprefix(SEEN)): whole_number(request.POST[name])
        for name in request.POST
        if name.startswith(SEEN) and is_uuid(name.removeprefix(SEEN))
    }
    return {**beside, session.pk: session.draft_version}


def others_of(case: Case, by: StaffMember) -> Any:
    """The other open cases of the patient that one may see."""
    return Case.objects.visible_to(by).open().filter(patient=case.patient_id).exclude(pk=case.pk)


def started_beside(case: Case, session: Session) -> dict[str, Any]:
    """A new note of a case, as its own page would start it, on the day and at the time of the note beside it."""
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    state = plan_of(story)
    day = day_in(str(session.draft.get("occurred_on") or "")) or clock.today(story.site.time_zone)
    offers = offered(story, state, progress_of(story))
    began_at = str(session.draft.get("began_at") or "")
    return started_document(day.isoformat(), offers, known_for(story), held_back(story, day), began_at)


def visit_of(case: Case, session: Session | None, by: StaffMember) -> dict[str, Any]:
    """The notes of this visit beside the one that is open, and the cases of which one may be begun."""
    notes = []
    if session is not None and session.visit is not None:
        rows = Session.objects.filter(visit=session.visit).exclude(pk=session.pk)
        notes = list(rows.exclude(status=SessionStatus.DISCARDED).select_related("case").order_by("created_at"))
    taken = {note.case_id for note in notes}
    return {
        "notes": notes,
        "drafts": [note for note in notes if note.status == SessionStatus.DRAFT],
        "others": [other for other in others_of(case, by).order_by("title", "pk") if other.pk not in taken],
    }


def untouched_beside(drafts: list[Session]) -> list[tuple[str, tuple[str, ...]]]:
    """What nobody touched in the other notes, by the title of the case."""
    found = []
    for note in drafts:
        story = story_of(Case.objects.filter(pk=note.case_id)).get()
        untouched = read_note(note.draft, known_for(story))[0].untouched
        if untouched:
            found.append((note.case.title, untouched))
    return found


def told_of(no: NoteRefused) -> list[dict[str, str]]:
    """What is wrong with the other note, each line with the name of its case."""
    title = no.session.case.title
    lines = [fault.message for fault in no.of.faults] or [no.of.message]
    return [{"message": f"{title}: {line}", "anchor": ""} for line in lines]
