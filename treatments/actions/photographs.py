"""Photographs of a visit: added to the note while it is a draft, taken away from it, signed with it."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.documents import (
    NewPhotograph,
    forget_files,
    keep_photograph,
    require_photo_consent,
    withdraw_document,
    write_files,
)
from cases.models import Document, DocumentWithdrawal
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.actions.sessions import require_own_draft
from treatments.models import Session, SessionDocument

MOST = 40


def add_photograph(*, session: Session, data: bytes, told: NewPhotograph, by: StaffMember) -> SessionDocument:
    """Keeps a photograph in a note that is being written. Raises RuleBroken, and keeps nothing, where it is none, where
    the patient has not agreed, or where the note is signed.
    """
    require(by, Permission.SESSION_LOG)
    require_own_draft(session, by)
    require_photo_consent(session.case)
    kept = write_files(data)
    try:
        with transaction.atomic():
            document = keep_photograph(case=session.case, kept=kept, told=told, by=by)
            return put_into(session, document, by)
    except (RuleBroken, NotAllowed):  # where the database fails, it may have kept the row: then the files stay
        forget_files(kept)
        raise


def put_into(session: Session, document: Document, by: StaffMember) -> SessionDocument:
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)  # not signed meanwhile
    require_own_draft(locked, by)
    if locked.photographs.that_count().count() >= MOST:
        raise RuleBroken("too_many", _("A note holds at most 40 photographs."), field="file", conflict=True)
    return SessionDocument.objects.create(session=locked, document=document, case_id=locked.case_id)


@transaction.atomic
def take_away_photograph(*, photograph: SessionDocument, reason: str, by: StaffMember) -> DocumentWithdrawal:
    """Takes a photograph out of a note that is not signed; what was uploaded is kept and counts nowhere."""
    require(by, Permission.SESSION_LOG)
    locked = Session.objects.select_for_update(of=("self",)).get(pk=photograph.session_id)
    require_own_draft(locked, by)
    return withdraw_document(document=photograph.document, reason=reason, by=by)
