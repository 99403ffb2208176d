"""Tables of patients on their way in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.models.records import Record
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
