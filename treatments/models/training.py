"""Who is trained in what needs extra training."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.models import StaffMember
from clinic.models.records import Record


class TrainingQuerySet(models.QuerySet["Training"]):
    def in_force(self) -> TrainingQuerySet:
        return self.filter(ended_at=None)


class Training(Record):
    """A person holds the extra training that a modality needs; by its code, whatever the version."""

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="trainings")
    modality_code = models.CharField(max_length=60)
    granted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TrainingQuerySet.as_manager()
    PLAIN = frozenset({"staff", "modality_code", "granted_by", "ended_at"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "modality_code"],
                condition=Q(ended_at=None),
                name="training_is_held_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.modality_code}"
