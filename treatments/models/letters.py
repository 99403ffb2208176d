"""Letters about a case: composed from the record, edited as drafts, signed once, never changed after."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cases.models import Case
from cases.models.reach import reach
from clinic.models import StaffMember
from clinic.models.records import Record
from clinic.rules.permissions import Permission


class LetterKind(models.TextChoices):
    GP = "GP", "to the GP"
    REFERRER = "REFERRER", "to the referrer"
    COLLEAGUE = "COLLEAGUE", "to a colleague"
    PATIENT = "PATIENT", "to the patient"


class LetterStatus(models.TextChoices):
    DRAFT = "DRAFT", "draft, not signed"
    SIGNED = "SIGNED", "signed"
    DISCARDED = "DISCARDED", "discarded"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Subsets of letters in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> LetterQuerySet:
        """The letters of the cases that this person may read."""
        if not staff.may(Permission.CASE_READ):
            return self.none()
        here = staff.site_ids
        return self.filter(reach(staff, Q(case__site__in=here) | Q(case__patient__site__in=here), "case__patient"))

    def drafts(self) -> LetterQuerySet:
        return self.filter(status=LetterStatus.DRAFT)


class Letter(Record):
    """One letter. `content` is {head, facts, sections}: the names on each sheet, the lines about the patient, and what
    it says by headings; a section is {code, heading, text, composed, columns, rows}. `text` is what the author made
    of `composed`; the rows of a table are figures of the record and are not edited by hand.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=10, choices=LetterKind)
    recipient = models.CharField(max_length=200, blank=True, default="")
    recipient_address = models.TextField(blank=True, default="")
    # How the reader gets hold of us.
    contact = models.CharField(max_length=200, blank=True, default="")
    copy_to_patient = models.BooleanField(default=True)
    # Why it goes out though no consent to share is in force.
    without_consent_because = models.CharField(max_length=500, blank=True, default="")
    content = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=LetterStatus, default=LetterStatus.DRAFT)
    author = models.ForeignKey(StaffMember, models.PROTECT, related_name="letters_written")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="letters_signed")
    signed_name = models.CharField(max_length=200, blank=True, default="")
    signed_hcpc = models.CharField(max_length=8, blank=True, default="")
    # Of all that is printed, canonical JSON.
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_because = models.CharField(max_length=500, blank=True, default="")

    objects = LetterQuerySet.as_manager()
    PERSONAL = frozenset(
        {
            "recipient",
            "recipient_address",
            "contact",
            "without_consent_because",
            "content",
            "signed_name",
            "signed_hcpc",
            "discarded_because",
        }
    )
    PLAIN = frozenset(
        {
            "case",
            "kind",
            "copy_to_patient",
            "status",
            "author",
            "signed_at",
            "signed_by",
            "content_sha256",
            "discarded_at",
        }
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["GP", "REFERRER", "COLLEAGUE", "PATIENT"]), name="letter_kind_is_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="SIGNED", signed_at__isnull=False, signed_by__isnull=False)
                    & ~Q(signed_name="")
                    & ~Q(content_sha256="")
                    & ~Q(recipient="")
                )
                | (~Q(status="SIGNED") & Q(signed_at=None, signed_by=None, signed_name="", content_sha256="")),
                name="letter_signed_says_when_by_whom_and_to_whom",
            ),
            models.CheckConstraint(
                condition=(Q(status="DISCARDED", discarded_at__isnull=False) & ~Q(discarded_because=""))
                | (~Q(status="DISCARDED") & Q(discarded_at=None, discarded_because="")),
                name="letter_discarded_says_when_and_why",
            ),
        ]
        indexes = [models.Index(fields=["case", "-created_at"], name="letter_of_a_case_newest_first")]

    def __str__(self) -> str:
        return f"Letter {self.get_kind_display()}"

    @property
    def is_signed(self) -> bool:
        return self.status == LetterStatus.SIGNED

    @property
    def is_draft(self) -> bool:
        return self.status == LetterStatus.DRAFT

    @property
    def shares(self) -> bool:
        """It tells somebody else than the patient."""
        return self.kind != LetterKind.PATIENT

    @property
    def sections(self) -> list[dict[str, Any]]:
        return list(self.content.get("sections", []))
