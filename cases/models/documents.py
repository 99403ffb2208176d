"""What is kept on file of a case: photographs. The bytes lie in a storage of their own; the row says what they are."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from cases.models.cases import Case
from cases.models.catalogues import BodyRegion
from cases.models.injuries import Side
from cases.rules.photographs import LARGEST_BYTES, TYPES
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class DocumentKind(models.TextChoices):
    PHOTOGRAPH = "PHOTOGRAPH", "photograph"


class DocumentQuerySet(models.QuerySet["Document"]):
    def that_count(self) -> DocumentQuerySet:
        """Without what was taken away."""
        return self.filter(withdrawal=None)


class Document(Entry):
    """A file as it was uploaded, and what it shows. `file_name` is shown and never part of a path."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind, default=DocumentKind.PHOTOGRAPH)
    title = models.CharField(max_length=200)
    region = models.ForeignKey(
        BodyRegion, models.PROTECT, to_field="key", db_column="region_key", null=True, blank=True, related_name="+"
    )
    side = models.CharField(max_length=10, choices=Side, blank=True, default="")
    taken_on = models.DateField()
    content_type = models.CharField(max_length=20)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True, default="")
    uploaded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    objects = DocumentQuerySet.as_manager()
    PERSONAL = frozenset({"title", "region", "side", "taken_on", "sha256", "file_name"})
    PLAIN = frozenset({"case", "kind", "content_type", "width_px", "height_px", "size_bytes", "uploaded_by"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="document_says_what_it_shows"),
            models.CheckConstraint(condition=Q(content_type__in=sorted(TYPES.values())), name="document_type_is_known"),
            models.CheckConstraint(
                condition=Q(size_bytes__range=(1, LARGEST_BYTES)), name="document_is_not_empty_and_not_too_large"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_has_its_digest"),
            models.UniqueConstraint(fields=["id", "case"], name="document_is_of_its_case"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """The region with its side, in words; "" where none was said."""
        return " ".join(filter(None, (self.get_side_display(), self.region.label.lower() if self.region else "")))

    def stored_as(self, which: str) -> str:
        """The name in the storage of the `original`, of the `shown` copy or of the `thumbnail`."""
        return f"{self.pk.hex[-2:]}/{self.pk}.{which}"

    def offered_as(self, ending: str) -> str:
        """The name under which it is downloaded: says the day, and nothing of the patient."""
        day: date = self.taken_on
        return f"photograph-{day.isoformat()}.{ending}"


class DocumentWithdrawal(Entry):
    """A document was taken away before it became part of the record: what was uploaded is kept, and counts nowhere."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=500)
    withdrawn_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"reason"})
    PLAIN = frozenset({"document", "withdrawn_by"})

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="document_is_taken_away_with_a_reason")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.reason}"
