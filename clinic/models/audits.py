"""Who did what, when, to which row of which patient, from where; and the chain that seals it."""

from django.db import models
from django.db.models import Q

from clinic.models.records import Entry


class AuditEvent(Entry):
    """One thing that happened. Append-only; `at` and `xid` are set by the database, whatever is sent.

    Rows are named by type and UUID without foreign keys: the log must outlive what it tells of.
    No column is added to it: a row's seal is over all its columns, and what else is to be told goes into `details`.
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
            models.Index(fields=["xid", "id"], name="audit_of_a_transaction"),  # where the sealer goes on
        ]

    def __str__(self) -> str:
        return self.action


class LinkKind(models.TextChoices):
    """Of which table the sealed row is."""

    EVENT = "EVENT", "audit event"
    CHANGE = "CHANGE", "row change"


class AuditLink(models.Model):
    """One link of the chain over events and row changes. The database's own function adds it, once the row's
    transaction is settled (clinic/migrations/0006); the application only reads. clinic/rules/chains.py has the sums.
    """

    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=6, choices=LinkKind)
    row_id = models.UUIDField()
    xid = models.BigIntegerField()  # of the row; where the next batch goes on
    row_sha256 = models.CharField(max_length=64)
    chained_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"position", "kind", "row_id", "xid", "row_sha256", "chained_sha256", "sealed_at"})
    APP_MAY = "SELECT"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["EVENT", "CHANGE"]), name="audit_link_kind_is_known"),
            models.UniqueConstraint(fields=["row_id", "kind"], name="audit_row_is_sealed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.row_id}"
