"""Pictures: what is wanted, and what came."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models import imprecise
from cases.models.cases import Case
from cases.models.catalogues import BodyRegion, Term
from cases.models.injuries import Side
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic.models.records import Record
from clinic.models.staff import StaffMember


class RequestStatus(models.TextChoices):
    PLANNED = "PLANNED", "planned"
    REQUESTED = "REQUESTED", "requested"
    RECEIVED = "RECEIVED", "received"
    CANCELLED = "CANCELLED", "cancelled"
    NOT_WANTED = "NOT_WANTED", "not wanted"


class ImagingSource(models.TextChoices):
    OWN_POCUS = "OWN_POCUS", "our own ultrasound"
    NHS = "NHS", "NHS"
    PRIVATE = "PRIVATE", "private imaging centre"
    PATIENT_COPY = "PATIENT_COPY", "the patient’s copy"


def term(column: str, *, null: bool = False) -> models.ForeignKey:
    """A member of one of the short lists, by its key."""
    return models.ForeignKey(
        Term, models.PROTECT, to_field="key", db_column=column, null=null, blank=null, related_name="+"
    )


class ImagingRequestQuerySet(models.QuerySet["ImagingRequest"]):
    def awaited(self) -> ImagingRequestQuerySet:
        return self.filter(status__in=[RequestStatus.PLANNED, RequestStatus.REQUESTED])


class ImagingRequest(Record):
    """A picture that is wanted: of what, why, and by when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="imaging_requests")
    modality = term("modality_key")
    region = models.ForeignKey(BodyRegion, models.PROTECT, to_field="key", db_column="region_key", related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    view = term("view_key", null=True)
    why = models.CharField(max_length=500, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    repeat_reason = models.CharField(max_length=500, blank=True, default="")
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.PLANNED)
    planned_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    requested_on = models.DateField(null=True, blank=True)
    requested_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_because = models.CharField(max_length=500, blank=True, default="")

    objects = ImagingRequestQuerySet.as_manager()
    PERSONAL = frozenset({"modality", "region", "side", "view", "why", "due_on", "repeat_reason", "stopped_because"})
    PLAIN = frozenset({"case", "status", "planned_by", "requested_on", "requested_by"})

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["CANCELLED", "NOT_WANTED"], stopped_because__gt="")
                | (~Q(status__in=["CANCELLED", "NOT_WANTED"]) & Q(stopped_because="")),
                name="imaging_request_that_was_stopped_says_why",
            ),
            models.CheckConstraint(
                condition=Q(requested_on=None, requested_by=None)
                | Q(requested_on__isnull=False, requested_by__isnull=False),
                name="imaging_requested_on_and_by_go_together",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(status="NOT_WANTED"), name="imaging_request_says_by_when"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="imaging_request_worklist", condition=Q(status__in=["PLANNED", "REQUESTED"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.modality.label}, {self.get_side_display()} {self.region.label.lower()}"

    def is_overdue(self, today: date) -> bool:
        return self.status in (RequestStatus.PLANNED, RequestStatus.REQUESTED) and bool(
            self.due_on and self.due_on < today
        )


class ImagingResultQuerySet(models.QuerySet["ImagingResult"]):
    def with_state(self) -> ImagingResultQuerySet:
        """Adds `is_measured`: somebody here has read the picture."""
        from cases.models.readings import ImagingReading, Origin

        ours = ImagingReading.objects.filter(result=OuterRef("pk"), origin=Origin.MEASURED)
        return self.annotate(is_measured=Exists(ours))

    def to_measure(self) -> ImagingResultQuerySet:
        return self.with_state().filter(is_measured=False, reviewed_at=None)

    def to_tell(self) -> ImagingResultQuerySet:
        """Asked for, reviewed, and the patient was not told."""
        return self.filter(request__isnull=False, reviewed_at__isnull=False, told_on=None)

    def to_review(self) -> ImagingResultQuerySet:
        return self.with_state().filter(is_measured=True, reviewed_at=None)


class ImagingResult(Record):
    """One study: when, what, of which part, seen from where, who made it, and what its report says."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="imaging_results")
    request = models.OneToOneField(ImagingRequest, models.PROTECT, null=True, blank=True, related_name="result")
    taken_on = models.DateField()
    taken_precision = imprecise.precision_field()
    modality = term("modality_key")
    region = models.ForeignKey(BodyRegion, models.PROTECT, to_field="key", db_column="region_key", related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    view = term("view_key", null=True)
    source = models.CharField(max_length=15, choices=ImagingSource)
    reporter = models.CharField(max_length=200, blank=True, default="")
    reporter_role = models.CharField(max_length=100, blank=True, default="")
    report_text = models.TextField(blank=True, default="")
    repeat_reason = models.CharField(max_length=500, blank=True, default="")
    received_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True, default="")
    told_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ImagingResultQuerySet.as_manager()
    PERSONAL = frozenset(
        {
            "taken_on",
            "taken_precision",
            "modality",
            "region",
            "side",
            "view",
            "source",
            "reporter",
            "reporter_role",
            "report_text",
            "repeat_reason",
            "conclusion",
            "told_on",
        }
    )
    PLAIN = frozenset({"case", "request", "received_by", "reviewed_at", "reviewed_by", "told_by"})

    class Meta:
        ordering = ["taken_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="imaging_result_is_of_its_case"),
            imprecise.known_together("taken_on", "taken_precision", "imaging_date_and_its_precision_go_together"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="imaging_reviewed_at_and_by_go_together",
            ),
            models.CheckConstraint(
                condition=Q(told_on=None, told_by=None)
                | Q(told_on__isnull=False, told_by__isnull=False, reviewed_at__isnull=False),
                name="imaging_is_told_once_it_is_reviewed",
            ),
        ]
        indexes = [models.Index(fields=["case", "taken_on"], name="imaging_result_of_a_case")]

    def __str__(self) -> str:
        if self.view is None:
            return self.modality.label
        if self.view.label.startswith(self.modality.label):
            return self.view.label
        return f"{self.modality.label}, {self.view.label[0].lower()}{self.view.label[1:]}"

    @property
    def taken(self) -> ImpreciseDate:
        return ImpreciseDate(self.taken_on, Precision(self.taken_precision))
