"""Bodies, places and answers with which the rules of safety are tried, against the matrix that is shipped."""

from datetime import date, timedelta
from typing import Any

from tests.factories import shipped
from treatments.rules.answers import Answer, Body, Place, Treatment
from treatments.rules.safety import Outcome, check

TODAY = date(2026, 11, 24)
BOOK = shipped.book()
COLUMN = shipped.columns()
QUESTIONS = shipped.question_codes()
RIGHT_ANKLE = Place("REG_ANKLE", "RIGHT", "LEG")
LEFT_SHOULDER = Place("REG_SHOULDER", "LEFT", "ARM")
LEFT_THIGH = Place("REG_THIGH", "LEFT", "LEG")
LEFT_KNEE = Place("REG_KNEE", "LEFT", "LEG")
ADULT = Body(41)


def on(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def no(question: str, days_ago: int = 0, valid: int = 90) -> Answer:
    return Answer(question, False, on(days_ago), on(days_ago) + timedelta(days=valid))


def yes(question: str, days_ago: int = 0, **rest: Any) -> Answer:
    return Answer(question, True, on(days_ago), on(days_ago) + timedelta(days=90), **rest)


def all_no(*but: str) -> list[Answer]:
    return [no(q) for q in QUESTIONS if q not in but]


def treat(modality: str, *fields: Place, **parameters: Any) -> Treatment:
    return Treatment(modality, COLUMN[modality], fields or (RIGHT_ANKLE,), parameters)


def outcome(modality: str, field: Place, answers: list[Answer], body: Body = ADULT, **parameters: Any) -> Outcome:
    return check(treat(modality, field, **parameters), body, answers, BOOK, today=TODAY).outcome
