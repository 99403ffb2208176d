from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.shipped import tables
from treatments.rules.scores import Formula, NotScorable, Score, Scoring, may_be_compared, mean_of, score, spadi
from treatments.rules.shapes import Formula as ShippedFormula

D = Decimal
QUICKDASH = Scoring(Formula.MEAN_MINUS_ONE_TIMES_25, 11, 10, 1, 5)
DASH = Scoring(Formula.MEAN_MINUS_ONE_TIMES_25, 30, 27, 1, 5)
FAAM_ADL = Scoring(Formula.PERCENT_OF_ANSWERED, 21, 19, 0, 4)
FAAM_SPORT = Scoring(Formula.PERCENT_OF_ANSWERED, 8, 7, 0, 4)
ODI = Scoring(Formula.PERCENT_OF_ANSWERED, 10, 10, 0, 5)
LEFS = Scoring(Formula.SUM, 20, 20, 0, 4)
KOOS_PAIN = Scoring(Formula.HUNDRED_MINUS_MEAN, 9, 9, 0, 4)
PSFS = Scoring(Formula.MEAN_OF_ITEMS, 5, 3, 0, 10)


@pytest.mark.parametrize(
    ("scoring", "raw", "answered", "value"),
    [
        (FAAM_ADL, 52, 21, "61.9"), (FAAM_ADL, 61, 21, "72.6"), (FAAM_ADL, 70, 21, "83.3"), (FAAM_ADL, 74, 21, "88.1"),
        (FAAM_ADL, 56, 21, "66.7"), (FAAM_ADL, 57, 21, "67.9"), (FAAM_ADL, 58, 21, "69.0"),
        (FAAM_SPORT, 9, 8, "28.1"), (FAAM_SPORT, 13, 8, "40.6"), (FAAM_SPORT, 19, 8, "59.4"), (FAAM_SPORT, 21, 8, "65.6"),
        (FAAM_ADL, 38, 19, "50.0"), (FAAM_SPORT, 14, 7, "50.0"),
        (QUICKDASH, 34, 11, "52.3"), (QUICKDASH, 38, 11, "61.4"), (QUICKDASH, 25, 11, "31.8"), (QUICKDASH, 17, 11, "13.6"),
        (QUICKDASH, 11, 11, "0.0"), (QUICKDASH, 55, 11, "100.0"), (QUICKDASH, 30, 10, "50.0"), (DASH, 27, 27, "0.0"),
        (ODI, 20, 10, "40.0"), (LEFS, 44, 20, "44.0"), (LEFS, 80, 20, "80.0"), (LEFS, 0, 20, "0.0"),
        (KOOS_PAIN, 0, 9, "100.0"), (KOOS_PAIN, 36, 9, "0.0"), (KOOS_PAIN, 19, 9, "47.2"),
        (Scoring(Formula.SUM_OF_130, 13, 13, 0, 10), 86, 13, "66.2"),
    ],
)  # fmt: skip
def test_scores(scoring: Scoring, raw: int, answered: int, value: str) -> None:
    assert score(scoring, D(raw), answered) == Score(D(value), scoring.formula)


@pytest.mark.parametrize(
    ("activities", "mean"),
    [
        ((2, 3, 1), "2.0"), ((4, 5, 3), "4.0"), ((6, 7, 5), "6.0"), ((7, 8, 5), "6.7"),
        ((3, 4, 3), "3.3"), ((4, 4, 3), "3.7"), ((4, 4, 4), "4.0"), ((0, 0, 0, 0, 1), "0.2"),
    ],
)  # fmt: skip
def test_activities_of_the_patient(activities: tuple[int, ...], mean: str) -> None:
    assert mean_of([D(a) for a in activities], PSFS) == Score(D(mean), Formula.MEAN_OF_ITEMS)


@pytest.mark.parametrize(
    ("pain", "disability", "mean", "total"),
    [
        (38, 48, "68.0", "66.2"),
        (31, 44, "58.5", "57.7"),
        (24, 38, "47.8", "47.7"),
        (18, 30, "36.8", "36.9"),
        (9, 16, "19.0", "19.2"),
        (0, 0, "0.0", "0.0"),
        (50, 80, "100.0", "100.0"),
    ],
)
def test_the_two_ways_of_spadi(pain: int, disability: int, mean: str, total: str) -> None:
    one = spadi(D(pain), D(disability), Formula.MEAN_OF_SUBSCALES)
    other = spadi(D(pain), D(disability), Formula.SUM_OF_130)
    assert one == Score(D(mean), Formula.MEAN_OF_SUBSCALES)
    assert other == Score(D(total), Formula.SUM_OF_130)
    assert not may_be_compared(one, other)
    assert may_be_compared(one, one)


@pytest.mark.parametrize(
    ("scoring", "raw", "answered", "code", "what"),
    [
        (QUICKDASH, 27, 9, "too_few_answered", {"needed": "10", "of": "11"}),
        (FAAM_SPORT, 20, 6, "too_few_answered", {"needed": "7", "of": "8"}),
        (FAAM_ADL, 20, 18, "too_few_answered", {"needed": "19", "of": "21"}),
        (DASH, 40, 26, "too_few_answered", {"needed": "27", "of": "30"}),
        (LEFS, 40, 19, "too_few_answered", {"needed": "20", "of": "20"}),
        (PSFS, 10, 2, "too_few_answered", {"needed": "3", "of": "5"}),
        (QUICKDASH, 30, 12, "too_many_answered", {"of": "11"}),
        (QUICKDASH, 10, 11, "sum_out_of_range", {"lowest": "11", "highest": "55"}),
        (QUICKDASH, 56, 11, "sum_out_of_range", {"lowest": "11", "highest": "55"}),
        (FAAM_ADL, 85, 21, "sum_out_of_range", {"lowest": "0", "highest": "84"}),
        (FAAM_ADL, 77, 19, "sum_out_of_range", {"lowest": "0", "highest": "76"}),
        (FAAM_ADL, -1, 21, "sum_out_of_range", {"lowest": "0", "highest": "84"}),
        (LEFS, 81, 20, "sum_out_of_range", {"lowest": "0", "highest": "80"}),
        (Scoring(Formula.MEAN_OF_SUBSCALES, 13, 13, 0, 10), 86, 13, "needs_two_sums", {}),
    ],
)  # fmt: skip
def test_what_is_refused(scoring: Scoring, raw: int, answered: int, code: str, what: dict[str, str]) -> None:
    with pytest.raises(NotScorable) as caught:
        score(scoring, D(raw), answered)
    assert (caught.value.code, caught.value.what, str(caught.value)) == (code, what, code)


@pytest.mark.parametrize(
    ("pain", "disability", "formula", "code", "what"),
    [
        (51, 0, Formula.SUM_OF_130, "sum_out_of_range", {"lowest": "0", "highest": "50"}),
        (-1, 0, Formula.SUM_OF_130, "sum_out_of_range", {"lowest": "0", "highest": "50"}),
        (0, 81, Formula.MEAN_OF_SUBSCALES, "sum_out_of_range", {"lowest": "0", "highest": "80"}),
        (0, 0, Formula.SUM, "not_a_way_of_spadi", {}),
    ],
)
def test_what_spadi_refuses(pain: int, disability: int, formula: Formula, code: str, what: dict[str, str]) -> None:
    with pytest.raises(NotScorable) as caught:
        spadi(D(pain), D(disability), formula)
    assert (caught.value.code, caught.value.what) == (code, what)


@given(st.integers(19, 21), st.data())
def test_a_higher_sum_is_a_higher_percentage(answered: int, data: st.DataObject) -> None:
    sums = st.integers(0, answered * 4)
    low, high = sorted((data.draw(sums), data.draw(sums)))
    values = [score(FAAM_ADL, D(raw), answered).value for raw in (low, high)]
    assert 0 <= values[0] <= values[1] <= 100


def test_what_is_shipped_names_these_formulas() -> None:
    kinds = ShippedFormula.model_json_schema()["properties"]["kind"]["enum"]
    assert kinds == [str(formula) for formula in Formula]


@pytest.mark.parametrize(
    ("code", "scoring"),
    [("QUICKDASH", QUICKDASH), ("DASH", DASH), ("FAAM_ADL", FAAM_ADL), ("FAAM_SPORT", FAAM_SPORT), ("ODI", ODI), ("LEFS", LEFS), ("KOOS_PAIN", KOOS_PAIN), ("PSFS", PSFS)],
)  # fmt: skip
def test_what_is_shipped_scores_like_this(code: str, scoring: Scoring) -> None:
    (shipped,) = tables("measures.toml")[code]["formulas"]
    rest = {name: shipped[name] for name in ("items", "min_answered", "item_min", "item_max")}
    assert Scoring(Formula(shipped["kind"]), **rest) == scoring
