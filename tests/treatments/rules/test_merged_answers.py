from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from treatments.rules.merged_answers import Said, stricter

START = datetime(2026, 3, 1, tzinfo=UTC)
MERGED = 10  # the day on which the records were merged


@dataclass(frozen=True)
class Told:
    """`where`: "" is the case that is looked at, else a case of the other record."""

    day: int
    is_yes: bool
    where: str = ""
    question: str = "PREGNANT"


def said_of(told: Told) -> Said:
    at = START + timedelta(days=told.day)
    merged_at = START + timedelta(days=MERGED) if told.where else None
    return Said(told.question, told.is_yes, at.date(), at, told.where, merged_at)


NO, YES = False, True


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ([], []),
        ([Told(1, YES), Told(2, NO)], [0, 1]),  # one record: as ever, all of it
        ([Told(1, NO, "b")], []),  # a "no" elsewhere clears nothing here
        ([Told(1, YES, "b")], [0]),  # a "yes" elsewhere holds back where nothing was asked
        ([Told(1, YES, "b"), Told(2, NO)], [0]),  # and beats a "no" here, be it newer
        ([Told(1, NO), Told(2, YES, "b")], [1]),
        ([Told(1, YES, "b"), Told(11, NO)], [1]),  # until it is asked again of the one person
        ([Told(1, YES, "b"), Told(11, YES)], [1]),
        ([Told(1, NO), Told(12, YES, "b")], [1]),  # asked there after the merge, not here
        ([Told(1, YES, "b"), Told(2, NO, "b")], []),  # it was asked again there
        ([Told(1, YES, "b"), Told(2, NO, "c")], [0]),  # in another case of theirs: the stricter
        ([Told(1, YES, "b"), Told(2, YES, "c"), Told(3, YES)], [2, 0, 1]),  # each place and day of it
        ([Told(1, YES), Told(2, NO), Told(3, YES, "b")], [2]),
        ([Told(1, YES, "b"), Told(2, NO, question="CANCER")], [1, 0]),  # question by question
    ],
)
def test_the_stricter_answer_counts(rows: list[Told], counted: list[int]) -> None:
    assert [rows.index(row) for row in stricter(rows, said_of)] == counted
