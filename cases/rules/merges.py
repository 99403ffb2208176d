"""Two registrations of one person: which values differ, which must be asked, and what both rows hold afterwards.

What is not chosen goes to the record that is merged in: the two rows together hold every value that they held before,
a number that must be unique stays taken, and a search for either value still finds the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Who somebody is: never taken for granted, always asked.
IDENTITY = frozenset({"given_names", "family_name", "born_on", "died_on", "nhs_number"})
# Words in which nothing may be lost: always joined, by the machine.
JOINED = frozenset({"medicines", "allergies", "past_history"})
# Lists, of which all may count.
LISTS = frozenset({"former_names"})
UNKNOWN: tuple[Any, ...] = ("", None, [], "UNKNOWN")


class Choice(StrEnum):
    """Which record's value counts."""

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True)
class Question:
    """A value that differs; `usual` is what is preselected, None where somebody must decide."""

    name: str
    choices: tuple[Choice, ...]
    usual: Choice | None


@dataclass(frozen=True)
class Settled:
    """What the two rows hold once they are merged; `unanswered` and `impossible` name what stops it."""

    kept: Mapping[str, Any]
    other: Mapping[str, Any]
    chosen: Mapping[str, str]
    unanswered: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()


def is_unknown(value: Any) -> bool:
    return value in UNKNOWN


def questions(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[Question]:
    """What is asked of two registrations, in the order of their values."""
    differing = [name for name in kept if name not in JOINED and kept[name] != other[name]]
    return [question(name, kept[name], other[name]) for name in differing]


def question(name: str, mine: Any, theirs: Any) -> Question:
    if name in LISTS:
        return Question(name, (Choice.BOTH, Choice.KEPT, Choice.OTHER), Choice.BOTH)
    both = (Choice.KEPT, Choice.OTHER)
    if name in IDENTITY:
        return Question(name, both, None)
    return Question(name, both, Choice.OTHER if is_unknown(mine) and not is_unknown(theirs) else Choice.KEPT)


def settled(kept: Mapping[str, Any], other: Mapping[str, Any], chosen: Mapping[str, str]) -> Settled:
    """What follows from the choices. What was not said is as usual; where nothing is usual it is unanswered."""
    first, second, made = dict(kept), dict(other), {}
    unanswered, impossible = [], []
    for asked in questions(kept, other):
        said = chosen.get(asked.name) or asked.usual
        if said is None:
            unanswered.append(asked.name)
        elif said not in asked.choices:
            impossible.append(asked.name)
        else:
            made[asked.name] = str(said)
            mine, theirs = kept[asked.name], other[asked.name]
            if said == Choice.BOTH:
                first[asked.name] = [*mine, *(each for each in theirs if each not in mine)]
            elif said == Choice.OTHER:
                first[asked.name], second[asked.name] = theirs, mine
    if second.get("died_on") and second["died_on"] < second["born_on"]:  # of two people's dates: its own then
        second["born_on"], second["died_on"] = other["born_on"], other["died_on"]
    for name in JOINED & set(kept):
        first[name] = joined(kept[name], other[name])
    return Settled(first, second, made, tuple(unanswered), tuple(impossible))


def joined(mine: str, theirs: str) -> str:
    """Both texts, each line once."""
    lines = mine.splitlines()
    known = {line.strip() for line in lines}
    return "\n".join([mine.rstrip(), *(line for line in theirs.splitlines() if line.strip() not in known)]).strip()


@dataclass(frozen=True)
class GivenBack:
    """What the two rows hold once they are apart again.

    `stays`: changed by hand since the merge, so the change stays; `taken`: cannot be given back, as it is in use.
    """

    kept: Mapping[str, Any]
    other: Mapping[str, Any]
    stays: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


def given_back(
    now: Mapping[str, Any],
    before: tuple[Mapping[str, Any], Mapping[str, Any]],
    after: Mapping[str, Any],
    in_use: Sequence[str] = (),
) -> GivenBack:
    """From what the kept row holds now, what both held before, and what the kept one held just after the merge.

    `in_use` are NHS numbers that somebody else has by now.
    """
    first = {name: before[0][name] if now[name] == after[name] else now[name] for name in now}
    stays = tuple(name for name in now if now[name] != after[name])
    second, taken = dict(before[1]), []
    number = second.get("nhs_number")
    if number and (number in in_use or number == first.get("nhs_number")):
        second["nhs_number"] = None
        taken.append("nhs_number")
    return GivenBack(first, second, stays, tuple(taken))
