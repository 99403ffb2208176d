"""Has a measure changed by more than its error, and by as much as matters?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

UNVERIFIED = frozenset({"U"})


class Scale(StrEnum):
    """What a value of a measure is: a number, the rank of a named grade, or a rating of the change itself."""

    NUMBER = "NUMBER"
    GRADE = "GRADE"
    CHANGE = "CHANGE"


@dataclass(frozen=True)
class Threshold:
    """A change of at least `value`: beyond the measure's error (MDC) or enough to matter (MIC).

    In the measure's unit, or in percent of the start. Of a range in the source `value` is the larger end.
    `between_measurers`: the error where two people measured.
    """

    kind: str
    value: Decimal
    population: str
    certainty: str = ""
    is_default: bool = False
    is_percent: bool = False
    between_measurers: bool = False

    def of(self, start: Decimal) -> Decimal:
        """The change that it asks of this start, in the measure's unit."""
        return self.value * abs(start) / 100 if self.is_percent else self.value


class Word(StrEnum):
    """What a change amounts to."""

    IMPROVED = "IMPROVED"
    WORSE = "WORSE"
    NO_RELIABLE_CHANGE = "NO_RELIABLE_CHANGE"
    MORE_THAN_ERROR = "MORE_THAN_ERROR"
    NO_AGREED_THRESHOLD = "NO_AGREED_THRESHOLD"
    NO_START = "NO_START"
    BETTER_GRADE = "BETTER_GRADE"
    SAME_GRADE = "SAME_GRADE"
    WORSE_GRADE = "WORSE_GRADE"
    RATED_BETTER = "RATED_BETTER"
    RATED_LITTLE_CHANGE = "RATED_LITTLE_CHANGE"
    RATED_WORSE = "RATED_WORSE"


@dataclass(frozen=True)
class Verdict:
    """A word, and the threshold it was held against, in the measure's unit, with its population.

    `is_good` tells the direction of a change that passed its threshold; None where it did not. `error_is_known` is
    false where the measure's error (MDC) is not, so that only what matters could be held against the change.
    """

    word: Word
    threshold: Decimal | None = None
    population: str = ""
    is_good: bool | None = None
    error_is_known: bool = True


def chosen(
    thresholds: Iterable[Threshold], kind: str, *, start: Decimal = Decimal(0), same_measurer: bool = True
) -> Threshold | None:
    """Of several populations the entry marked default, else the one that asks most; unverified ones do not count.

    Where two people measured, the error between measurers is taken if it is known. A percentage of 0 says nothing.
    """
    known = [t for t in thresholds if t.kind == kind and t.certainty not in UNVERIFIED and (start or not t.is_percent)]
    between = [t for t in known if t.between_measurers]
    pool = between if between and not same_measurer else [t for t in known if not t.between_measurers]
    marked = [t for t in pool if t.is_default]
    return max(marked or pool, key=lambda t: t.of(start), default=None)


def verdict(
    *,
    start: Decimal | None,
    now: Decimal | None,
    direction: int,
    thresholds: Iterable[Threshold],
    scale: Scale = Scale.NUMBER,
    neutral: Decimal | None = None,
    same_measurer: bool = True,
) -> Verdict:
    """What the change from `start` to `now` amounts to.

    "Improved" and "worse" need a change of at least the larger of error and what matters. Where what matters is not
    known the word says no more than "more than the error"; where neither is, there is no verdict. A grade is better or
    worse as soon as it is another; a rating of change is its own comparison, and needs no start.
    """
    known = tuple(thresholds)
    if scale is Scale.CHANGE:
        return rated(now, direction, known, neutral or Decimal(0))
    if start is None or now is None:
        return Verdict(Word.NO_START)
    if scale is Scale.GRADE:
        return graded(start, now, direction)
    mdc = chosen(known, "MDC", start=start, same_measurer=same_measurer)
    mic = chosen(known, "MIC", start=start)
    if direction == 0 or (mdc is None and mic is None):
        return Verdict(Word.NO_AGREED_THRESHOLD)
    decisive = max((t for t in (mdc, mic) if t is not None), key=lambda t: t.of(start))
    held = (decisive.of(start), decisive.population)
    if abs(now - start) < held[0] or now == start:
        return Verdict(Word.NO_RELIABLE_CHANGE, *held, error_is_known=mdc is not None)
    is_good = (now - start) * direction > 0
    word = Word.MORE_THAN_ERROR if mic is None else Word.IMPROVED if is_good else Word.WORSE
    return Verdict(word, *held, is_good=is_good, error_is_known=mdc is not None)


def graded(start: Decimal, now: Decimal, direction: int) -> Verdict:
    """Grades have an order and no distances: another grade is better or worse, by however little."""
    if now == start or direction == 0:
        return Verdict(Word.SAME_GRADE)
    is_good = (now - start) * direction > 0
    return Verdict(Word.BETTER_GRADE if is_good else Word.WORSE_GRADE, is_good=is_good)


def rated(now: Decimal | None, direction: int, thresholds: Iterable[Threshold], neutral: Decimal) -> Verdict:
    """How the patient rates the change: far enough from "no change" to matter, or not."""
    if now is None:
        return Verdict(Word.NO_START)
    mic = chosen(thresholds, "MIC")
    if mic is None:
        return Verdict(Word.NO_AGREED_THRESHOLD)
    towards_good = (now - neutral) * direction
    if abs(towards_good) < mic.value:
        return Verdict(Word.RATED_LITTLE_CHANGE, mic.value, mic.population)
    is_good = towards_good > 0
    return Verdict(Word.RATED_BETTER if is_good else Word.RATED_WORSE, mic.value, mic.population, is_good=is_good)


def error_of(thresholds: Iterable[Threshold], start: Decimal = Decimal(0)) -> Decimal | None:
    """Half the width of the band around the start within which a change may be error alone: the MDC."""
    mdc = chosen(thresholds, "MDC", start=start)
    return mdc.of(start) if mdc else None
