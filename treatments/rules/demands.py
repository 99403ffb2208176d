"""What a treatment that the screening holds back must say before it can stand in the record.

What happened can always be recorded; the stricter the rule, the more must be said of it.
"""

from collections.abc import Mapping
from enum import IntEnum

from treatments.rules.safety import Outcome

# What carries more risk (C 4.4, 7.3): a consent to it is asked with its leaflet.
HIGHER_RISK = frozenset({"RSWT", "FSWT", "DRYNEEDLE", "MAN_MANIP", "DIAFIB"})


class Demand(IntEnum):
    """From nothing to be said, to all of it."""

    NOTHING = 0
    WAIVED = 1  # blocked, and waived beforehand by the lead: the waiver has said it all
    REASON = 2
    AUTHORISATION = 3
    AGAINST = 4


BY_OUTCOME = {
    Outcome.NEEDS_REASON: Demand.REASON,
    Outcome.NEEDS_AUTHORISATION: Demand.AUTHORISATION,
    Outcome.BLOCKED: Demand.AGAINST,
}
SAID = {
    Demand.NOTHING: (),
    Demand.WAIVED: (),
    Demand.REASON: ("because",),
    Demand.AUTHORISATION: ("because", "told"),
    Demand.AGAINST: ("because", "told", "happened"),
}


def demand_of(outcome: Outcome, *, lacks_consent: bool, is_waived: bool = False) -> Demand:
    """What is demanded of what is given. A higher-risk treatment without a consent needs authorisation (C 4.4).

    `is_waived`: the blocks were waived beforehand, and `outcome` is the strictest of what else holds it back.
    """
    demand = BY_OUTCOME.get(outcome, Demand.NOTHING)
    if lacks_consent:
        demand = max(demand, Demand.AUTHORISATION)
    return max(demand, Demand.WAIVED) if is_waived else demand


def unsaid(demand: Demand, said: Mapping[str, str]) -> tuple[str, ...]:
    """Which of its texts are still missing."""
    return tuple(name for name in SAID[demand] if not said.get(name, "").strip())
