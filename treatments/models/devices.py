"""The clinic's machines and applicators."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.models.records import Record
from clinic.models.sites import Site
from treatments.rules.note_values import DeviceRule


class Device(Record):
    """A machine or an applicator of a site, and the modalities (codes of the catalogue) that are given with it."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="devices")
    name = models.CharField(max_length=100)
    serial_number = models.CharField(max_length=60, blank=True, default="")
    modalities: ArrayField = ArrayField(models.CharField(max_length=60))
    retired_on = models.DateField(null=True, blank=True)

    PLAIN = frozenset({"site", "name", "serial_number", "modalities", "retired_on"})

    class Meta:
        ordering = ["name", "serial_number"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="device_has_a_name"),
            models.CheckConstraint(condition=Q(modalities__len__gt=0), name="device_gives_something"),
            models.UniqueConstraint(fields=["site", "name", "serial_number"], name="device_is_listed_once_at_its_site"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.serial_number}" if self.serial_number else self.name

    def as_rule(self) -> DeviceRule:
        return DeviceRule(str(self.pk), str(self), frozenset(self.modalities), str(self.site_id), self.retired_on)
