"""What is said of a signed session later. Nothing signed changes: words, values and errors are added, and count."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from clinic import audit
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.actions.seals import seal_row
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from treatments.actions.corrections import Changes, corrected, write_corrections
from treatments.actions.sessions import begin
from treatments.models import Addendum, AddendumKind, ErrorKind, Session, SessionStatus
from treatments.models.sealed import ADDENDUM
from treatments.queries.sealed_words import words_of_values
from treatments.queries.written import document_of

LONGEST = 20_000


@transaction.atomic
def add_addendum(*, session: Session, text: str, by: StaffMember) -> Addendum:
    """Adds words to a signed session, signed as they are written."""
    require(by, Permission.SESSION_SIGN)
    require_proof()
    locked = lock(session)
    return write(locked, AddendumKind.ADDS, said(text, _("Write what is to be added.")), by)


@transaction.atomic
def correct_session(*, session: Session, told: Mapping[str, Any], reason: str, by: StaffMember) -> Addendum:
    """Corrects values of a signed session, with the reason. The rows that were signed stay; the new ones count.

    `told` holds `applications` and `measurements`, each with the `id` of the row that it corrects and the members that
    are different. An empty value says that it was not measured; a measurement without `id` was forgotten. Raises
    RuleBroken with every fault, by pointer into `told`, and where nothing is different.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    locked = lock(session)
    if locked.is_in_error:
        raise RuleBroken("in_error", _("This session was entered in error: nothing of it is corrected."), conflict=True)
    because = said(reason, _("Say why it is corrected."))
    changes = corrected(locked, told)
    return write(locked, AddendumKind.CORRECTS, because, by, changes=changes)


@transaction.atomic
def mark_in_error(*, session: Session, error: str, reason: str, by: StaffMember) -> Addendum:
    """Says that a session should not be in this record. It stays readable and counts nowhere."""
    require(by, Permission.SESSION_SIGN)
    require_proof()
    locked = lock(session)
    if error not in ErrorKind.values:
        raise RuleBroken("not_a_choice", _("Say what was wrong."), field="error")
    because = said(reason, _("Say how it came about."))
    if locked.is_in_error:
        raise RuleBroken("in_error", _("This session was marked as entered in error already."), conflict=True)
    return write(locked, AddendumKind.IN_ERROR, because, by, error=error)


@transaction.atomic
def copy_session(*, session: Session, case: Case, by: StaffMember) -> Session:
    """Begins a note in the right place with what was entered in error: a late entry, for its author to read and sign.

    Where the side was wrong, left and right of what was measured are exchanged.
    """
    require(by, Permission.SESSION_LOG)
    locked = lock(session)
    marked = next((a for a in locked.addenda.all() if a.kind == AddendumKind.IN_ERROR), None)
    if marked is None:
        raise RuleBroken("not_in_error", _("Only a session that was entered in error is entered again."), conflict=True)
    if locked.copies.exclude(status=SessionStatus.DISCARDED).exists():
        raise RuleBroken("copied", _("It was entered again already."), conflict=True)
    document = document_of(
        locked, same_case=case.pk == locked.case_id, exchange_sides=marked.error == ErrorKind.WRONG_SIDE
    )
    return begin(case, new_id(), document, by, "session.copied", copied_from=locked)


def lock(session: Session) -> Session:
    """The session, held against other addenda; raises RuleBroken where it is not signed."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("case__patient", "case__site")
    locked = rows.prefetch_related("addenda").get(pk=session.pk)
    if locked.status != SessionStatus.SIGNED:
        raise RuleBroken("not_signed", _("This note is not signed: change the note itself."), conflict=True)
    return locked


def said(text: str, asked: str) -> str:
    words = text.strip()
    if not words:
        raise RuleBroken("missing", asked, field="text")
    if "\x00" in words:
        told = _("The text contains a character that cannot be stored.")
        raise RuleBroken("unreadable_character", told, field="text")
    if len(words) > LONGEST:
        raise RuleBroken("too_long", _("At most %(length)s characters.") % {"length": LONGEST}, field="text")
    return words


def write(
    session: Session,
    kind: AddendumKind,
    text: str,
    by: StaffMember,
    *,
    error: str = "",
    changes: Changes | None = None,
) -> Addendum:
    addendum = Addendum.objects.create(
        session=session,
        case_id=session.case_id,
        kind=kind,
        error=error,
        text=text,
        signed_by=by,
        signed_name=by.name,
        signed_hcpc_number=by.hcpc_number,
    )
    if changes is not None:
        write_corrections(session, addendum, changes)
    told = {
        AddendumKind.ADDS: "session.addendum_signed",
        AddendumKind.CORRECTS: "session.corrected",
        AddendumKind.IN_ERROR: "session.entered_in_error",
    }
    audit.record(
        told[kind],
        by=by,
        about=addendum,
        patient_id=session.case.patient_id,
        details={"session": str(session.pk)} | ({"error": error} if error else {}) | sealed(session, addendum),
    )
    return addendum


def sealed(session: Session, addendum: Addendum) -> dict[str, str]:
    document = ADDENDUM.documents_of([addendum.pk])[addendum.pk]
    words = words_of_values(session.case, document)
    return seal_row(ADDENDUM, addendum.pk, patient_id=session.case.patient_id, document=document, words=words)
