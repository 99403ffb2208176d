"""Words that somebody types often, kept under a short name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.models.records import Record
from clinic.models.staff import StaffMember


class SnippetQuerySet(models.QuerySet["Snippet"]):
    """Subsets of snippets in the clinic's words."""

    def of(self, staff: StaffMember) -> SnippetQuerySet:
        """One's own that are in use."""
        return self.filter(owner=staff, archived_at=None)


class Snippet(Record):
    """A text of a staff member's own; in a note, `.short` and a space become the text. Nobody else sees it."""

    owner = models.ForeignKey(StaffMember, models.PROTECT, related_name="snippets")
    short = models.CharField(max_length=20)
    text = models.TextField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SnippetQuerySet.as_manager()
    PERSONAL = frozenset({"short", "text"})
    PLAIN = frozenset({"owner", "archived_at"})

    class Meta:
        ordering = ["short"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "short"], condition=Q(archived_at=None), name="snippet_has_its_own_short_name"
            ),
            models.CheckConstraint(
                condition=Q(short__regex=r"^[a-z0-9][a-z0-9_-]*$"), name="snippet_short_is_one_word"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="snippet_has_a_text"),
        ]

    def __str__(self) -> str:
        return f".{self.short}"
