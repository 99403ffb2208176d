"""Dates of which only the year, or the year and the month, may be known."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


WRITTEN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True)
class ImpreciseDate:
    """A period that is a day, a month or a year; `on` is its first day."""

    on: date
    precision: Precision

    @property
    def latest_day(self) -> date:
        """The last day of the period: "2022" may be any day up to 31 December."""
        if self.precision is Precision.DAY:
            return self.on
        next_month = 1 if self.precision is Precision.YEAR else self.on.month % 12 + 1
        next_year = self.on.year + (1 if self.precision is Precision.YEAR or self.on.month == 12 else 0)
        return date.fromordinal(date(next_year, next_month, 1).toordinal() - 1)

    def __str__(self) -> str:
        return str(self.on)[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]]


def parse(text: str) -> ImpreciseDate:
    """Reads "2022", "2022-03" or "2022-03-14". Raises ValueError for anything else."""
    found = WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    precision = Precision.YEAR if month is None else Precision.MONTH if day is None else Precision.DAY
    if not year or not 1880 <= year <= 2200:
        raise ValueError(text)
    return ImpreciseDate(date(year, 1 if month is None else month, 1 if day is None else day), precision)


def ends_before(end: ImpreciseDate, start: ImpreciseDate) -> bool:
    """Whether even the latest day of `end` lies before the first of `start`."""
    return end.latest_day < start.on
