from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.shipped import verdict_of
from treatments.rules.progress import Scale, Threshold, Verdict, Word, chosen, error_of, verdict

D = Decimal
NPRS = (
    Threshold("MDC", D(2), "musculoskeletal pain"),
    Threshold("MIC", D(1), "slightly better", is_default=True),
    Threshold("MIC", D(2), "much better"),
)
KTW = (
    Threshold("MDC", D("1.9"), "same measurer", is_default=True),
    Threshold("MDC", D("1.6"), "between measurers", between_measurers=True),
)
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


IMPROVED, WORSE, NO_CHANGE, MORE = Word.IMPROVED, Word.WORSE, Word.NO_RELIABLE_CHANGE, Word.MORE_THAN_ERROR
NO_THRESHOLD, RATED_BETTER, RATED_LITTLE = Word.NO_AGREED_THRESHOLD, Word.RATED_BETTER, Word.RATED_LITTLE_CHANGE


@pytest.mark.parametrize(
    ("measure", "start", "now", "word", "threshold"),
    [
        # the Achilles
        ("VISA_A", "38", "52", IMPROVED, "14"), ("VISA_A", "38", "71", IMPROVED, "14"), ("VISA_A", "38", "51", NO_CHANGE, "14"),
        ("LEFS", "44", "66", IMPROVED, "9"), ("LEFS", "44", "54", IMPROVED, "9"), ("LEFS", "44", "52", NO_CHANGE, "9"),
        ("FAAM_ADL", "61.9", "88.1", IMPROVED, "8"), ("FAAM_SPORT", "28.1", "65.6", IMPROVED, "12.3"),
        ("FAAM_SPORT", "28.1", "40.6", IMPROVED, "12.3"), ("FAAM_SPORT", "28.1", "40.3", NO_CHANGE, "12.3"),
        ("PSFS", "2.0", "6.7", IMPROVED, "2"), ("PSFS", "2.0", "4.0", IMPROVED, "2"), ("GROC_15", None, "3", RATED_BETTER, "3"),
        ("GROC_15", None, "5", RATED_BETTER, "3"), ("KTW_CM", "4.0", "6.1", MORE, "1.9"), ("KTW_CM", "4.0", "8.2", MORE, "1.9"),
        ("KTW_CM", "4.0", "5.8", NO_CHANGE, "1.9"), ("HEEL_RAISE_SL", "4", "18", NO_THRESHOLD, None),
        ("NPRS", "7", "2", IMPROVED, "2"), ("MORNING_STIFF_MIN", "45", "5", NO_THRESHOLD, None),
        ("KTW_DEG", "25", "39", MORE, "4.7"), ("ROM_AN_DF_KE", "4", "12", MORE, "5"), ("PPT_KPA", "240", "420", NO_THRESHOLD, None),
        # the shoulder with its flare, which is worse and is not the end
        ("QUICKDASH", "52.3", "61.4", NO_CHANGE, "17.1"), ("QUICKDASH", "52.3", "13.6", IMPROVED, "17.1"),
        ("QUICKDASH", "52.3", "31.8", IMPROVED, "17.1"), ("NPRS", "6", "9", WORSE, "2"), ("NPRS", "6", "1", IMPROVED, "2"),
        ("CONSTANT", "48", "36", WORSE, "10"), ("CONSTANT", "48", "85", IMPROVED, "10"), ("ROM_SH_FLEX", "140", "80", MORE, "5"),
        # the thigh
        ("LEFS", "31", "76", IMPROVED, "9"), ("LEFS", "31", "42", IMPROVED, "9"), ("ROM_KN_FLEX", "62", "140", MORE, "5"),
        # the knee
        ("KOOS_PAIN", "47", "78", IMPROVED, "15"), ("KOOS_SYM", "43", "75", IMPROVED, "12.5"), ("KOOS_ADL", "54", "84", IMPROVED, "15.5"),
        ("KOOS_SPORT", "10", "50", IMPROVED, "17.5"), ("KOOS_QOL", "19", "50", IMPROVED, "12.5"), ("KOOS_PAIN", "47", "61", NO_CHANGE, "15"),
        # the heel that did not respond
        ("FAAM_ADL", "66.7", "69.0", NO_CHANGE, "8"), ("NPRS", "7", "6", NO_CHANGE, "2"), ("PSFS", "3.3", "4.0", NO_CHANGE, "2"),
        ("GROC_15", None, "1", RATED_LITTLE, "3"),
        # the stiff shoulder
        ("SPADI", "68.0", "19.0", IMPROVED, "20"), ("SPADI", "68.0", "58.5", NO_CHANGE, "20"), ("SPADI", "68.0", "47.8", IMPROVED, "20"),
        ("ROM_SH_HBB", "2", "5", Word.BETTER_GRADE, None), ("ROM_SH_HBB", "2", "2", Word.SAME_GRADE, None),
        # and the rest of the words
        ("PGIC_7", None, "2", RATED_BETTER, "2"), ("PGIC_7", None, "3", RATED_LITTLE, "2"), ("PGIC_7", None, "6", Word.RATED_WORSE, "2"),
        ("GROC_15", None, "-3", Word.RATED_WORSE, "3"), ("MMT", "7", "6", Word.WORSE_GRADE, None),
        ("ATRS", "40", "90", NO_THRESHOLD, None), ("GIRTH_CM", "36.1", "37.0", NO_THRESHOLD, None),
        ("HHD_N", "100", "124", MORE, "24"), ("HHD_N", "100", "123", NO_CHANGE, "24"), ("HHD_N", "200", "247", NO_CHANGE, "48"),
        ("HHD_N", "0", "50", NO_THRESHOLD, None),
    ],
)  # fmt: skip
def test_the_verdicts_of_the_worked_cases(
    measure: str, start: str | None, now: str, word: Word, threshold: str | None
) -> None:
    found = verdict_of(measure, start, now)
    assert (found.word, found.threshold) == (word, None if threshold is None else D(threshold))


def test_where_two_people_measured_their_error_counts() -> None:
    assert verdict_of("KTW_CM", "4.0", "5.7").word is NO_CHANGE
    assert verdict_of("KTW_CM", "4.0", "5.7", same_measurer=False) == Verdict(
        MORE, D("1.6"), "between measurers", is_good=True
    )
    assert verdict_of("ROM_KN_FLEX", "62", "70", same_measurer=False).threshold == 10
    assert verdict_of("LEFS", "44", "53", same_measurer=False).word is IMPROVED
    assert chosen(KTW, "MDC", same_measurer=False) == KTW[1]


def test_a_grade_has_no_distance() -> None:
    def graded(start: int, now: int, direction: int = 1) -> Verdict:
        return verdict(start=D(start), now=D(now), direction=direction, thresholds=(), scale=Scale.GRADE)

    assert graded(2, 3) == Verdict(Word.BETTER_GRADE, is_good=True)
    assert graded(3, 2) == Verdict(Word.WORSE_GRADE, is_good=False)
    assert graded(2, 3, -1) == Verdict(Word.WORSE_GRADE, is_good=False)
    assert graded(2, 3, 0) == Verdict(Word.SAME_GRADE)
    assert verdict(start=None, now=D(1), direction=1, thresholds=(), scale=Scale.GRADE).word is Word.NO_START


def test_a_rating_of_change_needs_no_start() -> None:
    small = (Threshold("MIC", D(3), "small"),)

    def rated(now: int | None, thresholds: tuple[Threshold, ...] = small, neutral: int | None = 0) -> Verdict:
        return verdict(
            start=D(9),
            now=None if now is None else D(now),
            direction=1,
            thresholds=thresholds,
            scale=Scale.CHANGE,
            neutral=None if neutral is None else D(neutral),
        )

    assert rated(3) == Verdict(Word.RATED_BETTER, D(3), "small", is_good=True)
    assert rated(2) == Verdict(Word.RATED_LITTLE_CHANGE, D(3), "small")
    assert rated(-3) == Verdict(Word.RATED_WORSE, D(3), "small", is_good=False)
    assert rated(4, neutral=4) == Verdict(Word.RATED_LITTLE_CHANGE, D(3), "small")
    assert rated(3, neutral=None).word is Word.RATED_BETTER
    assert rated(7, ()) == Verdict(Word.NO_AGREED_THRESHOLD)
    assert rated(None) == Verdict(Word.NO_START)


def test_a_threshold_in_percent_is_of_the_start() -> None:
    percent = (Threshold("MDC", D(20), "x", is_percent=True),)
    assert percent[0].of(D(-50)) == 10
    assert verdict(start=D(50), now=D(60), direction=1, thresholds=percent).threshold == 10
    assert verdict(start=D(50), now=D("59.9"), direction=1, thresholds=percent).word is NO_CHANGE
    assert error_of(percent, D(50)) == 10
    assert error_of(percent) is None
    both = (Threshold("MIC", D(9), "points"), Threshold("MIC", D(20), "percent", is_percent=True))
    assert chosen(both, "MIC", start=D(50)) == both[1]
    assert chosen(both, "MIC", start=D(40)) == both[0]


values = st.decimals(0, 100, places=1)
sets = st.sampled_from([NPRS, KTW, VISA_A, FAAM_SPORT, UNSURE, ()])
GRADED = {Word.BETTER_GRADE: Word.WORSE_GRADE, Word.WORSE_GRADE: Word.BETTER_GRADE}
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


@given(values, values, st.sampled_from([-1, 1]))
def test_grades_there_and_back_are_opposites(a: Decimal, b: Decimal, direction: int) -> None:
    there = verdict(start=a, now=b, direction=direction, thresholds=(), scale=Scale.GRADE).word
    back = verdict(start=b, now=a, direction=direction, thresholds=(), scale=Scale.GRADE).word
    assert back is GRADED.get(there, there)
