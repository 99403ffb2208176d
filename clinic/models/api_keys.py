"""Keys with which programs come in."""

import hashlib
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.models.records import Record


def digest_of(key: str) -> str:
    """SHA-256 of a whole key, in hex. A key holds 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, at: datetime) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, and of somebody who still works here."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, owner__is_active=True)

    def ended(self, at: datetime) -> "ApiKeyQuerySet":
        """The others: revoked, expired, or of somebody who does not work here any more."""
        return self.exclude(pk__in=self.model.objects.usable(at))


class ApiKey(Record):
    """A named key. Only its digest is kept; `prefix` is what people see of it.

    It belongs to a person. Where `integration` names a program that is nobody's own, `owner` is who answers for it.
    """

    owner = models.ForeignKey("clinic.StaffMember", models.PROTECT, related_name="api_keys")
    integration = models.CharField(max_length=100, blank=True, default="")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes: ArrayField = ArrayField(models.CharField(max_length=40))
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()
    PERSONAL = frozenset({"digest"})
    PLAIN = frozenset({"owner", "integration", "name", "prefix", "scopes", "expires_at", "revoked_at"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_key_has_a_name"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_digest_is_sha256"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class KeyUse(models.Model):
    """When a key was last used, and from which network. Written about once a minute beside the request's transaction
    (clinic/database/attempts.py), so it has neither version nor history, and no foreign key that would wait for one.
    """

    key = models.OneToOneField(ApiKey, models.PROTECT, primary_key=True, related_name="use", db_constraint=False)
    used_at = models.DateTimeField()
    network = models.CharField(max_length=60)

    PERSONAL = frozenset({"network"})
    PLAIN = frozenset({"key", "used_at"})
    APP_MAY: ClassVar[str] = "SELECT, INSERT, UPDATE"

    def __str__(self) -> str:
        return f"{self.key_id} at {self.used_at}"
