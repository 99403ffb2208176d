"""Where we work."""

from django.db import models

from clinic.models.records import Record


class Site(Record):
    """A place of the clinic; its time zone decides what "today" is there."""

    name = models.CharField(max_length=200, unique=True)
    address = models.TextField(blank=True, default="")
    time_zone = models.CharField(max_length=60, default="Europe/London")

    PLAIN = frozenset({"name", "address", "time_zone"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
