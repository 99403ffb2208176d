"""When rows last changed, in an order that a program can follow without missing one."""

from typing import ClassVar

from django.db import models


class RowMark(models.Model):
    """The transaction that wrote a row last. A trigger keeps it (clinic/database/marks.py); what belongs to a row and
    is read with it marks that row.
    """

    row_id = models.UUIDField(primary_key=True)
    row_type = models.CharField(max_length=60)  # the name of its table
    xid = models.BigIntegerField()

    PLAIN = frozenset({"row_id", "row_type", "xid"})
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    APP_MAY: ClassVar[str] = "SELECT"

    class Meta:
        indexes = [models.Index(fields=["row_type", "xid", "row_id"], name="row_marks_in_their_order")]

    def __str__(self) -> str:
        return f"{self.row_type} {self.row_id} {self.xid}"


class PatientTouch(models.Model):
    """A transaction after which other people may see rows of a patient, or no longer see them: all are read anew."""

    id = models.BigAutoField(primary_key=True)
    patient_id = models.UUIDField()
    xid = models.BigIntegerField(db_index=True)

    PLAIN = frozenset({"patient_id", "xid"})
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    APP_MAY: ClassVar[str] = "SELECT"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient_id", "xid"], name="patient_is_touched_once_by_a_transaction")
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.xid}"
