"""Links by which people set their first password, or a new one."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from clinic.models.records import Record
from clinic.models.staff import StaffMember


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, at: datetime) -> InvitationQuerySet:
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=at, staff__is_active=True)


class Invitation(Record):
    """A link that can be handed over without mail. Only its digest is kept; it works once and not for long."""

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()
    PERSONAL = frozenset({"digest"})
    PLAIN = frozenset({"staff", "invited_by", "expires_at", "used_at", "withdrawn_at"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="invitation_digest_is_sha256")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} until {self.expires_at}"
