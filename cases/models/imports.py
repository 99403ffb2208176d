"""Tables of patients and histories of clinics on their way in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.cases import Case
from clinic.models.records import Entry, Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember


class PatientImport(Record):
    """A file of patients: what was sent, which column is what, and, once it is done, what became of each row.

    The text is thrown away when the import is done or given up.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")
    mapping: ArrayField = ArrayField(models.CharField(max_length=40, blank=True), default=list)
    system = models.CharField(max_length=100, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True)

    PERSONAL = frozenset({"text", "outcome"})
    PLAIN = frozenset({"site", "made_by", "file_name", "mapping", "system", "done_at"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(text=""), name="import_that_is_done_keeps_no_text")
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportStatus(models.TextChoices):
    WAITING = "WAITING", "waiting, or at work"
    DONE = "DONE", "done"
    REFUSED = "REFUSED", "refused: something in it is to be corrected"
    GIVEN_UP = "GIVEN_UP", "given up"


class FileForm(models.TextChoices):
    NDJSON = "NDJSON", "a whole history, a line of JSON each"
    CSV = "CSV", "a table of patients"


class HistoryImport(Record):
    """What a clinic brings from its former system, carried out by a job: all of it, or nothing.

    The text is thrown away when the import has ended. `outcome` then says how many rows of each kind were written,
    were known or had changed since (`counts`), or what is to be corrected (`faults`, at most 200 of `faulty`).
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    # Whose cases those become whose own lead is not known here.
    lead = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    form = models.CharField(max_length=10, choices=FileForm)
    system = models.CharField(max_length=100)
    with_lookalikes = models.BooleanField(default=False)
    text = models.TextField(blank=True, default="")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.WAITING)
    job = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True)

    PERSONAL = frozenset({"text", "outcome"})
    PLAIN = frozenset(
        {"site", "made_by", "lead", "file_name", "form", "system", "with_lookalikes", "status", "job", "ended_at"}
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="WAITING", ended_at=None)
                | (~Q(status="WAITING") & Q(ended_at__isnull=False, text="")),
                name="history_import_that_ended_keeps_no_text",
            ),
            models.CheckConstraint(condition=~Q(system=""), name="history_import_names_its_system"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportProgress(models.Model):
    """How far the job of an import is; written beside its transaction, so that others can read it meanwhile."""

    import_id = models.UUIDField(primary_key=True)
    phase = models.CharField(max_length=10)
    done = models.PositiveIntegerField()
    total = models.PositiveIntegerField()

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"import_id", "phase", "done", "total"})
    APP_MAY = "SELECT, INSERT, UPDATE"

    def __str__(self) -> str:
        return f"{self.phase} {self.done} of {self.total}"


class ImportedRow(Entry):
    """Which row of ours a row of another system became: the same file, sent again, makes nothing twice."""

    brought_by = models.ForeignKey(HistoryImport, models.PROTECT, related_name="rows")
    system = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=100)
    row = models.UUIDField()
    sha256 = models.CharField(max_length=64)

    PERSONAL = frozenset({"external_id"})
    PLAIN = frozenset({"brought_by", "system", "kind", "row", "sha256"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "kind", "external_id"], name="imported_row_is_brought_from_a_system_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.external_id}"


class EarlierVisit(Entry):
    """A visit as it was entered in another system: kept as it was told, and not signed here.

    `values` are what was measured, as it was called there: {name, value, unit, side} each.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="earlier_visits")
    brought_by = models.ForeignKey(HistoryImport, models.PROTECT, related_name="visits")
    occurred_on = models.DateField()
    author = models.CharField(max_length=200, blank=True, default="")
    subjective = models.TextField(blank=True, default="")
    objective = models.TextField(blank=True, default="")
    assessment = models.TextField(blank=True, default="")
    plan = models.TextField(blank=True, default="")
    treatments: ArrayField = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    values = models.JSONField(default=list, blank=True)

    PERSONAL = frozenset(
        {"occurred_on", "author", "subjective", "objective", "assessment", "plan", "treatments", "values"}
    )
    PLAIN = frozenset({"case", "brought_by"})

    class Meta:
        ordering = ["-occurred_on", "-id"]
        indexes = [models.Index(fields=["case", "-occurred_on"], name="earlier_visit_of_a_case")]

    def __str__(self) -> str:
        return f"{self.occurred_on} {self.brought_by_id}"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """("Subjective", what was written) for each part that says something."""
        parts = ("subjective", "objective", "assessment", "plan")
        return [(part.capitalize(), getattr(self, part)) for part in parts if getattr(self, part)]
