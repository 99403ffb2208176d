from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clinic.templatetags.formatting import ago, as_points, day, plain

TODAY = date(2026, 11, 24)


def test_day() -> None:
    assert day(date(2026, 11, 3)) == "Tue 3 Nov 2026"
    assert day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wed 1 Jul 2026"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (TODAY, "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 12), "12 days ago"),
        (date(2026, 10, 1), "7 weeks ago"),
        (None, ""),
    ],
)
def test_ago(value: date | None, text: str) -> None:
    assert ago(value, TODAY) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("4.300"), "4.3"), (0, "0"), (-1.5, "−1.5"), (2000, "2000"), (None, "")]
)
def test_plain(value: Decimal | float | None, text: str) -> None:
    assert plain(value) == text


def test_the_marks_of_a_drawing_are_links_in_a_list() -> None:
    drawn = as_points([("M1 1z", 'Pain <b>"7"</b>', "/sessions/1/?a&b"), ("M2 2z", "Pain", "/x/")])
    assert drawn == (
        '<g role="listitem"><a href="/sessions/1/?a&amp;b"><title>Pain &lt;b&gt;&quot;7&quot;&lt;/b&gt;</title>'
        '<path d="M1 1z"/></a></g><g role="listitem"><a href="/x/"><title>Pain</title><path d="M2 2z"/></a></g>'
    )
    assert as_points([]) == ""
