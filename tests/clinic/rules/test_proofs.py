from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.rules.proofs import GOOD_FOR, IDLE_AFTER, Standing, Why, why_needed, why_shut

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def standing(proven: timedelta, active: timedelta, **told: Any) -> Standing:
    return Standing(proven_at=NOW - proven, active_at=NOW - active, **told)


@pytest.mark.parametrize(
    ("known", "needed", "shut"),
    [
        (standing(timedelta(0), timedelta(0)), None, None),
        (standing(GOOD_FOR - SECOND, IDLE_AFTER - SECOND), None, None),
        (standing(GOOD_FOR, timedelta(0)), Why.OLD, None),
        (standing(timedelta(minutes=20), IDLE_AFTER), Why.IDLE, Why.IDLE),
        (standing(GOOD_FOR, IDLE_AFTER), Why.IDLE, Why.IDLE),
        (standing(timedelta(0), timedelta(0), is_locked=True), Why.LOCKED, Why.LOCKED),
        (standing(GOOD_FOR, IDLE_AFTER, is_locked=True), Why.LOCKED, Why.LOCKED),
        (standing(timedelta(0), timedelta(0), used_by_another=True), Why.ANOTHER_PERSON, None),
        (standing(GOOD_FOR, timedelta(0), used_by_another=True), Why.ANOTHER_PERSON, None),
        (standing(GOOD_FOR, IDLE_AFTER, is_locked=True, used_by_another=True), Why.ANOTHER_PERSON, Why.LOCKED),
        # clocks that were set back
        (standing(-SECOND, -SECOND), None, None),
    ],
)
def test_when_a_proof_is_needed(known: Standing, needed: Why | None, shut: Why | None) -> None:
    assert (why_needed(known, NOW), why_shut(known, NOW)) == (needed, shut)


def test_how_long_it_is_good_for() -> None:
    assert (timedelta(minutes=15), timedelta(hours=12)) == (IDLE_AFTER, GOOD_FOR)
    known = standing(timedelta(minutes=5), timedelta(0))
    assert why_needed(known, NOW, good_for=timedelta(minutes=5)) is Why.OLD
    assert why_needed(known, NOW, good_for=timedelta(minutes=6)) is None
