from datetime import UTC, datetime

import pytest

from clinic.rules.attempts import ACCOUNT, DEVICE, NETWORK, Counter, again_at, counters_of_login, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_a_login_counts_on() -> None:
    told = {"email": " Ann@Example.org ", "address": "203.0.113.9"}
    stranger = [Counter(NETWORK, "203.0.113.9"), Counter(ACCOUNT, "ann@example.org")]
    assert counters_of_login(**told, device="") == stranger
    assert counters_of_login(**told, device="d") == [Counter(DEVICE, "d ann@example.org")]


@pytest.mark.parametrize(("second", "minute"), [(0, 5), (1, 6), (59, 6)])
def test_one_may_try_again_at_a_full_minute(second: int, minute: int) -> None:
    assert again_at(datetime(2026, 1, 1, 8, 5, second, tzinfo=UTC)) == datetime(2026, 1, 1, 8, minute, tzinfo=UTC)
