"""Two sessions of one case side by side: what was given and measured at each, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Line:
    """One thing that was or could have been the same at both. "": not given, not measured, not written."""

    name: str
    first: str
    second: str
    difference: str = ""

    @property
    def differs(self) -> bool:
        return self.first != self.second


def lines_of(first: Mapping[str, str], second: Mapping[str, str]) -> list[Line]:
    """A line for each name of either, in the order in which they are met."""
    return [Line(name, first.get(name, ""), second.get(name, "")) for name in dict.fromkeys([*first, *second])]


def difference(first: Decimal | None, second: Decimal | None, *, has_distances: bool) -> Decimal | None:
    """From the first to the second; None where one is missing, and of grades, which have no distances."""
    if first is None or second is None or not has_distances:
        return None
    return second - first
