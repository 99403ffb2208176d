"""The photographs of a visit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models import Case, Document
from clinic.models import StaffMember
from clinic.models.records import Entry
from clinic.rules.permissions import Permission
from treatments.models.sessions import Session, SessionStatus


class SessionDocumentQuerySet(models.QuerySet["SessionDocument"]):
    """Subsets in the clinic's words; what was taken away is in none of them."""

    def that_count(self) -> SessionDocumentQuerySet:
        return self.filter(document__withdrawal=None)

    def visible_to(self, staff: StaffMember) -> SessionDocumentQuerySet:
        """Of signed visits of the cases that this person may read; of a draft for its author and who may check it."""
        drafts = Q(session__status=SessionStatus.DRAFT)
        own = drafts if staff.may(Permission.SESSION_SIGN) else drafts & Q(session__author=staff)
        sessions = Session.objects.visible_to(staff)
        return self.that_count().filter(Q(session__status=SessionStatus.SIGNED) | own, session__in=sessions)


class SessionDocument(Entry):
    """A photograph belongs to the note in which it was taken: added while that is a draft, signed with it."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="photographs")
    document = models.OneToOneField(Document, models.PROTECT, related_name="of_session")
    case = models.ForeignKey(Case, models.PROTECT, related_name="photographs")

    objects = SessionDocumentQuerySet.as_manager()
    PLAIN = frozenset({"session", "document", "case"})

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.document_id} in {self.session_id}"
