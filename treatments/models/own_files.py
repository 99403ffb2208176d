"""The patient's own file: that it was asked for, what a clinician left out of it, and that it was released by name."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models import Patient
from cases.models.reach import reach
from clinic.models import StaffMember
from clinic.models.records import Entry, Record
from clinic.rules.permissions import Permission


class AskedBy(models.TextChoices):
    PATIENT = "PATIENT", "the patient"
    REPRESENTATIVE = "REPRESENTATIVE", "somebody with authority"


class OmissionKind(models.TextChoices):
    THIRD_PERSON = "THIRD_PERSON", "information about a third person"
    SERIOUS_HARM = "SERIOUS_HARM", "likely to cause serious harm"


class OwnFileQuerySet(models.QuerySet["OwnFileRequest"]):
    """Subsets of requests in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> OwnFileQuerySet:
        """Of patients that this person may see; see cases/models/reach.py."""
        if not staff.may(Permission.PATIENT_READ):
            return self.none()
        seen = Patient.objects.filter(Patient.objects.all().at_sites_of(staff)).values("pk")
        at_sites = Q(patient__in=seen) | Q(patient__merged_into__in=seen)
        return self.filter(reach(staff, at_sites, "patient"))

    def open(self) -> OwnFileQuerySet:
        """Neither handed over nor withdrawn."""
        return self.filter(answered_at=None, withdrawn_at=None)


class OwnFileRequest(Record):
    """A patient asked for all that is kept about them, or somebody with authority did, who proved who they are."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="own_file_requests")
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=15, choices=AskedBy, default=AskedBy.PATIENT)
    # Of somebody with authority: their name, and what gives them authority.
    asker = models.CharField(max_length=200, blank=True, default="")
    # How it was proved who asks.
    identity = models.CharField(max_length=200)
    due_on = models.DateField()
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    # When the released file was first handed over.
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.CharField(max_length=500, blank=True, default="")

    objects = OwnFileQuerySet.as_manager()
    PERSONAL = frozenset({"asked_on", "asked_by", "asker", "identity", "withdrawn_because"})
    PLAIN = frozenset({"patient", "due_on", "noted_by", "answered_at", "answered_by", "withdrawn_at", "withdrawn_by"})

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("asked_on")), name="own_file_is_due_after_it_was_asked_for"
            ),
            models.CheckConstraint(condition=~Q(identity=""), name="own_file_request_says_how_identity_was_proved"),
            models.CheckConstraint(
                condition=Q(asked_by="PATIENT") | (Q(asked_by="REPRESENTATIVE") & ~Q(asker="")),
                name="own_file_request_names_who_has_authority",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, withdrawn_at=None),
                name="own_file_handed_over_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="own_file_request_withdrawn_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"own file {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def stored_as(self) -> str:
        """The name of the released file in the storage of documents."""
        return f"own-files/{self.pk}.zip"


class OwnFileOmission(Record):
    """An entry, or some of its lines, that is left out of one file, with the reason; it may be put back."""

    request = models.ForeignKey(OwnFileRequest, models.PROTECT, related_name="omissions")
    row_type = models.CharField(max_length=60)
    row_id = models.UUIDField()
    # Which lines; none named means the whole entry and all that belongs to it.
    parts: ArrayField = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    kind = models.CharField(max_length=15, choices=OmissionKind)
    reason = models.CharField(max_length=500)
    left_out_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    put_back_at = models.DateTimeField(null=True, blank=True)
    put_back_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL = frozenset({"kind", "reason"})
    PLAIN = frozenset({"request", "row_type", "row_id", "parts", "left_out_by", "put_back_at", "put_back_by"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "row_id"], condition=Q(put_back_at=None), name="entry_is_left_out_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="entry_is_left_out_with_a_reason"),
            models.CheckConstraint(
                condition=Q(put_back_at=None, put_back_by=None)
                | Q(put_back_at__isnull=False, put_back_by__isnull=False),
                name="entry_put_back_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_type} {self.row_id}"


class OwnFileRelease(Entry):
    """A clinician read the file as it goes out and releases it by name. The file is kept beside the photographs."""

    request = models.OneToOneField(OwnFileRequest, models.PROTECT, related_name="release")
    released_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    released_name = models.CharField(max_length=200)
    released_hcpc = models.CharField(max_length=8, blank=True, default="")
    # How many entries are left out, in whole or in part; and whether the file says at which places.
    omitted = models.PositiveIntegerField(default=0)
    says_where = models.BooleanField(default=False)
    # Of what was read: the entries without the log.
    content_sha256 = models.CharField(max_length=64)
    # Of the file as it is kept.
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()

    PLAIN = frozenset(
        {
            "request",
            "released_by",
            "released_name",
            "released_hcpc",
            "omitted",
            "says_where",
            "content_sha256",
            "sha256",
            "size_bytes",
        }
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", content_sha256__regex=r"^[0-9a-f]{64}$"),
                name="own_file_has_its_digests",
            ),
            models.CheckConstraint(condition=~Q(released_name=""), name="own_file_is_released_by_name"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="own_file_is_not_empty_when_released"),
        ]

    def __str__(self) -> str:
        return f"released {self.request_id}"
