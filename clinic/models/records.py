"""What every stored row has: an identity, its times, and, where it is edited, a version."""

from typing import Any, ClassVar
from uuid import UUID

import uuid_utils
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Concat

from clinic import clock


def new_id() -> UUID:
    """A version 7 UUID: rows that are made one after the other sort one after the other."""
    return UUID(int=uuid_utils.uuid7().int)


class Identified(models.Model):
    """An identity and the time of its making."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    # Each model lists its own columns in these two: exports, erasure and scrubbed copies read them.
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    PLAIN: ClassVar[frozenset[str]] = frozenset()
    # What the application's database role may do with the rows: clinic/database/roles.py grants it.
    APP_MAY: ClassVar[str] = "SELECT, INSERT, UPDATE"

    class Meta:
        abstract = True


class Record(Identified):
    """A row that people edit. Each change raises `version` by one; the database refuses any other step (CB412)."""

    updated_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_change(self, *fields: str) -> None:
        """Writes the named fields as the next version of the row."""
        self.version += 1
        self.save(update_fields=[*fields, "version"])
        self.refresh_from_db(fields=["updated_at"])  # set by the database

    @property
    def etag(self) -> str:
        return str(self.version)


class Entry(Identified):
    """A row that is added and never changed: the database refuses UPDATE and DELETE."""

    APP_MAY = "SELECT, INSERT"

    class Meta:
        abstract = True


class Definition(Identified):
    """One version of an entry of a catalogue. Loaded by the owner; the application only reads it."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    key = models.GeneratedField(
        expression=Concat(F("code"), Value("@"), Cast(F("version"), models.CharField(max_length=10))),
        output_field=models.CharField(max_length=70),
        db_persist=True,
        unique=True,
    )
    label = models.CharField(max_length=200)
    source = models.TextField(blank=True, default="")
    certainty = models.CharField(max_length=20, blank=True, default="")
    content = models.JSONField(
        default=dict
    )  # the entry as it stands in its file; clinic/rules/catalogues.py has the shape
    content_sha256 = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    APP_MAY = "SELECT"
    PARTS: ClassVar[tuple[str, ...]] = ()  # rows that belong to an entry and are read with it

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def codes(self) -> dict[str, str]:
        """What other systems call it: by the systems of clinic/rules/catalogues.py."""
        return dict(self.content.get("codes", {}))


class PlainText(Func):
    """Lower case without accents, by an immutable function of ours, so that it can be indexed."""

    function = "clinic_plain"
    output_field: Any = models.TextField()
