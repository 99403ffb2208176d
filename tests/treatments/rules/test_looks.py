from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from treatments.rules.looks import Look, folded

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
ANN, BEN = UUID(int=1), UUID(int=2)


def look(minutes: int, action: str = "case.seen", who: UUID = ANN, row: int = 9, **told: str) -> Look:
    """So many minutes before noon."""
    at = NOON - timedelta(minutes=minutes)
    return Look(at, who, "Ann", ("PHYSIOTHERAPIST",), action, "cases.case", UUID(int=row), **{"door": "page", **told})


@pytest.mark.parametrize(
    ("action", "is_taken"),
    [
        ("case.seen", False),
        ("progress.exported", True),
        ("letter.printed", True),
        ("photograph.seen", False),
        ("photograph_copy.seen", True),
        ("photograph_original.seen", True),
    ],
)
def test_what_leaves_as_a_file_is_taken_away(action: str, is_taken: bool) -> None:
    assert look(0, action).is_taken_away is is_taken


def test_its_noun_is_what_was_looked_at() -> None:
    assert look(0, "exercise_sheet.printed").noun == "exercise_sheet"


def test_looks_at_one_thing_within_an_hour_are_one_line() -> None:
    (line,) = folded([look(0), look(20), look(60)])
    assert (line.times, line.latest.at, line.since) == (3, NOON, NOON - timedelta(hours=1))


def test_a_line_is_never_longer_than_an_hour() -> None:
    assert [line.times for line in folded([look(0), look(40), look(61), look(80)])] == [2, 2]


@pytest.mark.parametrize(
    "other", [{"who": BEN}, {"row": 8}, {"action": "letter.seen"}, {"door": "api"}, {"key": "Desk"}]
)
def test_what_differs_is_a_line_of_its_own(other: dict[str, object]) -> None:
    assert len(folded([look(0), look(1, **other)])) == 2  # type: ignore[arg-type]


def test_only_looks_that_follow_each_other_are_one_line() -> None:
    assert [line.times for line in folded([look(0), look(1, row=8), look(2)])] == [1, 1, 1]


def test_of_no_look_there_is_no_line() -> None:
    assert folded([]) == []
