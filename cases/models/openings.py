"""Break glass: a record that is not one's own, opened for some hours with a reason; closed early; seen by an admin."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class OpeningReason(models.TextChoices):
    EMERGENCY = "EMERGENCY", "an emergency"
    COVER = "COVER", "I treat instead of a colleague"
    CALLED = "CALLED", "the patient is here or called, and nobody of their team can be reached"
    SAFETY = "SAFETY", "a question of safety"
    OTHER = "OTHER", "another reason"


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Subsets of openings in the clinic's words."""

    def in_force(self) -> OpeningQuerySet:
        """Neither closed nor over, by the clock of the database."""
        return self.filter(expires_at__gt=Now(), closing=None)

    def of(self, staff: StaffMember) -> OpeningQuerySet:
        return self.filter(staff=staff)

    def unseen(self) -> OpeningQuerySet:
        return self.filter(review=None)


class Opening(Entry):
    """Somebody opened a record for four hours. The database sets both times, whatever is sent."""

    patient = models.ForeignKey("cases.Patient", models.PROTECT, related_name="openings")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="openings")
    reason = models.CharField(max_length=20, choices=OpeningReason)
    because = models.CharField(max_length=500)
    opened_at = models.DateTimeField(editable=False, null=True)
    expires_at = models.DateTimeField(editable=False, null=True)

    objects = OpeningQuerySet.as_manager()
    PERSONAL = frozenset({"reason", "because"})
    PLAIN = frozenset({"patient", "staff", "opened_at", "expires_at"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(because__regex=r"^.{10,}"), name="opening_says_why_in_ten_characters"),
        ]
        indexes = [models.Index(fields=["staff", "-expires_at"], name="openings_of_somebody")]

    def __str__(self) -> str:
        return f"opening {self.pk}"


class OpeningClosing(Entry):
    """An opening was closed before its time was over."""

    opening = models.OneToOneField(Opening, models.PROTECT, related_name="closing")
    closed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PLAIN = frozenset({"opening", "closed_by"})

    def __str__(self) -> str:
        return f"closed {self.opening_id}"


class OpeningReview(Entry):
    """An admin has seen that a record was opened, and notes what became of it."""

    opening = models.OneToOneField(Opening, models.PROTECT, related_name="review")
    seen_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    note = models.CharField(max_length=500)

    PERSONAL = frozenset({"note"})
    PLAIN = frozenset({"opening", "seen_by"})

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="opening_seen_has_a_note")]

    def __str__(self) -> str:
        return f"seen {self.opening_id}"
