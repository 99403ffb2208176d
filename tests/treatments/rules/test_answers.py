from datetime import date, timedelta
from typing import Any

import pytest

from treatments.rules.answers import (
    Answer,
    Body,
    Condition,
    Finding,
    KnownInjury,
    KnownTreatment,
    Place,
    State,
    Treatment,
    known,
    spoken,
    state_of,
)

TODAY = date(2026, 11, 24)
ADULT = Body(41)
RIGHT_ANKLE = Place("REG_ANKLE", "RIGHT", "LEG")
LEFT_KNEE = Place("REG_KNEE", "LEFT", "LEG")
TREATMENT = Treatment("M", "AA", (RIGHT_ANKLE,), {})


def on(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def no(question: str, days_ago: int = 0, valid: int = 90) -> Answer:
    return Answer(question, False, on(days_ago), on(days_ago) + timedelta(days=valid))


def yes(question: str, days_ago: int = 0, **rest: Any) -> Answer:
    return Answer(question, True, on(days_ago), on(days_ago) + timedelta(days=90), **rest)


@pytest.mark.parametrize(
    ("answers", "state", "findings"),
    [
        ([], State.NOT_ASKED, ()),
        ([yes("R")], State.NOT_ASKED, ()),
        ([no("Q", 90)], State.NO, ()),
        ([no("Q", 91)], State.EXPIRED, ()),
        ([yes("Q", 400)], State.YES, (Finding(),)),
        ([yes("Q", 10), no("Q", 5)], State.NO, ()),
        ([no("Q", 5), yes("Q", 10)], State.NO, ()),
        ([no("Q", 10), yes("Q", 5)], State.YES, (Finding(),)),
        ([yes("Q", 200), no("Q", 100)], State.EXPIRED, ()),
        (
            [yes("Q", 9, places=(RIGHT_ANKLE,)), yes("Q", 8, places=(LEFT_KNEE,), since=on(50))],
            State.YES,
            (Finding((RIGHT_ANKLE,)), Finding((LEFT_KNEE,), on(50))),
        ),
    ],
)
def test_what_was_said(answers: list[Answer], state: State, findings: tuple[Finding, ...]) -> None:
    assert spoken("Q", answers, today=TODAY) == (state, findings)


def test_a_condition_that_two_questions_reach() -> None:
    condition = Condition("CI_X", "X", ("Q", "R"))

    def state(*answers: Answer) -> State:
        return state_of(condition, Treatment("M", "AA", (RIGHT_ANKLE,), {}), ADULT, answers, today=TODAY)[0]

    assert state(no("Q"), no("R")) is State.NO
    assert state(no("Q")) is State.NOT_ASKED
    assert state(no("Q"), no("R", 91)) is State.EXPIRED
    assert state(no("Q", 91)) is State.NOT_ASKED
    assert state(no("Q"), yes("R")) is State.YES
    assert state(yes("Q")) is State.YES


def test_what_the_record_knows() -> None:
    condition = Condition(
        "CI_X",
        "X",
        under_age_years=18,
        phases=("MO_EARLY",),
        pathologies=("OSS_FOP",),
        prior_treatments=("INJ_STEROID",),
    )
    assert known(condition, TREATMENT, ADULT) == []
    assert known(condition, TREATMENT, Body(17)) == [Finding((RIGHT_ANKLE,))]
    assert known(condition, TREATMENT, Body(18)) == []
    injuries = (
        KnownInjury(LEFT_KNEE, phase="MO_EARLY"),
        KnownInjury(RIGHT_ANKLE, "OSS_FOP"),
        KnownInjury(RIGHT_ANKLE, "X"),
    )
    assert known(condition, TREATMENT, Body(40, injuries)) == [Finding((LEFT_KNEE,)), Finding((RIGHT_ANKLE,))]
    treated = Body(40, (), (KnownTreatment("INJ_STEROID", LEFT_KNEE, on(3)), KnownTreatment("INJ_PRP")))
    assert known(condition, TREATMENT, treated) == [Finding((LEFT_KNEE,), on(3))]


def test_where_the_anatomy_says_no() -> None:
    condition = Condition("CI_X", "X", ("Q",), asked_in=("REG_ANKLE",))
    assert state_of(condition, TREATMENT, ADULT, [], today=TODAY) == (State.NOT_ASKED, (Finding(),))
    elsewhere = Treatment("M", "AA", (LEFT_KNEE,), {})
    assert state_of(condition, elsewhere, ADULT, [], today=TODAY) == (State.NO, ())
    assert state_of(condition, elsewhere, ADULT, [yes("Q")], today=TODAY)[0] is State.YES
    assert state_of(condition, Treatment("M", "AA", (Place(),), {}), ADULT, [], today=TODAY)[0] is State.NOT_ASKED
