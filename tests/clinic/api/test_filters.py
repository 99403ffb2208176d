from datetime import UTC, datetime

import pytest

from clinic.api.fields import InstantField
from clinic.api.filters import read_instant


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-09-14T09:30:00Z", 9), ("2026-09-14T09:30:00+02:00", 7), ("2026-09-14T09:30:00+19:30", 14)],
)
def test_an_instant_is_read_in_utc_whatever_its_offset(text: str, hour: int) -> None:
    """The database refuses offsets beyond sixteen hours."""
    read = read_instant(text)
    assert (read.tzinfo, read.hour) == (UTC, hour)
    assert InstantField().run_validation(text) == read == datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "2026-09-14T09:30:00", "2026-09-14", "2026-02-30T09:30:00Z", "２０26-09-14T09:30:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-09-14T09:30:00+99:99"),
    ],
)
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_instant(text)
