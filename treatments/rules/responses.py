"""How many cases improved, by groups: and which groups may be shown without telling of single cases.

What is shown of one measure on one day is safe in itself. No group of fewer than five judged cases is shown. Nor is a
group from which such a one follows: what is left of a whole without the parts that are shown is nothing, or at least
five; of two shown groups of which one lies within the other they differ by nothing, or by at least five. The wholes are
all cases, those with an earlier treatment without benefit, and each group at all sites against the same at each site.
The same is withheld whichever site is chosen, so that no choice of sites tells what another holds back.

What this does not keep apart are sheets of different days: two ranges that differ by one case can be compared. Who
sees the page may read each of these cases, and every sheet that is looked at or taken away is in the audit log with its
days and its site.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from treatments.rules.intervals import Interval, wilson
from treatments.rules.progress import Verdict, Word

FEWEST = 5
RANK = {"LEFT": 0, "RIGHT": 1}


class Outcome(StrEnum):
    """What a verdict says, without what it was held against."""

    IMPROVED = "IMPROVED"
    UNCHANGED = "UNCHANGED"
    WORSE = "WORSE"
    NOT_KNOWN = "NOT_KNOWN"


class Kind(StrEnum):
    """By what cases are put together."""

    ALL = "ALL"
    PATHOLOGY = "PATHOLOGY"
    PROTOCOL = "PROTOCOL"
    FAILED_BEFORE = "FAILED_BEFORE"
    FAILED_KIND = "FAILED_KIND"


@dataclass(frozen=True)
class Group:
    kind: Kind
    code: str = ""


ALL, FAILED, NOT_FAILED = Group(Kind.ALL), Group(Kind.FAILED_BEFORE, "YES"), Group(Kind.FAILED_BEFORE, "NO")


@dataclass(frozen=True)
class Responded:
    """What came of one case in one measure. `groups` do not name ALL, of which every case is."""

    case: Hashable
    site: Hashable
    groups: frozenset[Group]
    outcome: Outcome


class Withheld(StrEnum):
    """Why a group has no shares."""

    FEW = "FEW"
    FEW_WOULD_FOLLOW = "FEW_WOULD_FOLLOW"


@dataclass(frozen=True)
class Tally:
    """A group in numbers; all are 0 where it is withheld."""

    group: Group
    improved: int = 0
    unchanged: int = 0
    worse: int = 0
    not_known: int = 0
    withheld: Withheld | None = None

    @property
    def judged(self) -> int:
        return self.improved + self.unchanged + self.worse

    @property
    def interval(self) -> Interval | None:
        """Of the share that improved."""
        return wilson(self.improved, self.judged) if self.judged else None


def outcome_of(verdict: Verdict) -> Outcome:
    """Where only the error is known, more than the error counts as improved or worse."""
    if verdict.word in (Word.NO_AGREED_THRESHOLD, Word.NO_START):
        return Outcome.NOT_KNOWN
    if verdict.is_good is None:
        return Outcome.UNCHANGED
    return Outcome.IMPROVED if verdict.is_good else Outcome.WORSE


def side_that_counts(measured: Iterable[str], asked: Sequence[str], affected: Iterable[str]) -> str | None:
    """Of several sides on which a case has one measure, the one by which it counts; None where none does.

    The side of the first key measure; else the measure without a side; else the first affected side, of both the left.
    The side that is not affected tells of no response.
    """
    sides = set(measured)
    named = [s for side in affected for s in (("LEFT", "RIGHT") if side == "BILATERAL" else (side,))]
    first = [*asked, "", "MIDLINE", *named]
    if not any(side in RANK for side in named):
        first += sorted(sides, key=lambda side: RANK.get(side, 9))
    return next((side for side in first if side in sides), None)


Cell = tuple[Group, Hashable | None]  # of one site, or of all
Cells = Mapping[Cell, frozenset[Hashable]]
Families = Iterable[tuple[Cell, Sequence[Cell]]]


def tallies(responses: Sequence[Responded], site: Hashable | None = None) -> list[Tally]:
    """Each group of one measure at one site or at all, ALL first, the largest of each kind first."""
    members: dict[Cell, list[Responded]] = {}
    for response in responses:
        for group in (ALL, *response.groups):
            for place in (None, response.site):
                members.setdefault((group, place), []).append(response)
    judged = {
        cell: frozenset(r.case for r in found if r.outcome is not Outcome.NOT_KNOWN) for cell, found in members.items()
    }
    shown = showable(judged, families_of(judged))
    here = [cell for cell in members if cell[1] == site]
    kinds = list(Kind)
    here.sort(key=lambda cell: (kinds.index(cell[0].kind), -len(judged[cell]), cell[0].code))
    return [tally(cell[0], members[cell], judged[cell], is_shown=cell in shown) for cell in here]


def tally(group: Group, found: Iterable[Responded], judged: frozenset[Hashable], *, is_shown: bool) -> Tally:
    if not is_shown:
        return Tally(group, withheld=Withheld.FEW if len(judged) < FEWEST else Withheld.FEW_WOULD_FOLLOW)
    outcomes = [r.outcome for r in found]
    return Tally(
        group,
        improved=outcomes.count(Outcome.IMPROVED),
        unchanged=outcomes.count(Outcome.UNCHANGED),
        worse=outcomes.count(Outcome.WORSE),
        not_known=outcomes.count(Outcome.NOT_KNOWN),
    )


def families_of(cells: Cells) -> list[tuple[Cell, list[Cell]]]:
    """Each whole with the parts into which it falls: the kinds of groups at each site, and the sites of each group."""
    families: list[tuple[Cell, list[Cell]]] = []
    for place in {place: None for _, place in cells}:
        here = [cell for cell in cells if cell[1] == place]
        for kind in (Kind.PATHOLOGY, Kind.PROTOCOL, Kind.FAILED_BEFORE, Kind.FAILED_KIND):
            whole = FAILED if kind is Kind.FAILED_KIND else ALL
            families.append(((whole, place), [cell for cell in here if cell[0].kind is kind]))
    for group in {group: None for group, _ in cells}:
        families.append(((group, None), [c for c in cells if c[0] == group and c[1] is not None]))
    return families


def showable(cells: Cells, families: Families) -> set[Cell]:
    """The cells that may be shown together; what has to go is taken from the smallest."""
    listed = list(families)
    shown = {cell for cell, cases in cells.items() if len(cases) >= FEWEST}
    before = -1
    while len(shown) != before:
        before = len(shown)
        for whole, parts in listed:
            if whole in shown:
                shown -= telling_by_what_is_left(cells, whole, [p for p in parts if p in shown])
        shown -= telling_by_difference(cells, shown)
    return shown


def telling_by_what_is_left(cells: Cells, whole: Cell, parts: list[Cell]) -> set[Cell]:
    """The smallest parts, until what is left of the whole without the others is nothing or many enough."""
    kept = sorted(parts, key=lambda cell: len(cells[cell]))
    gone: set[Cell] = set()
    while kept and 0 < len(cells[whole] - frozenset().union(*(cells[cell] for cell in kept))) < FEWEST:
        gone.add(kept.pop(0))
    return gone


def telling_by_difference(cells: Cells, shown: set[Cell]) -> set[Cell]:
    """Each cell that lies within another one which has fewer than five cases more."""
    by_size: dict[int, list[Cell]] = {}
    for cell in shown:
        by_size.setdefault(len(cells[cell]), []).append(cell)
    return {
        inner
        for size, inners in by_size.items()
        for inner in inners
        for more in range(1, FEWEST)
        for outer in by_size.get(size + more, ())
        if cells[inner] < cells[outer]
    }
