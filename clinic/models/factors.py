"""Taking a lost second factor from somebody, which needs two others."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from clinic.models.records import Record
from clinic.models.staff import StaffMember

GOOD_FOR = timedelta(hours=24)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def waiting(self, at: datetime) -> FactorResetQuerySet:
        """Asked for, not confirmed, and not run out."""
        return self.filter(confirmed_at=None, expires_at__gt=at)


class FactorReset(Record):
    """One admin asks, another confirms; neither is the person. `asked_by` is nobody where the machine's owner did it:
    the database lets only the owner of its tables write that.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="factor_resets")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    because = models.TextField()
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = FactorResetQuerySet.as_manager()
    PERSONAL = frozenset({"because"})
    PLAIN = frozenset({"person", "asked_by", "expires_at", "confirmed_by", "confirmed_at"})

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(because=""), name="factor_reset_says_why"),
            models.CheckConstraint(
                condition=Q(asked_by=None) | ~Q(asked_by=F("person")), name="factor_reset_is_not_asked_by_its_person"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("person")) & ~Q(confirmed_by=F("asked_by"))),
                name="factor_reset_is_confirmed_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None, confirmed_by=None, confirmed_at__isnull=False)
                | Q(asked_by__isnull=False, confirmed_by=None, confirmed_at=None)
                | Q(asked_by__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="factor_reset_needs_two",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + GOOD_FOR)
                & (Q(confirmed_at=None) | (Q(confirmed_at__gte=F("created_at")) & Q(confirmed_at__lt=F("expires_at")))),
                name="factor_reset_is_confirmed_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"of {self.person_id} until {self.expires_at}"
