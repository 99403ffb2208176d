"""What everybody who meets a patient must know."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from cases.models.patients import Patient
from clinic.models.records import Record
from clinic.models.staff import StaffMember


class Severity(models.TextChoices):
    STOP = "STOP", "danger"
    WATCH = "WATCH", "take care"
    NOTE = "NOTE", "good to know"


class PatientAlertQuerySet(models.QuerySet["PatientAlert"]):
    def in_force(self, today: date) -> PatientAlertQuerySet:
        """Neither ended nor expired; an alert still holds on its last day."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=today), ended_at=None)


class PatientAlert(Record):
    """A warning on a patient, seen by reception too: how severe, a few words, until when. It is ended, not deleted."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    severity = models.CharField(max_length=10, choices=Severity)
    text = models.CharField(max_length=200)
    expires_on = models.DateField(null=True, blank=True)
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PatientAlertQuerySet.as_manager()
    PERSONAL = frozenset({"severity", "text", "expires_on"})
    PLAIN = frozenset({"patient", "noted_by", "ended_at", "ended_by"})

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="alert_says_something"),
            models.CheckConstraint(condition=Q(severity__in=["STOP", "WATCH", "NOTE"]), name="alert_severity_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="alert_ended_at_and_ended_by_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return [str(s) for s in Severity].index(self.severity)
