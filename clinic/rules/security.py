"""Which events go to the security stream, and what is told of them: never a name, a search or a clinical word."""

import re
from datetime import datetime
from uuid import UUID

# Nouns all of whose events are told, and single events of the others.
NOUNS = frozenset({"login", "proof", "browser", "api_key", "staff", "site", "invitation", "passkey", "password"})
NOUNS |= {"training", "break_glass", "restriction", "audit", "factor"}
EVENTS = frozenset(
    {
        "action.refused",
        "imaging_file_original.seen",
        "looks.seen",
        "patient.merged",
        "patient.restricted",
        "patient.restriction_lifted",
        "patient.unmerged",
        "photograph_copy.seen",
        "photograph_original.seen",
        "rule.approved",
        "rule.deviated",
        "rule.withdrawn",
        "screening.overridden",
        "session.attested",
        "waiver.granted",
        "waiver.declined",
        "waiver.withdrawn",
    }
)
DEMO = "demo"  # the door by which the demo is built
ENDINGS = (".exported", ".printed")
CODE = re.compile(r"[a-z][a-z_]{0,39}")


def is_relevant(action: str, door: str) -> bool:
    """What the fictional clinic of the demo did before it opened is nobody's concern."""
    if door == DEMO:
        return False
    return action.partition(".")[0] in NOUNS or action in EVENTS or action.endswith(ENDINGS)


def line_of(
    *,
    at: datetime,
    action: str,
    staff_id: UUID | None,
    door: str,
    came_from: str | None,
    request_id: UUID | None,
    row_type: str,
    row_id: UUID | None,
    code: object,
) -> dict[str, str]:
    """What there is of it. A code that does not look like one of ours is left out: it could be somebody's text."""
    told = {
        "at": at.isoformat(timespec="milliseconds"),
        "action": action,
        "staff": str(staff_id or ""),
        "door": door,
        "came_from": came_from or "",
        "request": str(request_id or ""),
        "row_type": row_type,
        "row": str(row_id or ""),
        "code": code if isinstance(code, str) and CODE.fullmatch(code) else "",
    }
    return {name: value for name, value in told.items() if value}
