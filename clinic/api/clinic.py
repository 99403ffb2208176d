"""The clinic itself: its sites, its people, its keys. They tell of no patient."""

import zoneinfo
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from clinic.actions import api_keys, staff
from clinic.actions.permissions import allows
from clinic.api.fields import IdField, StrictSerializer, TextField
from clinic.api.filters import by_flag, by_id, by_listed_id
from clinic.api.keys import ANY_KEY
from clinic.api.resources import Act, Addable, Changeable, Detail, List, Told, pointed_at
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.models import ApiKey, Site, StaffMember
from clinic.rules.permissions import Permission, Role

ROW, OTHER = "01a2f3c4-0000-7000-8000-000000000003", "01a2f3c4-0000-7000-8000-000000000004"
CHANGED = {"etag": "1", "updated_at": "2026-09-07T10:15:00Z"}


class OfClinic:
    """Whoever is let in reads it; who manages the staff writes it, by a key with `admin`."""

    patient_column = ""
    scopes = {"GET": ANY_KEY, "POST": "admin", "PATCH": "admin"}


class SiteIn(StrictSerializer):
    """A place of the clinic; its time zone decides what "today" is there."""

    name = TextField(max_length=200)
    address = TextField(max_length=1000, required=False, allow_blank=True)
    time_zone = TextField(max_length=60, required=False, help_text="As in the IANA database: Europe/London.")

    EXAMPLE = {"name": "Wharf Lane", "address": "1 Wharf Lane, London", "time_zone": "Europe/London"}

    def validate_time_zone(self, told: str) -> str:
        if told not in zoneinfo.available_timezones():
            raise serializers.ValidationError("No such time zone. Write it as Europe/London.", "invalid")
        return told


class SiteOut(Out):
    """A site as it is now."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    address = MaybeField()
    time_zone = serializers.CharField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {"id": ROW, **SiteIn.EXAMPLE, **CHANGED}


class OfSites(OfClinic):
    noun, one, scope, detail, model, out = "sites", "site", "admin", "api_site", Site, SiteOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """One's own; all, to who manages the staff."""
        return Site.objects.all() if allows(by, Permission.STAFF_MANAGE) else Site.objects.filter(pk__in=by.site_ids)


class Sites(OfSites, Addable):
    """The places of the clinic: cases and appointments name one."""

    into = SiteIn
    orderings = ("name", "pk")

    def add(self, told: Told, by: StaffMember) -> Site:
        return staff.add_site(by=by, **told)


class OneSite(OfSites, Changeable):
    """One site."""

    patch_with = SiteIn

    def change(self, row: Site, version: int, told: Told, by: StaffMember) -> Site:
        kept = {name: getattr(row, name) for name in ("name", "address", "time_zone")}
        return staff.change_site(site=row, version=version, by=by, **{**kept, **told})


class StaffMemberIn(StrictSerializer):
    """What may be different of a person; who is new is invited on the page of the staff."""

    name = TextField(max_length=200)
    hcpc_number = TextField(max_length=8, allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField([str(role) for role in Role]), max_length=len(Role))
    sites = serializers.ListField(child=IdField(), max_length=200)

    EXAMPLE = {"name": "Noor Haddad", "hcpc_number": "PH123456", "roles": ["PHYSIOTHERAPIST"], "sites": [ROW]}


class StaffMemberOut(Out):
    """Somebody who works here, or did."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    hcpc_number = MaybeField()
    roles = serializers.ListField(child=serializers.ChoiceField([str(role) for role in Role]))
    sites = serializers.ListField(source="known_site_ids", child=serializers.UUIDField())
    is_active = serializers.BooleanField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {"id": OTHER, **StaffMemberIn.EXAMPLE, "is_active": True, **CHANGED}


class OfStaff(OfClinic):
    noun, one, scope, detail, model, out = (
        "staff",
        "staff member",
        "admin",
        "api_staff_member",
        StaffMember,
        StaffMemberOut,
    )

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """Who works at a site of one's own; all, to who manages the staff."""
        people = StaffMember.objects.with_sites()
        if allows(by, Permission.STAFF_MANAGE):
            return people
        near = StaffMember.objects.filter(postings__site__in=by.site_ids, postings__ended_at=None)
        return people.filter(pk__in=near.values("pk"))


class Staff(OfStaff, List):
    """The people of the clinic: appointments name one."""

    filters = {
        "site": by_listed_id("known_site_ids"),
        "is_active": by_flag("is_active"),
    }
    orderings = ("name", "pk")


class OneStaffMember(OfStaff, Changeable):
    """One person."""

    patch_with = StaffMemberIn

    def change(self, row: StaffMember, version: int, told: Told, by: StaffMember) -> StaffMember:
        kept = {"name": row.name, "hcpc_number": row.hcpc_number, "roles": row.roles, "sites": row.site_ids}
        wanted = {**kept, **told}
        wanted["sites"] = [pointed_at(Site.objects.all(), pk, "sites") for pk in wanted["sites"]]
        return staff.change_staff_member(person=row, version=version, by=by, **wanted)


class Deactivate(OfStaff, Act):
    """Let nobody log in as this person any more, and end their logins and keys."""

    def do(self, row: StaffMember, version: int, told: Told, by: StaffMember) -> Any:
        return staff.deactivate_staff_member(person=row, version=version, by=by)


class Reactivate(OfStaff, Act):
    """Let a person log in again, with the password that they had."""

    def do(self, row: StaffMember, version: int, told: Told, by: StaffMember) -> Any:
        return staff.reactivate_staff_member(person=row, version=version, by=by)


class KeyOut(Out):
    """A key, without the key: its beginning, what it may, when it was used last."""

    id = serializers.UUIDField()
    owner = serializers.UUIDField(source="owner_id", help_text="Whose it is; of an integration, who answers for it.")
    integration = MaybeField(help_text="The program whose key it is; null for a person's own.")
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(source="use.used_at", allow_null=True, help_text="To about a minute.")

    EXAMPLE = {
        "id": ROW,
        "owner": OTHER,
        "integration": "Booking site",
        "name": "Bookings",
        "prefix": "pc_3f9a1c2e",
        "scopes": ["patients:create"],
        "created_at": "2026-09-07T10:15:00Z",
        "expires_at": "2027-09-07T22:59:59Z",
        "revoked_at": None,
        "used_at": None,
    }


class OfKeys(OfClinic):
    noun, one, scope, detail, model, out = "api keys", "api key", "admin", "api_api_key", ApiKey, KeyOut
    scopes = {"GET": "admin", "POST": "admin"}

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """One's own; all, to who makes keys for the clinic."""
        return ApiKey.objects.all() if allows(by, Permission.API_KEY_CREATE) else ApiKey.objects.filter(owner=by)


class ApiKeys(OfKeys, List):
    """The keys of programs. New ones are made on their page, behind a proof of the person."""

    filters = {"owner": by_id("owner_id"), "in_force": by_flag("revoked_at__isnull")}
    orderings = ("pk", "name")


class OneApiKey(OfKeys, Detail):
    """One key."""


class RevokeKey(OfKeys, Act):
    """Revoke a key: from now on nobody comes in with it."""

    asks_version = False

    def do(self, row: ApiKey, version: int, told: Told, by: StaffMember) -> Any:
        return api_keys.revoke_api_key(key=row, by=by)
