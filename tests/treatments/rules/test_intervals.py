from math import comb

import pytest

from treatments.rules.intervals import wilson

# Newcombe 1998, table I, method 3; the last one is a worked example of the same interval.
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
    (8, 10, 0.4902, 0.9433),
]


@pytest.mark.parametrize(("count", "of", "low", "high"), PUBLISHED)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("of", [1, 5, 40, 2000])
def test_none_and_all_mirror_each_other_and_stay_between_0_and_1(of: int) -> None:
    none, every = wilson(0, of), wilson(of, of)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(1 - every.low)
    assert 0 < none.high < 1


def test_the_share_lies_within_and_more_cases_are_surer() -> None:
    for count in range(11):
        few, many = wilson(count, 10), wilson(count * 10, 100)
        assert few.low <= count / 10 <= few.high
        assert many.high - many.low < few.high - few.low


def test_it_covers_the_truth_about_95_times_in_100() -> None:
    """By the binomial distribution itself, over shares of 0.05 to 0.95 in samples of 20."""
    covered = []
    for percent in range(5, 100, 5):
        true = percent / 100
        inside = [k for k in range(21) if wilson(k, 20).low <= true <= wilson(k, 20).high]
        covered.append(sum(comb(20, k) * true**k * (1 - true) ** (20 - k) for k in inside))
    assert sum(covered) / len(covered) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_a_share_of_nothing_has_none(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="of"):
        wilson(count, of)
