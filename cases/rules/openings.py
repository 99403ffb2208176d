"""Break glass: how often, and what must be said."""

ATTEMPTS_AN_HOUR = 10
HOURS = 4
SHORTEST_REASON = 10


def is_reason(text: str) -> bool:
    """Whether a written reason says something: ten characters that are not spaces at its ends."""
    return len(text.strip()) >= SHORTEST_REASON


def is_too_often(attempts: int) -> bool:
    """Whether so many attempts within an hour leave no further one."""
    return attempts >= ATTEMPTS_AN_HOUR
