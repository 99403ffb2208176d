"""A questionnaire's score from its raw sum and the number of items answered; never from the wording of an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Formula(StrEnum):
    """How a score comes from a raw sum: the name under which the way is kept with the score."""

    MEAN_MINUS_ONE_TIMES_25 = "MEAN_MINUS_ONE_TIMES_25"  # DASH, QuickDASH
    PERCENT_OF_ANSWERED = "PERCENT_OF_ANSWERED"  # FAAM, ODI
    SUM = "SUM"  # LEFS
    HUNDRED_MINUS_MEAN = "HUNDRED_MINUS_MEAN"  # KOOS
    MEAN_OF_ITEMS = "MEAN_OF_ITEMS"  # PSFS
    MEAN_OF_SUBSCALES = "MEAN_OF_SUBSCALES"  # SPADI: pain of 50 and disability of 80, each in percent
    SUM_OF_130 = "SUM_OF_130"  # SPADI: both in percent of 130


@dataclass(frozen=True)
class Scoring:
    """A formula with the number of its items, how many must be answered, and the range of one."""

    formula: Formula
    items: int
    min_answered: int
    item_min: int
    item_max: int


@dataclass(frozen=True)
class Score:
    """A score to 0.1, and the formula that it comes from: scores of different formulas are not compared."""

    value: Decimal
    formula: Formula


class NotScorable(ValueError):  # noqa: N818 - a sentence of the house, not a kind of error
    """Too few or too many answers, or a sum that they cannot have."""

    def __init__(self, code: str, **what: str) -> None:
        super().__init__(code)
        self.code, self.what = code, what


def score(scoring: Scoring, raw: Decimal, answered: int) -> Score:
    """The score of a raw sum over the items answered. Raises NotScorable."""
    require_possible(scoring, raw, answered)
    mean = raw / answered
    value = {
        Formula.MEAN_MINUS_ONE_TIMES_25: (mean - 1) * 25,
        Formula.PERCENT_OF_ANSWERED: mean / scoring.item_max * 100,
        Formula.SUM: raw,
        Formula.HUNDRED_MINUS_MEAN: 100 - mean * 25,
        Formula.MEAN_OF_ITEMS: mean,
        Formula.SUM_OF_130: raw / 130 * 100,
    }.get(scoring.formula)
    if value is None:
        raise NotScorable("needs_two_sums")
    return Score(to_tenth(value), scoring.formula)


def spadi(pain: Decimal, disability: Decimal, formula: Formula) -> Score:
    """SPADI from the sums of its five items of pain (0–50) and eight of disability (0–80), in one of its two ways."""
    for sum_, largest in ((pain, 50), (disability, 80)):
        if not 0 <= sum_ <= largest:
            raise NotScorable("sum_out_of_range", lowest="0", highest=str(largest))
    if formula is Formula.MEAN_OF_SUBSCALES:
        return Score(to_tenth((pain / 50 * 100 + disability / 80 * 100) / 2), formula)
    if formula is Formula.SUM_OF_130:
        return Score(to_tenth((pain + disability) / 130 * 100), formula)
    raise NotScorable("not_a_way_of_spadi")


def mean_of(values: Sequence[Decimal], scoring: Scoring) -> Score:
    """The score of single items that the patient chose, such as the activities of the PSFS."""
    return score(scoring, sum(values, Decimal(0)), len(values))


def require_possible(scoring: Scoring, raw: Decimal, answered: int) -> None:
    if answered < scoring.min_answered:
        raise NotScorable("too_few_answered", needed=str(scoring.min_answered), of=str(scoring.items))
    if answered > scoring.items:
        raise NotScorable("too_many_answered", of=str(scoring.items))
    lowest, highest = answered * scoring.item_min, answered * scoring.item_max
    if not lowest <= raw <= highest:
        raise NotScorable("sum_out_of_range", lowest=str(lowest), highest=str(highest))


def may_be_compared(one: Score, other: Score) -> bool:
    """Whether two scores come from the same formula."""
    return one.formula is other.formula


def to_tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
