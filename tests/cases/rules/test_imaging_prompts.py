from datetime import date

import pytest

from cases.rules.imaging_prompts import Problem, asks_for_imaging
from cases.rules.imprecise_dates import parse

TODAY = date(2026, 11, 24)
DEPOSIT = Problem("CALCIFICATION", "REG_ANKLE")


def asked(*problems: Problem, since: str = "2026-06", has_picture: bool = False, tear_flagged: bool = False) -> bool:
    when = parse(since) if since else None
    return asks_for_imaging(problems, since=when, today=TODAY, has_picture=has_picture, tear_flagged=tear_flagged)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (DEPOSIT, True),
        (Problem("ADHESION", "REG_SHOULDER"), True),
        (Problem("OTHER", "REG_ANKLE", "Achilles tendinopathy"), False),
        (Problem("OTHER", "REG_ANKLE", "Partial Achilles tear"), True),
        (Problem("OTHER", "REG_ANKLE", "Torn, midportion", "TENDON"), True),
        (Problem("OTHER", "REG_KNEE", "Meniscal tear"), False),
        (Problem("OTHER", "REG_LSPINE", "Low back pain"), False),
        (Problem("CALCIFICATION", "REG_LSPINE"), False),
        (Problem("ADHESION", "REG_CSPINE"), False),
        (Problem("ADHESION", "REG_TSPINE"), False),
    ],
)
def test_what_a_picture_may_show_outside_the_spine(problem: Problem, expected: bool) -> None:
    assert asked(problem) is expected


@pytest.mark.parametrize(
    ("since", "expected"), [("2026-11-03", False), ("2026-11-02", True), ("2026-11", True), ("2026", True), ("", False)]
)
def test_pain_for_more_than_three_weeks(since: str, expected: bool) -> None:
    assert asked(DEPOSIT, since=since) is expected


def test_no_question_where_a_picture_exists() -> None:
    assert not asked(DEPOSIT, has_picture=True)


def test_the_red_flag_of_a_torn_tendon_asks_too_but_not_for_the_spine() -> None:
    assert asked(Problem("OTHER", "REG_ANKLE", "Calf pain"), tear_flagged=True)
    assert not asked(Problem("OTHER", "REG_LSPINE", "Back pain"), tear_flagged=True)


def test_one_of_several_problems_is_enough() -> None:
    assert asked(Problem("OTHER", "REG_LSPINE", "Low back pain"), DEPOSIT)
