"""Who did what, when, to which row of which patient, from where."""

from django.db import models
from django.db.models import Q

from clinic.models.records import Entry


class AuditEvent(Entry):
    """One thing that happened. Append-only; `at` and `xid` are set by the database, whatever is sent.

    Rows are named by type and UUID without foreign keys: the log must outlive what it tells of.
    """

    at = models.DateTimeField(editable=False, null=True)
    xid = models.BigIntegerField(editable=False, null=True)
    action = models.CharField(max_length=60)
    staff = models.ForeignKey("clinic.StaffMember", models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey("clinic.ApiKey", models.PROTECT, null=True, related_name="+")
    row_type = models.CharField(max_length=60, blank=True, default="")
    row_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    door = models.CharField(max_length=20)
    came_from = models.GenericIPAddressField(null=True)
    request_id = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    PERSONAL = frozenset({"patient_id", "came_from", "details"})
    PLAIN = frozenset({"at", "xid", "action", "staff", "api_key", "row_type", "row_id", "door", "request_id"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(action__regex=r"^[a-z_]+\.[a-z_]+$"), name="audit_action_is_a_dotted_name"
            ),
            models.CheckConstraint(
                condition=Q(row_type="", row_id=None) | (~Q(row_type="") & Q(row_id__isnull=False)),
                name="audit_row_type_and_row_id_go_together",
            ),
        ]
        indexes = [
            models.Index(
                fields=["patient_id", "-id"],
                name="audit_who_looked_at_a_patient",
                condition=Q(patient_id__isnull=False),
            ),
            models.Index(fields=["row_id", "-id"], name="audit_of_a_row", condition=Q(row_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.action
