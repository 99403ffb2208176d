"""The screening page as data: what was tapped and typed for each question, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

from cases.rules.imprecise_dates import ImpreciseDate, parse
from clinic.errors import Fault
from treatments.actions.screenings import NewAnswer
from treatments.models import ScreeningAnswer, ScreeningQuestion

TYPED = ("answer", "since", "weeks", "detail")
PLACES = ("", "2", "3")  # a yes may be true in three places


@dataclass(frozen=True)
class QuestionRow:
    """One question: what stands in it, what was said last, and what is wrong."""

    code: str
    label: str
    asks: tuple[str, ...]
    answer: str
    since: str
    weeks: str
    detail: str
    places: tuple[tuple[str, str, str], ...]  # (which: "", "2" or "3"; region; side)
    last: str
    error: str


def rows_of(
    questions: Iterable[ScreeningQuestion],
    typed: Mapping[str, str],
    last: Mapping[str, ScreeningAnswer],
    faults: Iterable[Fault],
) -> dict[str, list[QuestionRow]]:
    """The questions in their groups."""
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.pointer.split("/")[2], []).append(fault.message)
    groups: dict[str, list[QuestionRow]] = {}
    for question in questions:
        code = question.code
        row = QuestionRow(
            code=code,
            label=question.label,
            asks=tuple(question.content.get("asks", ())),
            last=said_last(last.get(code)),
            error=" ".join(told.get(code, ())),
            places=tuple((n, *place_typed(typed, code, n)) for n in PLACES),
            **{name: typed.get(f"{code}-{name}", "") for name in TYPED},
        )
        groups.setdefault(question.content["group"], []).append(row)
    return groups


def said_last(answer: ScreeningAnswer | None) -> str:
    """What was said to a question last, and how long it is good."""
    if answer is None:
        return "not asked"
    said = "yes" if answer.is_yes else "no"
    on = date_format(answer.screening.asked_on, "j M Y")
    if answer.is_yes:
        return f"{said}, {on}" + (f": {answer.detail}" if answer.detail else "")
    return f"{said}, {on}; good until {date_format(answer.valid_until, 'j M Y')}"


def answers_in(typed: Mapping[str, str], codes: Iterable[str]) -> tuple[list[NewAnswer], list[Fault]]:
    """What was answered, and what cannot be read."""
    answers, faults = [], []
    for code in codes:
        said = typed.get(f"{code}-answer", "")
        if said not in ("yes", "no"):
            continue
        is_yes = said == "yes"
        try:
            since = read_date(typed.get(f"{code}-since", "")) if is_yes else None
        except ValueError:
            since = None
            faults.append(Fault(f"/answers/{code}/since", "not_a_date", "Write 2026, 2026-03 or 2026-03-14."))
        weeks = typed.get(f"{code}-weeks", "").strip() if is_yes else ""
        if weeks and not (weeks.isascii() and weeks.isdigit()):
            faults.append(Fault(f"/answers/{code}/weeks", "not_a_number", "Write the weeks as a number."))
        places = [place_typed(typed, code, n) for n in PLACES] if is_yes else []
        answers.append(
            NewAnswer(
                question=code,
                is_yes=is_yes,
                places=tuple(place for place in places if place[0]),
                since=since,
                weeks=int(weeks[:9]) if weeks.isascii() and weeks.isdigit() else None,
                detail=typed.get(f"{code}-detail", ""),
            )
        )
    return answers, faults


def place_typed(typed: Mapping[str, str], code: str, which: str) -> tuple[str, str]:
    """Region and side of one of the places of an answer."""
    return typed.get(f"{code}-region{which}", ""), typed.get(f"{code}-side{which}", "")


def read_date(written: str) -> ImpreciseDate | None:
    """The date; None where none is written. Raises ValueError where it cannot be read."""
    return parse(written) if written.strip() else None
