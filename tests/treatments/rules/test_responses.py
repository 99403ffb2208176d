import random
from collections.abc import Iterable

import pytest

from treatments.rules.progress import Verdict, Word
from treatments.rules.responses import (
    ALL,
    FAILED,
    FEWEST,
    NOT_FAILED,
    Group,
    Kind,
    Outcome,
    Responded,
    Tally,
    Withheld,
    outcome_of,
    side_that_counts,
    tallies,
)

A, B, C = (Group(Kind.PATHOLOGY, code) for code in "ABC")
SHOCKWAVE, INJECTION = (Group(Kind.FAILED_KIND, code) for code in ("SHOCKWAVE", "INJECTION"))


@pytest.mark.parametrize(
    ("word", "is_good", "outcome"),
    [
        (Word.IMPROVED, True, Outcome.IMPROVED),
        (Word.WORSE, False, Outcome.WORSE),
        (Word.NO_RELIABLE_CHANGE, None, Outcome.UNCHANGED),
        (Word.MORE_THAN_ERROR, True, Outcome.IMPROVED),
        (Word.MORE_THAN_ERROR, False, Outcome.WORSE),
        (Word.NO_AGREED_THRESHOLD, None, Outcome.NOT_KNOWN),
        (Word.NO_START, None, Outcome.NOT_KNOWN),
        (Word.BETTER_GRADE, True, Outcome.IMPROVED),
        (Word.SAME_GRADE, None, Outcome.UNCHANGED),
        (Word.WORSE_GRADE, False, Outcome.WORSE),
        (Word.RATED_BETTER, True, Outcome.IMPROVED),
        (Word.RATED_LITTLE_CHANGE, None, Outcome.UNCHANGED),
        (Word.RATED_WORSE, False, Outcome.WORSE),
    ],
)
def test_each_verdict_has_its_outcome(word: Word, is_good: bool | None, outcome: Outcome) -> None:
    assert outcome_of(Verdict(word, is_good=is_good)) is outcome


def test_no_verdict_is_forgotten() -> None:
    assert all(outcome_of(Verdict(word)) in Outcome for word in Word)


@pytest.mark.parametrize(
    ("measured", "asked", "affected", "side"),
    [
        (["LEFT", "RIGHT"], ["LEFT"], ["RIGHT"], "LEFT"),  # as the key measure asks
        (["LEFT", "RIGHT"], ["RIGHT", "LEFT"], [], "RIGHT"),  # the first of two
        (["RIGHT"], ["LEFT"], ["RIGHT"], "RIGHT"),  # the one that is asked was not measured
        (["LEFT", "RIGHT"], [], ["RIGHT"], "RIGHT"),
        (["LEFT", "RIGHT"], [], ["BILATERAL"], "LEFT"),
        (["LEFT", "RIGHT"], [], ["RIGHT", "LEFT"], "RIGHT"),
        (["RIGHT", "LEFT", ""], [], ["RIGHT"], ""),
        (["LEFT"], [], ["RIGHT"], None),  # the other side tells of no response
        (["RIGHT", "LEFT"], [], ["MIDLINE"], "LEFT"),
        (["MIDLINE", "LEFT"], [], ["MIDLINE"], "MIDLINE"),
        (["RIGHT"], [], [], "RIGHT"),
        ([], ["LEFT"], ["LEFT"], None),
    ],
)
def test_one_side_counts(measured: list[str], asked: list[str], affected: list[str], side: str | None) -> None:
    assert side_that_counts(measured, asked, affected) == side


def some(how_many: int, *groups: Group, start: int = 0, site: str = "one", worse: int = 0) -> list[Responded]:
    """Cases with numbers from `start` on, all improved but the first few."""
    return [
        Responded(n, site, frozenset(groups), Outcome.WORSE if n - start < worse else Outcome.IMPROVED)
        for n in range(start, start + how_many)
    ]


def by_group(found: Iterable[Tally]) -> dict[Group, Tally]:
    return {tally.group: tally for tally in found}


def test_a_group_is_counted_with_its_interval() -> None:
    found = by_group(tallies(some(10, A, NOT_FAILED, worse=2)))[A]
    assert (found.judged, found.improved, found.unchanged, found.worse) == (10, 8, 0, 2)
    assert found.interval is not None
    assert (round(found.interval.low, 3), round(found.interval.high, 3)) == (0.490, 0.943)


def test_what_is_not_known_is_counted_apart_and_is_in_no_share() -> None:
    unknown = [Responded(n, "one", frozenset({A}), Outcome.NOT_KNOWN) for n in range(50, 57)]
    found = by_group(tallies([*some(6, A), *unknown]))[A]
    assert (found.judged, found.not_known) == (6, 7)
    few = by_group(tallies([*some(4, A), *unknown]))[A]
    assert (few.withheld, few.judged, few.not_known) == (Withheld.FEW, 0, 0)


@pytest.mark.parametrize(("how_many", "withheld"), [(1, Withheld.FEW), (4, Withheld.FEW), (5, None), (6, None)])
def test_fewer_than_five_cases_show_nothing(how_many: int, withheld: Withheld | None) -> None:
    for tally in tallies(some(how_many, A)):
        assert tally.withheld is withheld
        assert bool(tally.judged) is (withheld is None)
        assert bool(tally.interval) is (withheld is None)


def test_nor_does_what_it_would_follow_from() -> None:
    """17 of 20 with, and 20 in all, would tell of the 3 without."""
    found = by_group(tallies([*some(17, FAILED), *some(3, NOT_FAILED, start=17)]))
    assert found[ALL].withheld is None
    assert found[NOT_FAILED].withheld is Withheld.FEW
    assert found[FAILED].withheld is Withheld.FEW_WOULD_FOLLOW


def test_the_smallest_goes_where_one_has_to_go() -> None:
    cases = [*some(20, A), *some(9, B, start=20), *some(2, C, start=29)]
    found = by_group(tallies(cases))
    assert [found[g].withheld for g in (A, B, C)] == [None, Withheld.FEW_WOULD_FOLLOW, Withheld.FEW]


def test_two_small_groups_hide_each_other_where_together_they_are_five() -> None:
    cases = [*some(20, A), *some(3, B, start=20), *some(2, C, start=23)]
    found = by_group(tallies(cases))
    assert [found[g].withheld for g in (A, B, C)] == [None, Withheld.FEW, Withheld.FEW]


def test_a_kind_does_not_tell_of_the_rest_of_those_without_benefit() -> None:
    cases = [
        *some(10, FAILED, SHOCKWAVE),
        *some(3, FAILED, INJECTION, start=10),
        *some(9, NOT_FAILED, start=13),
    ]
    found = by_group(tallies(cases))
    assert found[FAILED].withheld is None
    assert found[SHOCKWAVE].withheld is Withheld.FEW_WOULD_FOLLOW


def test_nor_a_diagnosis_within_another() -> None:
    cases = [*some(8, A, B), *some(2, A, start=8), *some(10, C, start=10)]
    found = by_group(tallies(cases))
    assert (found[A].withheld, found[B].withheld) == (None, Withheld.FEW_WOULD_FOLLOW)


def test_a_choice_of_site_goes_through_the_same() -> None:
    cases = [*some(12, A), *some(4, A, start=12, site="two")]
    assert by_group(tallies(cases))[ALL].judged == 16
    assert by_group(tallies(cases, "two"))[ALL].withheld is Withheld.FEW
    assert by_group(tallies(cases, "one"))[ALL].withheld is Withheld.FEW_WOULD_FOLLOW
    assert tallies(cases, "three") == []


def test_the_largest_comes_first_in_each_kind() -> None:
    groups = [t.group for t in tallies([*some(6, B, NOT_FAILED), *some(9, A, FAILED, start=6)])]
    assert groups == [ALL, A, B, FAILED, NOT_FAILED]


@pytest.mark.parametrize("seed", range(40))
def test_no_sheet_tells_of_fewer_than_five(seed: int) -> None:
    """Whatever the cases: none of what a reader can take from what belongs together is a group of one to four."""
    random.seed(seed)
    cases = [
        Responded(
            n,
            random.choice(["one", "one", "two", "three"]),
            frozenset(
                {
                    *random.sample([A, B, C], k=random.choice([1, 1, 2])),
                    *random.choice([(NOT_FAILED,), (FAILED, SHOCKWAVE), (FAILED, INJECTION), (FAILED,)]),
                }
            ),
            random.choice([*Outcome]),
        )
        for n in range(random.randint(5, 60))
    ]
    judged = [c for c in cases if c.outcome is not Outcome.NOT_KNOWN]

    def members(group: Group, site: str | None) -> set[object]:
        return {c.case for c in judged if (group == ALL or group in c.groups) and site in (None, c.site)}

    sites = (None, "one", "two", "three")
    shown = {(t.group, site) for site in sites for t in tallies(cases, site) if t.withheld is None}
    sets = {cell: members(*cell) for cell in shown}
    assert all(len(found) >= FEWEST for found in sets.values())
    for one in sets.values():
        for other in sets.values():
            assert not (one < other and len(other - one) < FEWEST)
    for group, place in shown:
        parts = [
            [s for (g, site), s in sets.items() if g == group and site is not None] if place is None else [],
            *([s for (g, site), s in sets.items() if site == place and g.kind is kind] for kind in list(Kind)[1:4]),
        ]
        for found in parts if group == ALL else parts[:1]:
            assert not found or len(sets[group, place] - set().union(*found)) not in range(1, FEWEST)
