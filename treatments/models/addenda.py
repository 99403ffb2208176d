"""What is said of a signed session later: words added, values corrected, or that it was entered in error."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models import Case
from clinic.models import StaffMember
from clinic.models.records import Entry
from treatments.models.sessions import Session


class AddendumKind(models.TextChoices):
    ADDS = "ADDS", "words added"
    CORRECTS = "CORRECTS", "values corrected"
    IN_ERROR = "IN_ERROR", "entered in error"


class ErrorKind(models.TextChoices):
    """Why a session should not be in this record."""

    WRONG_PATIENT = "WRONG_PATIENT", "another patient’s"
    WRONG_SIDE = "WRONG_SIDE", "wrong side"
    NOT_DONE = "NOT_DONE", "did not take place"
    OTHER = "OTHER", "another reason"


class Addendum(Entry):
    """Signed as it is made. `text` is what is added, or the reason of a correction or of the error.

    Corrected values are rows of their own (`Application`, `Measurement`) that name the one they replace.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="addenda")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AddendumKind)
    error = models.CharField(max_length=15, choices=ErrorKind, blank=True, default="")
    text = models.TextField()
    signed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    signed_hcpc_number = models.CharField(max_length=8, blank=True, default="")

    PERSONAL = frozenset({"kind", "error", "text"})
    PLAIN = frozenset({"session", "case", "signed_by", "signed_name", "signed_hcpc_number"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="addendum_says_something"),
            models.CheckConstraint(
                condition=(Q(kind="IN_ERROR") & ~Q(error="")) | (~Q(kind="IN_ERROR") & Q(error="")),
                name="addendum_in_error_says_which",
            ),
            models.UniqueConstraint(fields=["id", "session"], name="addendum_is_of_its_session"),
            models.UniqueConstraint(fields=["session"], condition=Q(kind="IN_ERROR"), name="session_is_in_error_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.session_id}"
