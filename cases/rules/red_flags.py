"""What must be done about a red flag, and what waits for it. A flag withholds treatments, never the note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """How soon somebody else must see the patient; the larger, the sooner."""

    LOCAL = 1
    GP = 2
    ROUTINE = 3
    URGENT = 4
    EMERGENCY = 5


class Answer(StrEnum):
    """Whether a flag is there. What was not asked is not absent."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True)
class RedFlag:
    """A flag as it was answered, and what was done about it."""

    code: str
    urgency: Urgency
    answer: Answer = Answer.NOT_ASKED
    action: str = ""
    resolved_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.answer is Answer.PRESENT and self.resolved_on is None

    @property
    def waits_for_action(self) -> bool:
        return self.is_open and not self.action.strip()


def withholding(flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    """The open emergencies without a recorded action: treatments wait for it, as does signing those given."""
    return tuple(f for f in flags if f.urgency is Urgency.EMERGENCY and f.waits_for_action)


def escalation(flags: Iterable[RedFlag]) -> Urgency | None:
    """The most urgent of the open flags; None where none is open."""
    return max((f.urgency for f in flags if f.is_open), default=None)


def waiting(flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    """The open flags of which no action is recorded, the most urgent first."""
    return tuple(sorted((f for f in flags if f.waits_for_action), key=lambda f: -f.urgency))


def not_asked(flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    return tuple(f for f in flags if f.answer is Answer.NOT_ASKED)
