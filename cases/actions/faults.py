"""Everything that is wrong with what was told, collected so that it can be told at once."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from cases.rules.imprecise_dates import ImpreciseDate
from clinic.errors import Fault, RuleBroken


@dataclass
class Faults:
    """Collects everything that is to be corrected, so that it can be told at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str) -> None:
        self.found.append(Fault(pointer, code, message))

    def stop(self) -> None:
        if self.found:
            raise RuleBroken("not_right", _("Some entries need correcting."), faults=self.found)


def check_possible(faults: Faults, pointer: str, when: ImpreciseDate | None, born_on: date, today: date) -> None:
    """A fault where even the last day of a period is before the birth, or its first is in the future."""
    if when is not None and when.latest_day < born_on:
        faults.add(pointer, "before_the_birth", _("This is before the date of birth."))
    if when is not None and when.on > today:
        faults.add(pointer, "in_the_future", _("This is in the future."))
