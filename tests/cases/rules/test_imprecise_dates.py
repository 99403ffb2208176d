from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.imprecise_dates import ImpreciseDate, Precision, ends_before, parse


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-03", date(2022, 3, 1), date(2022, 3, 31)),
        ("2024-2", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2022-12", date(2022, 12, 1), date(2022, 12, 31)),
        (" 2022-03-14 ", date(2022, 3, 14), date(2022, 3, 14)),
    ],
)
def test_what_is_known_is_a_period(text: str, first: date, last: date) -> None:
    read = parse(text)
    assert (read.on, read.latest_day) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last year",
        "22",
        "2022-13",
        "2022-00",
        "2022-02-30",
        "2022-03-14-1",
        "1066",
        "9999",
        "2022/03",
        "２０２２-1x",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is what was typed
        parse(text)


@pytest.mark.parametrize(
    ("end", "start", "before"),
    [
        ("2021", "2022", True),
        ("2022", "2022-06", False),
        ("2022-05", "2022-06", True),
        ("2022-06-01", "2022-06-01", False),
    ],
)
def test_ends_before(end: str, start: str, before: bool) -> None:
    assert ends_before(parse(end), parse(start)) is before


@given(st.dates(date(1880, 1, 1), date(2199, 12, 31)), st.sampled_from(Precision))
def test_written_and_read_it_is_the_same(day: date, precision: Precision) -> None:
    first = {Precision.DAY: day, Precision.MONTH: day.replace(day=1), Precision.YEAR: day.replace(month=1, day=1)}
    made = ImpreciseDate(first[precision], precision)
    assert parse(str(made)) == made
    assert made.on <= day <= made.latest_day
