from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.rules.progress import Threshold, Word, chosen, error_of, verdict

D = Decimal
NPRS = (
    Threshold("MDC", D(2), "musculoskeletal pain"),
    Threshold("MIC", D(1), "slightly better", is_default=True),
    Threshold("MIC", D(2), "much better"),
)
KTW = (Threshold("MDC", D("1.9"), "same measurer", is_default=True), Threshold("MDC", D("1.6"), "between measurers"))
VISA_A = (Threshold("MIC", D(14), "12 weeks", is_default=True), Threshold("MIC", D(7), "24 weeks"))
FAAM_SPORT = (Threshold("MDC", D("12.3"), "athletes"), Threshold("MIC", D(9), "athletes"))
UNSURE = (Threshold("MDC", D(12), "?", certainty="U"),)


@pytest.mark.parametrize(
    ("thresholds", "direction", "start", "now", "word"),
    [
        (VISA_A, 1, "38", "52", Word.IMPROVED),
        (VISA_A, 1, "38", "51", Word.NO_RELIABLE_CHANGE),
        (VISA_A, 1, "52", "38", Word.WORSE),
        (NPRS, -1, "7", "5", Word.IMPROVED),
        (NPRS, -1, "7", "6", Word.NO_RELIABLE_CHANGE),
        (NPRS, -1, "5", "7", Word.WORSE),
        (NPRS, -1, "5", "5", Word.NO_RELIABLE_CHANGE),
        (KTW, 1, "4.0", "5.9", Word.MORE_THAN_ERROR),
        (KTW, 1, "4.0", "5.8", Word.NO_RELIABLE_CHANGE),
        (FAAM_SPORT, 1, "28.1", "40.6", Word.IMPROVED),
        (FAAM_SPORT, 1, "28.1", "40.3", Word.NO_RELIABLE_CHANGE),
        ((), 1, "4", "18", Word.NO_AGREED_THRESHOLD),
        (UNSURE, 1, "4", "40", Word.NO_AGREED_THRESHOLD),
        (VISA_A, 0, "4", "40", Word.NO_AGREED_THRESHOLD),
    ],
)
def test_verdict(thresholds: tuple[Threshold, ...], direction: int, start: str, now: str, word: Word) -> None:
    assert verdict(start=D(start), now=D(now), direction=direction, thresholds=thresholds).word is word


def test_without_two_values_there_is_none() -> None:
    assert verdict(start=None, now=D(1), direction=1, thresholds=VISA_A).word is Word.NO_START
    assert verdict(start=D(1), now=None, direction=1, thresholds=VISA_A).word is Word.NO_START


def test_a_verdict_names_its_threshold_and_population() -> None:
    found = verdict(start=D("28.1"), now=D("40.6"), direction=1, thresholds=FAAM_SPORT)
    assert (found.threshold, found.population, found.is_good, found.error_is_known) == (
        D("12.3"),
        "athletes",
        True,
        True,
    )
    assert not verdict(start=D(38), now=D(52), direction=1, thresholds=VISA_A).error_is_known


def test_the_default_population_is_preferred_and_else_the_largest() -> None:
    assert chosen(VISA_A, "MIC") == VISA_A[0]
    assert chosen((VISA_A[1], Threshold("MIC", D(15), "x")), "MIC") == Threshold("MIC", D(15), "x")
    assert chosen(VISA_A, "MDC") is None
    assert error_of(KTW) == D("1.9")
    assert error_of(VISA_A) is None


values = st.decimals(0, 100, places=1)
sets = st.sampled_from([NPRS, KTW, VISA_A, FAAM_SPORT, UNSURE, ()])
MIRROR = {Word.IMPROVED: Word.WORSE, Word.WORSE: Word.IMPROVED}


@given(values, values, st.sampled_from([-1, 1]), sets)
def test_there_and_back_are_opposites(
    a: Decimal, b: Decimal, direction: int, thresholds: tuple[Threshold, ...]
) -> None:
    there = verdict(start=a, now=b, direction=direction, thresholds=thresholds)
    back = verdict(start=b, now=a, direction=direction, thresholds=thresholds)
    assert back.word is MIRROR.get(there.word, there.word)
    assert (there.is_good is None) is (back.is_good is None)


RANK = {Word.WORSE: 0, Word.NO_RELIABLE_CHANGE: 1, Word.NO_AGREED_THRESHOLD: 1, Word.IMPROVED: 2}


@given(values, values, values, st.sampled_from([NPRS, VISA_A, FAAM_SPORT]))
def test_more_of_the_good_is_never_less(
    start: Decimal, a: Decimal, b: Decimal, thresholds: tuple[Threshold, ...]
) -> None:
    low, high = sorted((a, b))
    worse = verdict(start=start, now=low, direction=1, thresholds=thresholds).word
    better = verdict(start=start, now=high, direction=1, thresholds=thresholds).word
    assert RANK[worse] <= RANK[better]
