"""Records that only those on a list may see: who shut them, why, and who was named or taken off by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from clinic.models.records import Record
from clinic.models.staff import StaffMember


class RestrictionReason(models.TextChoices):
    COLLEAGUE = "COLLEAGUE", "works here"
    FAMILY = "FAMILY", "family of somebody who works here"
    PUBLIC_PERSON = "PUBLIC_PERSON", "a public person"
    OTHER = "OTHER", "another reason"


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Subsets of restrictions in the clinic's words."""

    def in_force(self) -> RestrictionQuerySet:
        return self.filter(lifted_at=None)

    def shut_to(self, staff: StaffMember) -> RestrictionQuerySet:
        """Those in force whose list this person is not on.

        On the list are those who are named; and, unless they were taken off, the leads of cases and the authors of
        sessions that were there when the record was restricted. What is written later, for instance under break glass,
        puts nobody on it.
        """
        return self.in_force().filter(patient__in=patients_shut_to(staff))


def patients_shut_to(staff: StaffMember) -> RawSQL:
    """The ids of those whose records are shut to this person (cases/migrations/0036_shut_to.py), for `column__in=…`."""
    return RawSQL("SELECT unnest(cases_shut_to(%s))", [staff.pk])


class Restriction(Record):
    """One patient's record is shut to all who are not on its list, until that is lifted."""

    patient = models.ForeignKey("cases.Patient", models.PROTECT, related_name="restrictions")
    reason = models.CharField(max_length=20, choices=RestrictionReason)
    because = models.CharField(max_length=500)
    restricted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_because = models.CharField(max_length=500, blank=True, default="")

    objects = RestrictionQuerySet.as_manager()
    PERSONAL = frozenset({"reason", "because", "lifted_because"})
    PLAIN = frozenset({"patient", "restricted_by", "lifted_at", "lifted_by"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(lifted_at=None), name="patient_is_restricted_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="restriction_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="restriction_lifted_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"


class RestrictionName(Record):
    """Somebody who was put on the list of a restricted record by hand, or taken off it."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="names")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    may_see = models.BooleanField()
    named_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PLAIN = frozenset({"restriction", "staff", "may_see", "named_by"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["restriction", "staff"], name="somebody_is_named_once_on_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.restriction_id}"
