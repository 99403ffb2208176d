"""What is known of a condition: what was said to its questions, and what the record itself knows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Place:
    """A region of the body with its limb ("ARM", "LEG", "TRUNK") and side; empty where it is not known."""

    region: str = ""
    side: str = ""
    segment: str = ""


@dataclass(frozen=True)
class Condition:
    """Something that may hold a treatment back, and how the record can know of it without being asked.

    `field` is where it lies when it has no place of its own; `asked_in`: elsewhere the anatomy says no.
    """

    code: str
    label: str
    questions: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    asked_in: tuple[str, ...] = ()
    under_age_years: int | None = None
    phases: tuple[str, ...] = ()
    pathologies: tuple[str, ...] = ()
    prior_treatments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What somebody said to a question on a day. `since` is the latest day on which it can have happened.

    A "no" is good until `valid_until`, that day included; a "yes" goes on until it is asked again.
    """

    question: str
    is_yes: bool
    asked_on: date
    valid_until: date
    places: tuple[Place, ...] = ()
    since: date | None = None


@dataclass(frozen=True)
class KnownInjury:
    """An injury of the case as far as it matters here."""

    place: Place
    pathology: str = ""
    phase: str = ""


@dataclass(frozen=True)
class KnownTreatment:
    """An earlier treatment; `latest_on` is the last day on which it can have been."""

    kind: str
    place: Place = Place()
    latest_on: date | None = None


@dataclass(frozen=True)
class Body:
    """What the record knows without asking."""

    age_years: int
    injuries: tuple[KnownInjury, ...] = ()
    prior_treatments: tuple[KnownTreatment, ...] = ()


@dataclass(frozen=True)
class Treatment:
    """What is to be done, where. `column` is empty for a modality that no rule is held for."""

    modality: str
    column: str
    fields: tuple[Place, ...]
    parameters: Mapping[str, Any]


class State(StrEnum):
    """What is known of a condition."""

    YES = "YES"
    NO = "NO"
    NOT_ASKED = "NOT_ASKED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True)
class Finding:
    """A condition that is there: where and since when; None and () where that is not known."""

    places: tuple[Place, ...] = ()
    since: date | None = None


def state_of(
    condition: Condition, treatment: Treatment, body: Body, answers: Sequence[Answer], *, today: date
) -> tuple[State, tuple[Finding, ...]]:
    """What is known of a condition, and where it is found; the record's own "yes" is not undone by an answer."""
    found = [*known(condition, treatment, body)]
    states = [spoken(question, answers, today=today) for question in condition.questions]
    for _, findings in states:
        found += findings
    if found:
        return State.YES, tuple(found)
    if not states or all(state is State.NO for state, _ in states) or not asked_here(condition, treatment):
        return State.NO, ()
    expired = all(state in (State.NO, State.EXPIRED) for state, _ in states)
    return State.EXPIRED if expired else State.NOT_ASKED, (Finding(),)


def asked_here(condition: Condition, treatment: Treatment) -> bool:
    """Whether the question makes sense in a treated region: nobody has a lung in the ankle."""
    return not condition.asked_in or any(place.region in ("", *condition.asked_in) for place in treatment.fields)


def spoken(question: str, answers: Sequence[Answer], *, today: date) -> tuple[State, tuple[Finding, ...]]:
    """What was said to a question: every "yes" since the last "no", else that "no" while it is good."""
    mine = sorted((a for a in answers if a.question == question), key=lambda a: a.asked_on)
    since_no: list[Answer] = []
    last_no = None
    for answer in mine:
        if answer.is_yes:
            since_no.append(answer)
        else:
            since_no, last_no = [], answer
    if since_no:
        return State.YES, tuple(Finding(a.places, a.since) for a in since_no)
    if last_no is None:
        return State.NOT_ASKED, ()
    return (State.NO if today <= last_no.valid_until else State.EXPIRED), ()


def known(condition: Condition, treatment: Treatment, body: Body) -> list[Finding]:
    """What the record itself says of a condition: by age, phase, pathology or an earlier treatment."""
    found = []
    if condition.under_age_years is not None and body.age_years < condition.under_age_years:
        found.append(Finding(treatment.fields))
    for injury in body.injuries:
        if injury.phase in condition.phases or injury.pathology in condition.pathologies:
            found.append(Finding((injury.place,)))
    for prior in body.prior_treatments:
        if prior.kind in condition.prior_treatments:
            found.append(Finding((prior.place,), prior.latest_on))
    return found
