"""Everything that is wrong with what was told, collected so that it can be told at once."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

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
