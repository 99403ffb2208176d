"""Is it time to ask whether a picture is wanted? Only asked, never recommended; and never for the spine."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cases.rules.imprecise_dates import ImpreciseDate

LONGER_THAN_DAYS = 21  # "3 to 4 weeks": asked from the earlier end on, since it is only a question
SPINE = frozenset({"REG_CSPINE", "REG_TSPINE", "REG_LSPINE"})
DEPOSITS_AND_SCARS = frozenset({"CALCIFICATION", "ADHESION"})
TEAR_WORDS = ("tear", "torn", "rupture")


@dataclass(frozen=True)
class Problem:
    """What is wrong: kind (CALCIFICATION, ADHESION, OTHER), region's code, what it is called, kind of structure."""

    kind: str
    region: str
    words: str = ""
    structure_kind: str = ""

    @property
    def may_show_on_a_picture(self) -> bool:
        """A calcification, an adhesion or a tendon that may be torn; outside the spine."""
        if self.region in SPINE:
            return False
        words = self.words.lower()
        is_tendon = self.structure_kind == "TENDON" or any(
            name in words for name in ("tendon", "achilles", "cuff", "supraspinatus", "biceps", "patellar")
        )
        return self.kind in DEPOSITS_AND_SCARS or (is_tendon and any(word in words for word in TEAR_WORDS))


def asks_for_imaging(
    problems: Iterable[Problem], *, since: ImpreciseDate | None, today: date, has_picture: bool, tear_flagged: bool
) -> bool:
    """Whether to ask: something that a picture shows, pain for more than three weeks, and no picture yet.

    `has_picture`: one exists, is requested, or was said not to be wanted. `tear_flagged`: the red flag of a torn
    tendon. An imprecise date counts from its first day.
    """
    if has_picture or since is None or since.on >= today - timedelta(days=LONGER_THAN_DAYS):
        return False
    listed = list(problems)
    outside = [p for p in listed if p.region not in SPINE]
    return any(p.may_show_on_a_picture for p in listed) or (tear_flagged and bool(outside))
