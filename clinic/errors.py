"""The two ways to say no, and what a refusal of the database means in these words."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

log = logging.getLogger("casebook.refusals")


@dataclass(frozen=True)
class Fault:
    """One thing to correct. `pointer` is a JSON pointer into what was sent ("/measurements/0/value")."""

    pointer: str
    code: str
    message: str


class RuleBroken(Exception):  # noqa: N818 - a sentence of the house, not a kind of error
    """Nobody may do this now. `conflict` tells a state that forbids it (409) from content that is refused (422)."""

    def __init__(
        self, code: str, message: str, *, field: str = "", conflict: bool = False, faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.field, self.conflict = code, message, field, conflict
        self.more: dict[str, object] = {}  # further members of the problem that a program is told
        self.faults = tuple(faults) or ((Fault(f"/{field}", code, message),) if field else ())


class Stale(RuleBroken):
    """Somebody else changed it first; the second is told and nothing of either is lost (412)."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            "stale", message or _("This was changed by somebody else in the meantime. Look at it again."), conflict=True
        )


class MovedTo(RuleBroken):
    """What was asked for by an old identity is found under a new one: a reader is led there, a writer is told so."""

    def __init__(self, message: str, *, old: UUID, new: UUID) -> None:
        super().__init__("merged", message, conflict=True)
        self.old, self.new = old, new

    def leads_to(self, path: str) -> str:
        """The same address with the new identity."""
        return path.replace(str(self.old), str(self.new))


class NotAllowed(Exception):  # noqa: N818
    """This person may not do this; somebody else may."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


def from_database(error: DatabaseError) -> RuleBroken | None:
    """The refusal behind a database error, or None where the error is a defect of ours."""
    cause = error.__cause__
    state = getattr(cause, "pgcode", None) or ""
    told = getattr(getattr(cause, "diag", None), "message_primary", None) or ""
    if state == "CB412":
        return Stale()
    if state == "23P01":  # an exclusion: two at one time
        return RuleBroken("overlap", _("Somebody is booked at this time already."), conflict=True)
    if state == "22001":  # longer than its column
        return RuleBroken("too_long", _("Something that you typed is too long. Go back, shorten it and send it again."))
    if state == "23514":  # a check, whose name is the sentence that does not hold
        rule = (getattr(getattr(cause, "diag", None), "constraint_name", None) or "").replace("_", " ")
        log.warning("the database refused a row: %s", rule)  # no action had said so before
        return RuleBroken("refused", _("This cannot be stored, for it must hold that: %(rule)s.") % {"rule": rule})
    if state in ("CB409", "CB422"):
        return RuleBroken("signed" if state == "CB409" else "refused", told, conflict=state == "CB409")
    return None
