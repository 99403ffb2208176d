"""The clinic's machines and applicators. They tell of no patient."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from clinic.actions.permissions import allows
from clinic.api.clinic import CHANGED, OTHER, ROW, OfClinic
from clinic.api.fields import IdField, StrictSerializer, TextField
from clinic.api.filters import by_id
from clinic.api.resources import Addable, Changeable, Told, pointed_at
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission
from treatments.actions import devices
from treatments.models import Device


class DeviceIn(StrictSerializer):
    """A machine or an applicator, and what is given with it (codes of `/modalities/`)."""

    site = IdField()
    name = TextField(max_length=100)
    serial_number = TextField(max_length=60, required=False, allow_blank=True)
    modalities = serializers.ListField(child=TextField(max_length=60), max_length=100)

    EXAMPLE = {"site": OTHER, "name": "Radial shockwave unit", "serial_number": "A-104", "modalities": ["RSWT"]}


class DevicePatch(DeviceIn):
    """What may be different of a device; `retired_on` is the last day on which it was there."""

    retired_on = serializers.DateField(required=False, allow_null=True)

    EXAMPLE = {"retired_on": "2026-09-30"}


class DeviceOut(Out):
    """A machine or an applicator as it is now."""

    id = serializers.UUIDField()
    site = serializers.UUIDField(source="site_id")
    name = serializers.CharField()
    serial_number = MaybeField()
    modalities = serializers.ListField(child=serializers.CharField())
    retired_on = serializers.DateField(allow_null=True)
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {"id": ROW, **DeviceIn.EXAMPLE, "retired_on": None, **CHANGED}


class OfDevices(OfClinic):
    noun, one, scope, detail, model, out = "devices", "device", "admin", "api_device", Device, DeviceOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """Those of one's own sites; all, to who manages the staff."""
        return (
            Device.objects.all() if allows(by, Permission.STAFF_MANAGE) else Device.objects.filter(site__in=by.site_ids)
        )


class Devices(OfDevices, Addable):
    """The machines and applicators of the clinic: applications name one."""

    into = DeviceIn
    filters = {"site": by_id("site_id")}
    orderings = ("name", "pk")

    def add(self, told: Told, by: StaffMember) -> Device:
        site = pointed_at(Site.objects.all(), told.pop("site"), "site")
        return devices.add_device(site=site, by=by, **told)


class OneDevice(OfDevices, Changeable):
    """One machine or applicator."""

    patch_with = DevicePatch

    def change(self, row: Device, version: int, told: Told, by: StaffMember) -> Device:
        kept = {name: getattr(row, name) for name in ("name", "serial_number", "modalities", "retired_on", "site_id")}
        wanted = {**kept, **told}
        wanted["site"] = pointed_at(Site.objects.all(), told.get("site", wanted.pop("site_id")), "site")
        return devices.change_device(device=row, version=version, by=by, **wanted)
