"""The people of the clinic and what each may do."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, Lower, Now

from clinic.models.records import Record
from clinic.models.sites import Site
from clinic.rules.permissions import Permission, Role, permitted


class StaffManager(BaseUserManager["StaffMember"]):
    """Finds people by the address with which they log in."""

    def with_sites(self) -> models.QuerySet[StaffMember]:
        """Each with the sites at which they work now, so that `site_ids` asks nothing more; and with what they opened
        under break glass, which belongs to the floor above: a name in a query.
        """
        now = StaffSite.objects.filter(staff=OuterRef("pk"), ended_at=None)
        opened = StaffMember.objects.filter(
            pk=OuterRef("pk"), openings__expires_at__gt=Now(), openings__closing=None
        ).values(told=JSONObject(id="openings__pk", patient="openings__patient", until="openings__expires_at"))
        return self.annotate(known_site_ids=ArraySubquery(now.values("site_id")), known_openings=ArraySubquery(opened))

    def get_by_natural_key(self, username: str | None) -> StaffMember:
        return self.get(email=(username or "").lower())


class StaffMember(AbstractBaseUser, Record):
    """Somebody who works here and logs in. Never deleted: what they signed keeps their name."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    hcpc_number = models.CharField(max_length=8, blank=True, default="")
    roles: ArrayField = ArrayField(models.CharField(max_length=20, choices=[(r, r) for r in Role]), default=list)
    sites = models.ManyToManyField(Site, through="StaffSite", related_name="staff")
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    objects = StaffManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    PERSONAL = frozenset({"email", "name", "hcpc_number", "password", "last_login"})
    PLAIN = frozenset({"roles", "is_active", "deactivated_at"})

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="staff_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(hcpc_number="") | Q(hcpc_number__regex=r"^PH[0-9]{5,6}$"),
                name="staff_hcpc_number_is_ph_and_five_or_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[str(r) for r in Role]), name="staff_roles_are_known"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False, deactivated_at__isnull=False),
                name="staff_inactive_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def permissions(self) -> frozenset[Permission]:
        return permitted(self.roles) if self.is_active else frozenset()

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions()

    @property
    def site_ids(self) -> list[UUID]:
        """The sites at which this person works now; read once per request."""
        if hasattr(self, "known_site_ids"):
            return self.known_site_ids
        if not hasattr(self, "_site_ids"):
            self._site_ids = list(self.postings.filter(ended_at=None).values_list("site_id", flat=True))
        return self._site_ids


class StaffSite(Record):
    """Where a person works, since when and until when."""

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="postings")
    site = models.ForeignKey(Site, models.PROTECT, related_name="postings")
    ended_at = models.DateTimeField(null=True, blank=True)

    PLAIN = frozenset({"staff", "site", "ended_at"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "site"], condition=Q(ended_at=None), name="staff_work_at_a_site_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.site_id}"
