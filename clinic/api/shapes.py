"""Rows as programs read them: taken from the database as tuples, without a model's instance for each."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework import serializers


class Slot(NamedTuple):
    """One member of a shape: its name, its places in the tuple, and what is made of what stands there."""

    name: str
    since: int
    until: int
    made: Callable[..., Any] | None


class Out(serializers.Serializer[Any]):
    """What a row is as read. A field's `source` is its column ("case.patient_id" for one of another table); a field
    with `columns` is made of several. Only the description of the interface uses it as a serializer.
    """

    @classmethod
    def read(cls, rows: QuerySet[Any], *also: str) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
        """The rows in this shape, and of each the columns `also`. One statement."""
        columns, slots = plan_of(cls)
        found = list(apart(rows, (*columns, *also)).values_list(*columns, *also))
        return [shaped(row, slots) for row in found], [row[len(columns) :] for row in found]


def apart(rows: QuerySet[Any], columns: Iterable[str]) -> QuerySet[Any]:
    """A page of rows, chosen in a statement within: where other tables are read beside them, PostgreSQL took far longer
    to plan all of it as one join than to answer it.
    """
    asked = rows.query
    if not asked.is_sliced or asked.annotations or asked.distinct or not any("__" in column for column in columns):
        return rows
    return rows.model._base_manager.filter(pk__in=rows.values("pk")).order_by(*asked.order_by)


@cache
def plan_of(shape: type[Out]) -> tuple[tuple[str, ...], tuple[Slot, ...]]:
    columns: list[str] = []
    slots = []
    for name, field in shape().fields.items():
        asked = getattr(field, "columns", None) or (str(field.source or name),)
        slots.append(Slot(name, len(columns), len(columns) + len(asked), getattr(field, "made", None)))
        columns += [column.replace(".", "__") for column in asked]
    return tuple(columns), tuple(slots)


def shaped(row: tuple[Any, ...], slots: Iterable[Slot]) -> dict[str, Any]:
    return {
        slot.name: row[slot.since] if slot.made is None else slot.made(*row[slot.since : slot.until]) for slot in slots
    }


class EtagField(serializers.CharField):
    """The version of the row; it goes back as `If-Match` with a change."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "version", "help_text": "Send it as If-Match with a change.", **kwargs})

    @staticmethod
    def made(version: int) -> str:
        return str(version)


class CodeField(serializers.CharField):
    """A code of a catalogue, without the version of its entry; null where there is none."""

    @staticmethod
    def made(key: str | None) -> str | None:
        return key.split("@")[0] if key else None


class MaybeField(serializers.CharField):
    """A text that is missing as null, never as ""."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    @staticmethod
    def made(text: str | None) -> str | None:
        return text or None


class NumberField(serializers.FloatField):
    """A quantity as a JSON number; columns hold decimals."""

    @staticmethod
    def made(value: Any) -> float | None:
        return None if value is None else float(value)
