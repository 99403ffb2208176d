"""Keys with which programs come in."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import OuterRef, Q

from clinic.models.prepared import places_of, put_in
from clinic.models.records import Record


def digest_of(key: str) -> str:
    """SHA-256 of a whole key, in hex. A key holds 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, at: datetime) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, and of somebody who still works here."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, owner__is_active=True)

    def presented(self, digest: str, at: datetime) -> "ApiKey | None":
        """The usable key with this digest, with its owner and the owner's sites: one statement, written once."""
        from clinic.models.staff import StaffMember

        sql, places = look_up()
        with connection.cursor() as cursor:
            cursor.execute(sql, put_in(places, [digest, at]))
            row = cursor.fetchone()
        if row is None:
            return None
        columns, until = names_of(ApiKey), len(names_of(ApiKey))
        key = ApiKey.from_db(connection.alias, columns, row[:until])
        key.owner = StaffMember.from_db(connection.alias, names_of(StaffMember), row[until:-1])
        key.owner.known_site_ids = row[-1]
        return key

    def ended(self, at: datetime) -> "ApiKeyQuerySet":
        """The others: revoked, expired, or of somebody who does not work here any more."""
        return self.exclude(pk__in=self.model.objects.usable(at))


def names_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def look_up() -> tuple[str, tuple[tuple[int, Any], ...]]:
    """The statement of `presented`, and where its digest and its moment go."""
    from clinic.models.staff import StaffMember, StaffSite

    stand_ins = ["the digest", datetime(1, 1, 1, tzinfo=UTC)]
    posted = StaffSite.objects.filter(staff=OuterRef("owner"), ended_at=None).order_by("pk")
    owner = [f"owner__{name}" for name in names_of(StaffMember)]
    rows = (
        ApiKey.objects.usable(stand_ins[1])
        .filter(digest=stand_ins[0])
        .annotate(at=ArraySubquery(posted.values("site")))
    )
    sql, parameters = rows.values_list(*names_of(ApiKey), *owner, "at").query.sql_with_params()
    return sql, places_of(parameters, stand_ins)


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
