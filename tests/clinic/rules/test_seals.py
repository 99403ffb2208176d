from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from clinic.rules.seals import canonical, differences, fingerprint, plain


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("5.000"), "5"),
        (Decimal("0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.50"), "-0.5"),
        (datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1))), "2026-07-01T11:00:00.000000+00:00"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000000+00:00"),
        (date(2026, 11, 3), "2026-11-03"),
        (time(9, 5), "09:05:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"b": (Decimal("1.0"), None)}, {"b": ["1", None]}),
        (True, True),
        (2.5, 2.5),
    ],
)
def test_values_are_written_one_way(value: object, written: object) -> None:
    assert plain(value) == written


def test_the_order_of_names_does_not_matter() -> None:
    assert canonical({"b": 1, "a": "é\r\n"}) == canonical({"a": "é\r\n", "b": 1}) == '{"a":"é\\r\\n","b":1}'


def test_the_fingerprint_is_sha_256_of_utf_8() -> None:
    assert fingerprint("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": value})


@pytest.mark.parametrize(
    ("sealed", "found", "where"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 2]}}, []),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["/a/b/1"]),
        ({"a": [1]}, {"a": [1, 2]}, ["/a/1"]),
        ({"a": [1, 2]}, {"a": [1]}, ["/a/1"]),
        ({"a": 1}, {"b": 1}, ["/a", "/b"]),
        ({"a": None}, {"a": ""}, ["/a"]),
        ({}, {"a": None, "b": "", "c": []}, []),
        ({}, {"a": False, "b": 0, "c": {}, "d": [1]}, ["/a", "/b", "/c", "/d"]),
        ({"a": None, "b": "", "c": []}, {}, ["/a", "/b", "/c"]),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": {}}, {"a": []}, ["/a"]),
        (1, 2, ["/"]),
    ],
)
def test_differences_are_named_by_pointer(sealed: object, found: object, where: list[str]) -> None:
    assert list(differences(sealed, found)) == where
