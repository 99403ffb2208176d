"""Dates of which only the year or the month may be known, as programs send and read them."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.rules.imprecise_dates import ImpreciseDate, Precision, parse

SHAPE = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "example": "2022-03"}


@extend_schema_field(SHAPE)
class ImpreciseDateIn(serializers.Field[Any, Any, Any, Any]):
    """ "2022", "2022-03" or a day, as far as it is known."""

    def to_internal_value(self, data: Any) -> ImpreciseDate:
        try:
            return parse(data if isinstance(data, str) else "")
        except ValueError:
            raise serializers.ValidationError("Write it as 2022, 2022-03 or 2022-03-14.", code="not_a_date") from None


@extend_schema_field(SHAPE)
class ImpreciseDateOut(serializers.Field[Any, Any, Any, Any]):
    """From the two columns of such a date."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.columns = (f"{name}_on", f"{name}_precision")
        super().__init__(**{"allow_null": True, **kwargs})

    @staticmethod
    def made(on: date | None, precision: str | None) -> str | None:
        return None if on is None else str(ImpreciseDate(on, Precision(str(precision))))
