"""A date of which only the year or the month may be known: two columns that go together."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from cases.rules.imprecise_dates import ImpreciseDate, Precision


def precision_field() -> models.CharField:
    """The column beside the date that says how much of it is known."""
    return models.CharField(max_length=5, choices=[(p, p) for p in Precision], null=True, blank=True, default=None)


def known_together(date_field: str, precision: str, name: str) -> models.CheckConstraint:
    """Both or neither, and the unknown part is 1."""
    first = {f"{date_field}__day": 1}
    return models.CheckConstraint(
        name=name,
        condition=(
            Q(**{date_field: None, precision: None})
            | Q(**{f"{date_field}__isnull": False, precision: Precision.DAY})
            | Q(**{f"{date_field}__isnull": False, precision: Precision.MONTH, **first})
            | Q(**{f"{date_field}__isnull": False, precision: Precision.YEAR, **first, f"{date_field}__month": 1})
        ),
    )


def read(row: Any, name: str) -> ImpreciseDate | None:
    """The imprecise date `name` of a row, from its two columns."""
    on: date | None = getattr(row, f"{name}_on")
    return None if on is None else ImpreciseDate(on, Precision(getattr(row, f"{name}_precision")))


def columns(name: str, value: ImpreciseDate | None) -> dict[str, Any]:
    """The two columns of an imprecise date, for writing."""
    return {f"{name}_on": value and value.on, f"{name}_precision": value and value.precision}
