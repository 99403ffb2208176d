"""Has a measure changed by more than its error, and by as much as matters?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

UNVERIFIED = frozenset({"U"})


@dataclass(frozen=True)
class Threshold:
    """A change of at least `value`, in the measure's unit: beyond its error (MDC) or enough to matter (MIC)."""

    kind: str
    value: Decimal
    population: str
    certainty: str = ""
    is_default: bool = False


class Word(StrEnum):
    """What a change amounts to."""

    IMPROVED = "IMPROVED"
    WORSE = "WORSE"
    NO_RELIABLE_CHANGE = "NO_RELIABLE_CHANGE"
    MORE_THAN_ERROR = "MORE_THAN_ERROR"
    NO_AGREED_THRESHOLD = "NO_AGREED_THRESHOLD"
    NO_START = "NO_START"


@dataclass(frozen=True)
class Verdict:
    """A word, and the threshold it was held against with its population.

    `is_good` tells the direction of a change that passed its threshold; None where it did not. `error_is_known` is
    false where the measure's error (MDC) is not, so that only what matters could be held against the change.
    """

    word: Word
    threshold: Decimal | None = None
    population: str = ""
    is_good: bool | None = None
    error_is_known: bool = True


def chosen(thresholds: Iterable[Threshold], kind: str) -> Threshold | None:
    """Of several populations the entry marked default, else the largest; unverified ones do not count."""
    known = [t for t in thresholds if t.kind == kind and t.certainty not in UNVERIFIED]
    marked = [t for t in known if t.is_default]
    return max(marked or known, key=lambda t: t.value, default=None)


def verdict(*, start: Decimal | None, now: Decimal | None, direction: int, thresholds: Iterable[Threshold]) -> Verdict:
    """What the change from `start` to `now` amounts to.

    "Improved" and "worse" need a change of at least the larger of error and what matters. Where what matters is not
    known the word says no more than "more than the error"; where neither is, there is no verdict.
    """
    if start is None or now is None:
        return Verdict(Word.NO_START)
    known = tuple(thresholds)
    mdc, mic = chosen(known, "MDC"), chosen(known, "MIC")
    if direction == 0 or (mdc is None and mic is None):
        return Verdict(Word.NO_AGREED_THRESHOLD)
    decisive = max((t for t in (mdc, mic) if t is not None), key=lambda t: t.value)
    held = (decisive.value, decisive.population)
    if abs(now - start) < decisive.value:
        return Verdict(Word.NO_RELIABLE_CHANGE, *held, error_is_known=mdc is not None)
    is_good = (now - start) * direction > 0
    word = Word.MORE_THAN_ERROR if mic is None else Word.IMPROVED if is_good else Word.WORSE
    return Verdict(word, *held, is_good=is_good, error_is_known=mdc is not None)


def error_of(thresholds: Iterable[Threshold]) -> Decimal | None:
    """Half the width of the band around the start within which a change may be error alone: the MDC."""
    mdc = chosen(thresholds, "MDC")
    return mdc.value if mdc else None
