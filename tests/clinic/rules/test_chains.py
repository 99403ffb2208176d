from dataclasses import replace

import pytest

from clinic.rules.chains import BEGINNING, PATIENCE_US, Link, Walk, chained, sha256


def a_chain(length: int = 5) -> list[Link]:
    links, previous = [], BEGINNING
    for n in range(1, length + 1):
        text = f'{{"n": {n}}}'
        kind = "CHANGE" if n == 3 else "EVENT"
        link = Link(n, kind, f"row-{n}", 100 + n, sha256(text), "", 10_000 * n, text, 9_000 * n)
        previous = chained(previous, link, link.row_sha256)
        links.append(replace(link, chained_sha256=previous))
    return links


def differences(links: list[Link], heads: dict[int, set[str]] | None = None) -> list[str]:
    return list(Walk(heads or {}).differences(links))


def test_a_chain_as_it_was_made() -> None:
    chain = a_chain()
    walk = Walk({5: {chain[4].chained_sha256}})
    assert list(walk.differences(chain)) == []
    assert (walk.links, walk.events) == (5, 4)
    assert differences([]) == []


def test_a_link_is_the_sum_of_all_that_it_says() -> None:
    link = a_chain()[2]
    others = [
        replace(link, position=9),
        replace(link, kind="EVENT"),
        replace(link, row_id="x"),
        replace(link, xid=9),
        replace(link, sealed_us=9),
    ]
    sums = {chained(BEGINNING, each, link.row_sha256) for each in [link, *others]}
    sums |= {chained("1" * 64, link, link.row_sha256), chained(BEGINNING, link, "0" * 64)}
    assert len(sums) == 8


@pytest.mark.parametrize(
    ("at", "changes", "told"),
    [
        (1, {"text": '{"n": "x"}'}, ["event changed: row-2, sealed at position 2"]),
        (2, {"text": None, "at_us": None}, ["row change missing: row-3, sealed at position 3"]),
        (1, {"row_sha256": "x"}, ["link changed: position 2"]),
        (1, {"chained_sha256": "x"}, ["chain broken at position 2", "chain broken at position 3"]),
        (1, {"xid": 7}, ["chain broken at position 2"]),
        (4, {"at_us": 60_000}, ["time runs backwards: the event at position 5 is later than its sealing"]),
    ],
)
def test_what_was_changed_is_named(at: int, changes: dict[str, object], told: list[str]) -> None:
    chain = a_chain()
    chain[at] = replace(chain[at], **changes)  # type: ignore[arg-type]
    assert differences(chain) == told


def test_a_missing_link_is_named() -> None:
    chain = a_chain()
    assert differences([*chain[:1], *chain[3:]]) == [
        "link missing: after position 1 comes 4",
        "chain broken at position 4",
    ]
    assert differences(chain[1:]) == ["link missing: after position 0 comes 2", "chain broken at position 2"]


def made_of(*times: tuple[int, int, int]) -> list[Link]:
    """Links of (transaction, time, sealed)."""
    links, previous = [], BEGINNING
    for n, (xid, at, sealed) in enumerate(times, start=1):
        link = Link(n, "EVENT", f"row-{n}", xid, sha256("x"), "", sealed, "x", at)
        previous = chained(previous, link, link.row_sha256)
        links.append(replace(link, chained_sha256=previous))
    return links


def test_time_may_run_back_by_as_much_as_a_transaction_waits() -> None:
    late = 10 * PATIENCE_US
    long = [(1, late, 2 * late), (1, late + 3 * PATIENCE_US, 2 * late)]  # one that worked for long
    assert differences(made_of(*long, (2, late - PATIENCE_US, 2 * late))) == []
    assert differences(made_of(*long, (2, late - PATIENCE_US - 1, 2 * late))) == [
        "time runs backwards: the event at position 3 is of 1970-01-01T02:14:59+00:00,"
        " those before it of 1970-01-01T02:30:00+00:00"
    ]
    assert differences(made_of((1, 1, 50), (2, 2, 49))) == [
        "time runs backwards: position 2 was sealed before the one that it follows"
    ]


def test_heads_kept_elsewhere() -> None:
    chain = a_chain()
    good = {n: {link.chained_sha256} for n, link in enumerate(chain, start=1)}
    assert differences(chain, good) == []
    assert differences(chain[:3], {4: good[4], 5: good[5]}) == [
        "head 4 not found: the chain ends at 3, its tail was cut off",
        "head 5 not found: the chain ends at 3, its tail was cut off",
    ]
    assert differences([], {1: good[1]}) == ["head 1 not found: the chain ends at 0, its tail was cut off"]
    anew = "head 4 not found: the chain was computed anew, at or before this position"
    assert differences(chain, {4: {"x"}}) == [anew]
    assert differences(chain, {4: {"x", *good[4]}}) == [anew]
