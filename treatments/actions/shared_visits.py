"""One visit for several cases of a patient: its notes are begun beside each other and signed in one step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.appointments import set_appointment
from cases.models import Appointment, AppointmentStatus, Case, Patient
from clinic import audit
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from treatments.actions.sessions import begin, close, require_own_draft, require_storable
from treatments.models import Session

SHARED = ("occurred_on", "began_at")


class NoteRefused(RuleBroken):
    """One of the notes of a visit is refused, and so none is signed; `of` is the refusal as that note would tell it."""

    def __init__(self, session: Session, no: RuleBroken) -> None:
        told = f"{session.case.title}: {no.message}"
        super().__init__(no.code, told, conflict=no.conflict, faults=no.faults)
        self.session, self.of = session, no


@transaction.atomic
def join_visit(*, session: Session, case: Case, document: Mapping[str, Any], by: StaffMember) -> Session:
    """The note of another case at the same visit, on its day and at its time: one's own draft of that day, else a new
    one, started with the document.
    """
    require(by, Permission.SESSION_LOG)
    require_storable(document)
    session = Session.objects.select_for_update(of=("self",)).select_related("case").get(pk=session.pk)
    require_own_draft(session, by)
    if case.patient_id != session.case.patient_id or case.pk == session.case_id:
        raise RuleBroken("not_beside", _("Only another case of this patient can share the visit."), conflict=True)
    if session.visit is None:
        put_into(session, new_id(), by)
    mine = Session.objects.select_for_update(of=("self",)).filter(case=case).drafts().written_by(by)
    beside = mine.filter(visit=session.visit).first()
    if beside is not None:
        return beside
    shared = {name: session.draft[name] for name in SHARED if session.draft.get(name)}
    same_day = [s for s in mine.filter(visit=None).order_by("-created_at") if is_of_the_day(s, shared)]
    beside = same_day[0] if same_day else begin(case, new_id(), {**document, **shared}, by, "session.started")
    if beside.draft != {**beside.draft, **shared}:
        beside.draft, beside.draft_version = {**beside.draft, **shared}, beside.draft_version + 1
        beside.save(update_fields=["draft", "draft_version"])
    put_into(beside, session.visit, by)
    return beside


@transaction.atomic
def sign_visit(*, seen: Mapping[UUID, int], by: StaffMember, accepts_untouched: bool = False) -> list[Session]:
    """Signs the notes of a visit in one go, each in the version of the draft that was seen, or none of them.

    Raises NoteRefused for the first that is refused, as signing it alone would; Stale where a note was added meanwhile.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    rows = Session.objects.select_for_update(of=("self",)).select_related("case__patient", "case__site", "site")
    found = list(rows.filter(pk__in=seen).order_by("pk"))
    visits = {session.visit for session in found}
    if len(found) < len(seen) or len(visits) != 1 or None in visits:
        raise RuleBroken("not_one_visit", _("These notes are not of one visit."), conflict=True)
    if Session.objects.drafts().filter(visit__in=visits).exclude(pk__in=seen).exists():
        raise Stale(_("Another note was added to this visit in the meantime. Look at it before you sign."))
    signed = []
    for session in found:
        try:
            require_own_draft(session, by)
            signed.append(close(session, seen[session.pk], by, accepts_untouched=accepts_untouched))
        except RuleBroken as no:
            raise NoteRefused(session, no) from no
    attend(signed[0], by)
    return signed


def put_into(session: Session, visit: UUID | None, by: StaffMember) -> None:
    session.visit = visit
    session.save_change("visit")
    audit.record("session.joined_visit", by=by, about=session, patient_id=session.case.patient_id)


def is_of_the_day(session: Session, shared: Mapping[str, Any]) -> bool:
    return bool(session.draft.get("occurred_on") == shared.get("occurred_on"))


def attend(session: Session, by: StaffMember) -> None:
    """The patient's entry of that day with this person is done; of several the nearest to the time of the visit."""
    zone, day = session.site.time_zone, session.occurred_on
    if day is None or not by.may(Permission.PATIENT_REGISTER):
        return
    expected = (
        Appointment.objects.visible_to(by)
        .on(day, zone)
        .filter(
            patient__in=Patient.objects.one_with(session.case.patient).values("pk"),
            staff=session.author_id,
            status__in=(AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED),
        )
    )
    began = datetime.combine(day, session.began_at, ZoneInfo(zone)) if session.began_at else None
    nearest = min(expected, key=lambda row: abs(row.starts_at - began) if began else row.starts_at, default=None)
    if nearest is not None:
        set_appointment(appointment=nearest, status=AppointmentStatus.ATTENDED, version=nearest.version, by=by)
