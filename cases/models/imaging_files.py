"""The files of a study, what they say of themselves, how their pixels become millimetres, and what is drawn on them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases.models.imaging import ImagingResult, term
from cases.models.readings import DepositMeasurement
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class FileKind(models.TextChoices):
    DICOM = "DICOM", "DICOM picture"
    JPEG = "JPEG", "JPEG picture"
    PNG = "PNG", "PNG picture"
    PDF = "PDF", "report as PDF"


class Identity(models.TextChoices):
    """Whether the person and the side of which a file speaks are those of the record."""

    MATCHES = "MATCHES", "the same person and side"
    NOT_IN_FILE = "NOT_IN_FILE", "the file does not say"
    MISMATCH = "MISMATCH", "another person or side"


class ImagingFileQuerySet(models.QuerySet["ImagingFile"]):
    def that_count(self) -> ImagingFileQuerySet:
        """Without what was set aside as another person's."""
        return self.exclude(answer__is_ours=False)

    def unanswered(self) -> ImagingFileQuerySet:
        return self.filter(identity=Identity.MISMATCH, answer=None)


class ImagingFile(Entry):
    """A file as it was uploaded, unaltered in the storage of documents. `file_name` is shown and part of no path.

    `facts` is what the file says of itself (person, day, part, side, view, spacings): offered, never believed.
    `differs` names what is not as in the record: name, birth_date, sex, side.
    """

    result = models.ForeignKey(ImagingResult, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=5, choices=FileKind)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True, default="")
    study_uid = models.CharField(max_length=64, blank=True, default="")
    series_uid = models.CharField(max_length=64, blank=True, default="")
    instance_uid = models.CharField(max_length=64, blank=True, default="")
    number = models.IntegerField(null=True, blank=True)
    frames = models.PositiveIntegerField(default=0)
    rows_px = models.PositiveIntegerField(null=True, blank=True)
    columns_px = models.PositiveIntegerField(null=True, blank=True)
    bits = models.PositiveSmallIntegerField(null=True, blank=True)
    is_colour = models.BooleanField(default=False)
    is_inverted = models.BooleanField(default=False)
    is_download_only = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    identity = models.CharField(max_length=11, choices=Identity)
    differs = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    objects = ImagingFileQuerySet.as_manager()
    PERSONAL = frozenset(
        {"sha256", "file_name", "study_uid", "series_uid", "instance_uid", "facts", "identity", "differs"}
    )
    PLAIN = frozenset(
        {
            "result",
            "kind",
            "size_bytes",
            "number",
            "frames",
            "rows_px",
            "columns_px",
            "bits",
            "is_colour",
            "is_inverted",
            "is_download_only",
            "uploaded_by",
        }
    )

    class Meta:
        ordering = [F("number").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="imaging_file_has_its_digest"),
            models.CheckConstraint(condition=Q(size_bytes__gte=1), name="imaging_file_is_not_empty"),
            models.CheckConstraint(
                condition=Q(kind="PDF", frames=0, rows_px=None, columns_px=None)
                | (~Q(kind="PDF") & Q(frames__gte=1, rows_px__gte=1, columns_px__gte=1)),
                name="imaging_picture_has_frames_and_a_report_none",
            ),
            models.CheckConstraint(
                condition=Q(identity="MISMATCH") & ~Q(differs=[]) | ~Q(identity="MISMATCH") & Q(differs=[]),
                name="imaging_mismatch_says_of_what",
            ),
            models.UniqueConstraint(fields=["result", "sha256"], name="imaging_file_is_kept_once_in_a_study"),
            models.UniqueConstraint(
                fields=["result", "instance_uid"], condition=~Q(instance_uid=""), name="dicom_instance_is_kept_once"
            ),
            models.UniqueConstraint(fields=["id", "result"], name="imaging_file_is_of_its_study"),
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.get_kind_display())

    def stored_as(self, which: str) -> str:
        """The name in the storage of the `original`, of the `preview` or of a `frame-<n>`, counted from 1."""
        return f"imaging/{self.pk.hex[-2:]}/{self.pk}.{which}"


class IdentityAnswer(Entry):
    """Somebody looked at a file that speaks of another person or side: it is this patient's, or it is set aside."""

    file = models.OneToOneField(ImagingFile, models.PROTECT, related_name="answer")
    is_ours = models.BooleanField()
    reason = models.CharField(max_length=500)
    answered_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"reason"})
    PLAIN = frozenset({"file", "is_ours", "answered_by"})

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="identity_is_answered_with_a_reason")]

    def __str__(self) -> str:
        return self.reason


class ImagingRendering(Entry):
    """All frames of a file were written as the viewer shows them. `low` and `high` are the stored values' ends,
    `centre` and `width` the window that is shown first; 0 to 255 in colour."""

    file = models.OneToOneField(ImagingFile, models.PROTECT, related_name="rendering")
    is_signed = models.BooleanField(default=False)
    low = models.IntegerField()
    high = models.IntegerField()
    centre = models.FloatField()
    width = models.FloatField()

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"file", "is_signed", "low", "high", "centre", "width"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, low__lte=F("high")), name="rendering_has_a_window")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.low}..{self.high}"


class Calibration(Entry):
    """How a length on a picture becomes millimetres: `row_mm` is from one row of pixels to the next (down), `column_mm`
    from one column to the next (to the right), both in the patient. The last of a file is the one that counts.

    `line` is [x1, y1, x2, y2] in pixels, of a line that was drawn along a thing of `line_mm`.
    """

    file = models.ForeignKey(ImagingFile, models.PROTECT, related_name="calibrations")
    kind = term("calibration_key")
    row_mm = models.DecimalField(max_digits=12, decimal_places=8)
    column_mm = models.DecimalField(max_digits=12, decimal_places=8)
    magnification = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    error_percent = models.DecimalField(max_digits=4, decimal_places=1)
    line = models.JSONField(null=True, blank=True)
    line_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"row_mm", "column_mm", "magnification", "error_percent", "line", "line_mm"})
    PLAIN = frozenset({"file", "kind", "made_by"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(row_mm__range=("0.001", "20"), column_mm__range=("0.001", "20")),
                name="calibration_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(magnification=None) | Q(magnification__range=("1", "5")), name="magnification_is_possible"
            ),
            models.CheckConstraint(
                condition=Q(error_percent__range=("1", "50")), name="calibration_error_is_1_to_50_percent"
            ),
            models.CheckConstraint(
                condition=Q(line=None, line_mm=None) | Q(line__isnull=False, line_mm__range=("0.5", "1000")),
                name="calibration_line_has_its_length",
            ),
            models.UniqueConstraint(fields=["id", "file"], name="calibration_is_of_its_file"),
        ]

    def __str__(self) -> str:
        return self.kind.label


class Outline(Entry):
    """The edge of a deposit as it was drawn on a frame; without a `scale` the picture was not calibrated.

    `points` are [[x, y], …] in image coordinates: (0, 0) the outer corner of the first pixel, x right, y down.
    """

    measurement = models.OneToOneField(DepositMeasurement, models.PROTECT, related_name="outline")
    file = models.ForeignKey(ImagingFile, models.PROTECT, related_name="outlines")
    frame = models.PositiveIntegerField(default=1)
    points = models.JSONField()
    scale = models.ForeignKey(Calibration, models.PROTECT, null=True, blank=True, related_name="outlines")

    PERSONAL = frozenset({"points"})
    PLAIN = frozenset({"measurement", "file", "frame", "scale"})

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(frame__gte=1), name="outline_is_on_a_frame")]

    def __str__(self) -> str:
        return f"{self.measurement_id} on {self.file_id}"


def questioned(**extra: Any) -> Exists:
    """Of a study: one of its files speaks of another person or side, and nobody has answered."""
    return Exists(ImagingFile.objects.unanswered().filter(result=OuterRef("pk"), **extra))
