"""Keys with which programs come in."""

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.models.records import Record


def digest_of(key: str) -> str:
    """SHA-256 of a whole key, in hex. A key holds 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, at: object) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, and of somebody who still works here."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, owner__is_active=True)


class ApiKey(Record):
    """A named key. Only its digest is kept; `prefix` is what people see of it."""

    owner = models.ForeignKey("clinic.StaffMember", models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes: ArrayField = ArrayField(models.CharField(max_length=40))
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()
    PERSONAL = frozenset({"digest"})
    PLAIN = frozenset({"owner", "name", "prefix", "scopes", "expires_at", "revoked_at"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_key_has_a_name"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_digest_is_sha256"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
