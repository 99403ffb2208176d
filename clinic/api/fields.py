"""Fields of what programs send and read, stricter than the framework's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from clinic.api.filters import read_instant
from clinic.rules.texts import TIME


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members that it does not name: a slip of the pen, or what only the server sets."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    dict.fromkeys(unknown, "There is no such member."), code="unknown_member"
                )
        return super().to_internal_value(data)


class QuantityField(serializers.FloatField):
    """A JSON number: neither a text nor true."""

    def to_internal_value(self, data: Any) -> float | int:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return data


class CountField(serializers.IntegerField):
    """A whole JSON number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """true or false; DRF would also take "yes" and 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class TextField(serializers.CharField):
    """A text, kept as it is sent; DRF would also take a number for one, and trims."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(serializers.UUIDField):
    """A UUID as a text; DRF would also take a number for one."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class InstantField(serializers.DateTimeField):
    """An instant with its offset: without one nobody knows which it is."""

    def to_internal_value(self, data: Any) -> datetime:
        try:
            return read_instant(data if isinstance(data, str) else "")
        except ValueError:
            raise serializers.ValidationError("Write it as 2026-09-14T09:30:00+01:00.", "not_an_instant") from None


class ClockTimeField(serializers.CharField):
    """A time of the day as 14:05, by the clock of the site."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not TIME.fullmatch(data):
            raise serializers.ValidationError("Write the time as 14:05.", code="not_a_time")
        return data
