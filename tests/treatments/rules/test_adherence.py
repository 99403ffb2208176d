import pytest

from treatments.rules.adherence import mean_percent


@pytest.mark.parametrize(
    ("told", "mean"),
    [((), None), ((0,), 0), ((100,), 100), ((25, 50), 38), ((0, 0, 100), 33), ((75, 75, 100), 83), ((1, 0), 1)],
)
def test_the_mean_of_what_was_told(told: tuple[int, ...], mean: int | None) -> None:
    assert mean_percent(told) == mean
