"""Who changed which field of a row from what to what: kept by the database itself."""

from django.db import models

from clinic.models.records import Identified


class RowChange(Identified):
    """One change of one row. A trigger writes it with its owner's rights; the application may only read.

    `changes` is {"phone": ["020 1", "020 2"]}; who made it says the audit event of the same transaction and row.
    No column is added to it: a row's seal is over all its columns.
    """

    at = models.DateTimeField(editable=False)
    xid = models.BigIntegerField(editable=False)
    row_type = models.CharField(max_length=60)
    row_id = models.UUIDField()
    changes = models.JSONField()

    PERSONAL = frozenset({"changes"})
    PLAIN = frozenset({"at", "xid", "row_type", "row_id"})
    APP_MAY = "SELECT"

    class Meta:
        indexes = [
            models.Index(fields=["row_id", "-at"], name="row_changes_newest_first"),
            models.Index(fields=["xid", "id"], name="row_changes_of_a_transaction"),  # where the sealer goes on
        ]

    def __str__(self) -> str:
        return f"{self.row_type} {self.row_id}"
