"""Logging a session: typed as a draft, signed once, or discarded with a reason."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, CaseStatus, latest_of
from cases.rules.red_flags import withholding
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.actions.seals import seal_row
from clinic.errors import Fault, NotAllowed, RuleBroken, Stale
from clinic.models import StaffMember, shelves
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from treatments.actions.overrides import require_said
from treatments.actions.plans import place_in_plan
from treatments.actions.visits import measurements_of, review_in_visit, write_parts
from treatments.actions.wording import in_words
from treatments.models import Device, Measure, Modality, Session, SessionKind, SessionStatus
from treatments.models.sealed import SESSION
from treatments.queries.sealed_words import words_of_session
from treatments.rules.note_values import Known, Note, Wrong
from treatments.rules.notes import read_note

LARGEST_DRAFT = 256 * 1024
UNTOUCHED = "untouched"
WITH = ("case__patient", "case__site", "site", "author")  # what the words of a seal are taken from


def known_for(case: Case) -> Known:
    """What a note on this case may speak of: the catalogues as they are offered now, and the case's injuries."""
    modalities, measures = shelves(Modality, Measure)
    return Known(
        kinds=tuple(SessionKind.values),
        modalities=modalities.rules,
        measures=measures.rules,
        injury_ids=frozenset(str(i.pk) for i in case.injuries.all()),
        born_on=case.patient.survivor.born_on,
        today=clock.today(case.site.time_zone),
        devices={str(device.pk): device.as_rule() for device in Device.objects.all()},
        site=str(case.site_id),
    )


@transaction.atomic
def save_draft(
    *, case: Case, session_id: UUID, document: Mapping[str, Any], draft_version: int, by: StaffMember
) -> Session:
    """Keeps a note as it is typed, unread. Version 0 starts the session; else it is the version that was changed.

    Raises Stale where another tab or person has saved since, and leaves what they saved.
    """
    require(by, Permission.SESSION_LOG)
    require_storable(document)
    session = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is not None and session.case_id != case.pk and not Session.objects.visible_to(by).filter(pk=session_id):
        session, session_id = None, new_id()  # answered as an id that nobody uses
    if session is None:
        if draft_version:
            raise Stale(_("This draft is no longer there."))
        return begin(case, session_id, document, by, "session.started")
    require_own_draft(session, by)
    if session.case_id != case.pk:
        raise NotAllowed(Permission.SESSION_LOG)
    if draft_version == session.draft_version - 1 and content_hash(document) == content_hash(session.draft):
        return session  # the same sent again: the first answer was lost, or a proof was asked for in between
    if draft_version != session.draft_version:
        raise Stale(_("This note was saved in another tab or on another device in the meantime."))
    session.draft = document
    session.draft_version += 1
    session.draft_saved_at = clock.now()
    session.save(update_fields=["draft", "draft_version", "draft_saved_at"])
    return session


@transaction.atomic
def log_session(*, case: Case, document: Mapping[str, Any], by: StaffMember) -> Session:
    """Stores a whole note at once, unsigned, after reading it: everything in it is right, or nothing is stored."""
    require(by, Permission.SESSION_LOG)
    require_storable(document)
    checked(document, known_for(case))
    return begin(case, new_id(), document, by, "session.logged")


def begin(
    case: Case,
    session_id: UUID,
    document: Mapping[str, Any],
    by: StaffMember,
    action: str,
    *,
    author: StaffMember | None = None,
    copied_from: Session | None = None,
) -> Session:
    now = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)  # not discharged meanwhile
    if now.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    session = Session.objects.create(
        id=session_id,
        case=case,
        site=case.site,
        author=author or by,
        draft=document,
        draft_saved_at=clock.now(),
        copied_from=copied_from,
    )
    audit.record(action, by=by, about=session, patient_id=case.patient_id)
    return session


@transaction.atomic
def sign_session(*, session: Session, draft_version: int, by: StaffMember, accepts_untouched: bool = False) -> Session:
    """Reads the draft that the signer saw, writes its parts once, and closes the session for ever.

    Raises RuleBroken with every fault of the note; UNTOUCHED where something in it was prefilled and neither changed
    nor confirmed, unless that is accepted; and Stale where the draft is not the one that was seen.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    session = Session.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=session.pk)
    require_own_draft(session, by)
    return close(session, draft_version, by, accepts_untouched=accepts_untouched)


@transaction.atomic
def attest_session(*, session: Session, draft_version: int, reason: str, by: StaffMember) -> Session:
    """Makes the draft of somebody who left or is away part of the record: checked by another, never signed for them.

    The reason says why its author cannot sign. Raises Stale as `sign_session` does.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    session = Session.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=session.pk)
    require_draft(session)
    if session.author_id == by.pk:
        raise RuleBroken("own_note", _("This note is yours: sign it."), conflict=True)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why its author cannot sign it."), field="reason")
    return close(session, draft_version, by, because=reason.strip()[:500])


def close(
    session: Session, draft_version: int, by: StaffMember, *, because: str = "", accepts_untouched: bool = False
) -> Session:
    """Reads the draft, writes its parts, and closes the session for ever."""
    if draft_version != session.draft_version:
        raise Stale(_("This note was changed since you looked at it. Read it again before you sign."))
    note = checked(session.draft, known_for(session.case))
    if note.is_empty:
        raise RuleBroken("empty_note", _("The note is empty: nothing to sign yet."))
    require_touched(note, accepts_untouched)
    against = require_said(session.case, note)
    if any(application.was_given for application in note.applications):
        require_red_flags_dealt_with(session.case)
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.case_id)  # one number at a time
    session.occurred_on, session.signed_name = note.occurred_on, by.name
    is_reviewed = review_in_visit(session, note, by, measurements_of(session, note))
    session.block, session.number = place_in_plan(session, note.kind)
    write_parts(session, note, against, by)
    session.content_sha256 = content_hash(session.draft)
    session.status = SessionStatus.SIGNED
    session.kind, session.occurred_on, session.began_at = note.kind, note.occurred_on, note.began_at
    for name, text in note.texts.items():
        setattr(session, name, text)
    session.draft = {}
    session.draft_version += 1
    session.attested_because = because
    session.signed_at, session.signed_by = clock.now(), by
    session.signed_name, session.signed_hcpc_number = by.name, by.hcpc_number
    session.save_change(
        "status",
        "kind",
        "occurred_on",
        "began_at",
        "block",
        "number",
        *note.texts,
        "draft",
        "draft_version",
        "content_sha256",
        "attested_because",
        "signed_at",
        "signed_by",
        "signed_name",
        "signed_hcpc_number",
    )
    said = "session.attested" if because else "session.signed"
    document = SESSION.documents_of([session.pk])[session.pk]
    sealed = seal_row(
        SESSION,
        session.pk,
        patient_id=session.case.patient_id,
        document=document,
        words=words_of_session(session, document),
    )
    audit.record(said, by=by, about=session, patient_id=session.case.patient_id, details=sealed)
    if note.review and not (is_reviewed or review_in_visit(session, note, by)):
        told = _("No review is due: take the decision out of the note.")
        raise RuleBroken("not_due", told, conflict=True, faults=[Fault("/review/decision", "not_due", told)])
    return session


@transaction.atomic
def discard_session(*, session: Session, reason: str, by: StaffMember) -> Session:
    """Takes a draft off the list of unsigned notes; what was typed is kept."""
    require(by, Permission.SESSION_LOG)
    session = Session.objects.select_for_update(of=("self",)).select_related("case").get(pk=session.pk)
    require_own_draft(session, by)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why the note is discarded."), field="reason")
    session.status = SessionStatus.DISCARDED
    session.discarded_at, session.discarded_because = clock.now(), reason.strip()[:500]
    session.save_change("status", "discarded_at", "discarded_because")
    audit.record("session.discarded", by=by, about=session, patient_id=session.case.patient_id)
    return session


def require_own_draft(session: Session, by: StaffMember) -> None:
    require_draft(session)
    if session.author_id != by.pk:
        raise NotAllowed(Permission.SESSION_SIGN)


def require_draft(session: Session) -> None:
    if session.status == SessionStatus.SIGNED:
        raise RuleBroken("signed", _("This session is signed. What is signed is not changed."), conflict=True)
    if session.status == SessionStatus.DISCARDED:
        raise RuleBroken("discarded", _("This note was discarded."), conflict=True)


def require_touched(note: Note, accepts_untouched: bool) -> None:
    """What was prefilled and never touched is listed once, before it becomes the record."""
    if note.untouched and not accepts_untouched:
        told = _("Not confirmed yet: %(what)s. Sign again to record it as given.")
        raise RuleBroken(UNTOUCHED, told % {"what": "; ".join(note.untouched)}, conflict=True)


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document in its canonical form: sorted names, no spaces, UTF-8."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def require_red_flags_dealt_with(case: Case) -> None:
    """An open emergency withholds treatments, never the note: signing them waits for a recorded action."""
    notes = latest_of(case.red_flag_notes.select_related("kind"))
    held = {flag.code for flag in withholding(note.as_rule() for note in notes)}
    if held:
        named = "; ".join(note.kind.label for note in notes if note.kind_code in held)
        told = _("A red flag waits for its action: %(what)s. Record what was done, then sign.") % {"what": named}
        raise RuleBroken("red_flag", told, conflict=True)


def require_storable(document: Mapping[str, Any]) -> None:
    """Refuses what PostgreSQL cannot keep as it is: NUL, lone surrogates, more than 256 kB."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise RuleBroken("unreadable_character", _("The note contains a character that cannot be stored.")) from None
    if "\\u0000" in text:
        raise RuleBroken("unreadable_character", _("The note contains a character that cannot be stored."))
    if size > LARGEST_DRAFT:
        raise RuleBroken("too_large", _("The note is too long: at most 256 kB."))


def checked(document: Mapping[str, Any], known: Known) -> Note:
    note, wrong = read_note(document, known)
    if wrong:
        raise RuleBroken("not_right", _("Some entries need correcting."), faults=as_faults(wrong))
    return note


def as_faults(wrong: Sequence[Wrong]) -> list[Fault]:
    return [Fault(w.pointer, w.code, in_words(w.code, w.what)) for w in wrong]
