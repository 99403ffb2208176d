"""Signs of something serious: what was found, what was done about it, and whether it is over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from cases.models.cases import Case
from cases.models.catalogues import RedFlagKind
from cases.rules.red_flags import Answer, RedFlag, Urgency
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class RedFlagNote(Entry):
    """A red flag as it stood on a day. The latest note of a kind counts; earlier ones stay readable."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="red_flag_notes")
    kind = models.ForeignKey(RedFlagKind, models.PROTECT, to_field="key", db_column="kind_key", related_name="+")
    kind_code = models.CharField(max_length=60)
    is_present = models.BooleanField()
    action = models.TextField(blank=True, default="")
    told = models.CharField(max_length=200, blank=True, default="")
    resolved_on = models.DateField(null=True, blank=True)
    noted_on = models.DateField()
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"kind", "kind_code", "is_present", "action", "told", "resolved_on", "noted_on", "noted_by"})
    PLAIN = frozenset({"case"})

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["case", "kind_code"], name="red_flag_of_a_case_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_present=True) | Q(action="", resolved_on=None), name="red_flag_absent_needs_no_action"
            ),
            models.CheckConstraint(
                condition=Q(resolved_on=None) | ~Q(action=""), name="red_flag_is_resolved_by_an_action"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_code}: {'present' if self.is_present else 'absent'}"

    def as_rule(self) -> RedFlag:
        return RedFlag(
            code=self.kind_code,
            urgency=Urgency[self.kind.urgency],
            answer=Answer.PRESENT if self.is_present else Answer.ABSENT,
            action=self.action,
            resolved_on=self.resolved_on,
        )


class RedFlagCheck(Entry):
    """The patient was asked for red flags and none was found that day, beside those that were open already.

    `contact` is the note that was being written; the floor above knows it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="red_flag_checks")
    contact = models.UUIDField(null=True, blank=True)
    others_open = models.BooleanField(default=False)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"others_open", "asked_on", "asked_by"})
    PLAIN = frozenset({"case", "contact"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "contact"], name="red_flags_are_asked_once_at_a_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_on}: no red flag"


def latest_of(notes: Iterable[RedFlagNote]) -> list[RedFlagNote]:
    """The note that counts of each kind, in the order of the notes given (oldest first)."""
    return list({note.kind_code: note for note in notes}.values())
