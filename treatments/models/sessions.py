"""One visit: typed as a draft, signed once, never changed after."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from cases.models.cases import Case
from cases.models.reach import reach
from clinic.models.records import Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission
from treatments.models.plans import Block

IN_ERROR = "IN_ERROR"  # the kind of the addendum that says so


class SessionKind(models.TextChoices):
    ASSESSMENT = "ASSESSMENT", "assessment"
    TREATMENT = "TREATMENT", "treatment"
    REVIEW = "REVIEW", "review"
    DISCHARGE = "DISCHARGE", "discharge"
    UNPLANNED = "UNPLANNED", "unplanned visit"
    CONTACT = "CONTACT", "contact by telephone or message"


class SessionStatus(models.TextChoices):
    DRAFT = "DRAFT", "draft, not signed"
    SIGNED = "SIGNED", "signed"
    DISCARDED = "DISCARDED", "discarded"


class SessionQuerySet(models.QuerySet["Session"]):
    """Subsets of sessions in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> SessionQuerySet:
        """The sessions of the cases that this person may read."""
        if not staff.may(Permission.CASE_READ):
            return self.none()
        here = staff.site_ids
        return self.filter(reach(staff, Q(case__site__in=here) | Q(case__patient__site__in=here), "case__patient"))

    def signed(self) -> SessionQuerySet:
        return self.filter(status=SessionStatus.SIGNED)

    def in_force(self) -> SessionQuerySet:
        """What counts: signed, and not entered in error."""
        return self.signed().exclude(addenda__kind=IN_ERROR)

    def in_error(self) -> SessionQuerySet:
        return self.filter(addenda__kind=IN_ERROR)

    def drafts(self) -> SessionQuerySet:
        return self.filter(status=SessionStatus.DRAFT)

    def written_by(self, staff: StaffMember) -> SessionQuerySet:
        return self.filter(author=staff)


class Session(Record):
    """One visit. While a draft, what is typed stands in `draft` as one JSON document with a counter of its own;
    signing reads it, writes applications and measurements once, and empties it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="sessions")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    author = models.ForeignKey(StaffMember, models.PROTECT, related_name="sessions_written")
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.DRAFT)
    kind = models.CharField(max_length=12, choices=SessionKind, default=SessionKind.TREATMENT)
    occurred_on = models.DateField(null=True, blank=True)
    # By the clock of its site; unknown on what was written before it was asked.
    began_at = models.TimeField(null=True, blank=True)
    # Its place in the plan: set when a treatment is signed while a plan runs.
    block = models.ForeignKey(Block, models.PROTECT, null=True, blank=True, related_name="sessions")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    subjective = models.TextField(blank=True, default="")
    objective = models.TextField(blank=True, default="")
    assessment = models.TextField(blank=True, default="")
    plan = models.TextField(blank=True, default="")
    draft = models.JSONField(default=dict, blank=True)
    draft_version = models.PositiveIntegerField(default=1)
    draft_saved_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="sessions_signed")
    signed_name = models.CharField(max_length=200, blank=True, default="")
    signed_hcpc_number = models.CharField(max_length=8, blank=True, default="")
    # Signed by somebody who did not write it, and why its author could not.
    attested_because = models.CharField(max_length=500, blank=True, default="")
    # Of the document as it was signed, canonical JSON; empty on what was signed before this was kept.
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    # The session entered in error that this one enters again, in the right place.
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    # Notes of several cases that were written at one visit share it; they are signed together.
    visit = models.UUIDField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_because = models.CharField(max_length=500, blank=True, default="")

    objects = SessionQuerySet.as_manager()
    PERSONAL = frozenset(
        {
            "kind",
            "occurred_on",
            "began_at",
            "subjective",
            "objective",
            "assessment",
            "plan",
            "draft",
            "discarded_because",
            "attested_because",
            "signed_name",
            "signed_hcpc_number",
        }
    )
    PLAIN = frozenset(
        {
            "case",
            "site",
            "block",
            "number",
            "author",
            "status",
            "draft_version",
            "draft_saved_at",
            "signed_at",
            "signed_by",
            "content_sha256",
            "visit",
            "copied_from",
            "discarded_at",
        }
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(status="SIGNED", signed_at__isnull=False, signed_by__isnull=False, occurred_on__isnull=False)
                    & ~Q(signed_name="")
                )
                | (~Q(status="SIGNED") & Q(signed_at=None, signed_by=None, signed_name="")),
                name="session_signed_says_when_by_whom_and_of_which_day",
            ),
            models.CheckConstraint(
                condition=(Q(status="DISCARDED", discarded_at__isnull=False) & ~Q(discarded_because=""))
                | (~Q(status="DISCARDED") & Q(discarded_at=None, discarded_because="")),
                name="session_discarded_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="SIGNED") | Q(draft={}), name="session_signed_has_no_draft_beside_it"
            ),
            models.UniqueConstraint(fields=["id", "case"], name="session_is_of_its_case"),
            models.UniqueConstraint(
                fields=["visit", "case"], condition=~Q(status="DISCARDED"), name="case_has_one_note_in_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(block=None, number=None)
                | Q(block__isnull=False, number__gte=1, status="SIGNED", kind="TREATMENT"),
                name="session_in_a_block_is_a_signed_treatment_with_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="SIGNED")
                | (Q(signed_by=F("author"), attested_because=""))
                | (~Q(signed_by=F("author")) & ~Q(attested_because="")),
                name="session_is_signed_by_its_author_or_says_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-occurred_on", "-id"], name="session_of_a_case_newest_first"),
            models.Index(fields=["author"], name="session_drafts_of_an_author", condition=Q(status="DRAFT")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.occurred_on or 'an open day'}"

    @property
    def etag(self) -> str:
        return f"{self.version}.{self.draft_version}"

    @property
    def is_attested(self) -> bool:
        """Checked by another: never signed for its author."""
        return bool(self.attested_because)

    @property
    def is_in_error(self) -> bool:
        """Should not be in this record, and counts nowhere. Reads `addenda.all()`."""
        return any(addendum.kind == IN_ERROR for addendum in self.addenda.all())

    @property
    def is_late_entry(self) -> bool:
        """Signed on a later day than the visit, as the calendar of its site has it."""
        if self.signed_at is None or self.occurred_on is None:
            return False
        return self.signed_at.astimezone(ZoneInfo(self.site.time_zone)).date() > self.occurred_on
