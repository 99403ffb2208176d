"""What other systems call our patients."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models.patients import Patient
from clinic.models.records import Record


class PatientIdentifierQuerySet(models.QuerySet["PatientIdentifier"]):
    def in_force(self) -> PatientIdentifierQuerySet:
        return self.filter(ended_at=None)


class PatientIdentifier(Record):
    """A number of a patient in another system; it is ended, not deleted."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=100)
    value = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PatientIdentifierQuerySet.as_manager()
    PERSONAL = frozenset({"value"})
    PLAIN = frozenset({"patient", "system", "ended_at"})

    class Meta:
        ordering = ["system", "value"]
        constraints = [
            models.CheckConstraint(condition=~Q(system="") & ~Q(value=""), name="identifier_names_system_and_value"),
            models.UniqueConstraint(
                fields=["system", "value"], condition=Q(ended_at=None), name="identifier_is_unique_in_its_system"
            ),
        ]
        indexes = [models.Index(fields=["value"], name="identifier_found_by_its_value")]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"
