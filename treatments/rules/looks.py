"""Who looked at a record: what is a look, what is taken away, and which looks are told in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

FOLDED = timedelta(hours=1)
SEEN, EXPORTED, PRINTED = ".seen", ".exported", ".printed"
# Downloads of a file that is also looked at.
COPIES = ("photograph_copy.seen", "photograph_original.seen", "imaging_file_original.seen")


@dataclass(frozen=True)
class Look:
    """One look of somebody at something, as the audit log has it; `name` is "" where nobody was logged in."""

    at: datetime
    staff_id: UUID | None
    name: str
    roles: tuple[str, ...]
    action: str
    row_type: str
    row_id: UUID | None
    door: str
    key: str = ""

    @property
    def noun(self) -> str:
        """What was looked at: "letter" of "letter.printed"."""
        return self.action.partition(".")[0]

    @property
    def is_taken_away(self) -> bool:
        return self.action in COPIES or self.action.endswith((EXPORTED, PRINTED))

    @property
    def thing(self) -> tuple[object, ...]:
        """What two looks share that may be told in one line."""
        return self.staff_id, self.action, self.row_id, self.door, self.key


@dataclass(frozen=True)
class Fold:
    """One line: a look, or several of one person at one thing within an hour; `since` is the first of them."""

    latest: Look
    since: datetime
    times: int = 1


def folded(looks: Iterable[Look]) -> list[Fold]:
    """Looks, the newest first, in lines: those that follow each other and lie within an hour are told as one."""
    lines: list[Fold] = []
    for look in looks:
        line = lines[-1] if lines else None
        if line and line.latest.thing == look.thing and line.latest.at - look.at <= FOLDED:
            lines[-1] = Fold(line.latest, look.at, line.times + 1)
        else:
            lines.append(Fold(look, look.at))
    return lines
