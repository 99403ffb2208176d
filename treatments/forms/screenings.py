"""The screening page as data: what was tapped and typed for each question, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

from cases.rules.imprecise_dates import ImpreciseDate, parse
from clinic.errors import Fault
from treatments.actions.screenings import NewAnswer
from treatments.models import ScreeningAnswer, ScreeningQuestion

TYPED = ("answer", "region", "side", "since", "weeks", "detail")


@dataclass(frozen=True)
class QuestionRow:
    """One question: what stands in it, what was said last, and what is wrong."""

    code: str
    label: str
    asks: tuple[str, ...]
    answer: str
    region: str
    side: str
    since: str
    weeks: str
    detail: str
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
            **{
                name: typed.get(f"{code}-{name}", "")
                for name in ("answer", "region", "side", "since", "weeks", "detail")
            },
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
        region = typed.get(f"{code}-region", "") if is_yes else ""
        answers.append(
            NewAnswer(
                question=code,
                is_yes=is_yes,
                places=((region, typed.get(f"{code}-side", "")),) if region else (),
                since=since,
                weeks=int(weeks[:9]) if weeks.isascii() and weeks.isdigit() else None,
                detail=typed.get(f"{code}-detail", ""),
            )
        )
    return answers, faults


def read_date(written: str) -> ImpreciseDate | None:
    """The date; None where none is written. Raises ValueError where it cannot be read."""
    return parse(written) if written.strip() else None
