"""What was answered in the records of one person, as it counts for a case: the stricter of both, until asked again.

"Yes" in the other record beats a "no" here, however new, and what was not asked here; "no" there clears nothing here.
What was asked here after the records were merged was asked of one person: it is what counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """An answer. `case` is where it was given; `merged_at` when that record and this became one, None for this case."""

    question: str
    is_yes: bool
    asked_on: date
    at: datetime
    case: str = ""
    merged_at: datetime | None = None


def stricter(rows: Sequence[T], said_of: Callable[[T], Said]) -> tuple[T, ...]:
    """Those of the rows, which are in the order of asking, that count for this case; of one record all of them."""
    pairs = [(row, said_of(row)) for row in rows]
    others = [pair for pair in pairs if pair[1].merged_at is not None]
    if not others:
        return tuple(rows)
    own = [pair for pair in pairs if pair[1].merged_at is None]
    counted: list[tuple[T, Said]] = []
    beaten: set[str] = set()
    for question in dict.fromkeys(said.question for _, said in others):
        theirs = [pair for pair in standing(others, question) if not asked_since(own, question, pair[1].merged_at)]
        if theirs:
            beaten.add(question)
            counted += [*since_the_last_no(own, question), *theirs]
    return (*(row for row, said in own if said.question not in beaten), *(row for row, _ in counted))


def standing(pairs: Iterable[tuple[T, Said]], question: str) -> list[tuple[T, Said]]:
    """In each other case every "yes" since the last "no"."""
    mine = [pair for pair in pairs if pair[1].question == question]
    cases = dict.fromkeys(said.case for _, said in mine)
    return [pair for case in cases for pair in since_the_last_no([p for p in mine if p[1].case == case], question)]


def since_the_last_no(pairs: Iterable[tuple[T, Said]], question: str) -> list[tuple[T, Said]]:
    found: list[tuple[T, Said]] = []
    for pair in sorted((p for p in pairs if p[1].question == question), key=lambda pair: pair[1].asked_on):
        found = [*found, pair] if pair[1].is_yes else []
    return found


def asked_since(own: Iterable[tuple[T, Said]], question: str, merged_at: datetime | None) -> bool:
    return any(s.question == question and merged_at is not None and s.at > merged_at for _, s in own)
