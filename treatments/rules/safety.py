"""May this be done to this body today? Answers, dates and the record go in; an outcome with its reasons comes out.

What holds a treatment back is data (contraindications.toml); what of it this clinic stands behind, its lead's approval.
Nothing here recommends: it says which rules match, and the strictest of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

UNSURE = frozenset({"U", "DESIGN"})  # may ask for an authorisation at most


class Level(StrEnum):
    """How strictly a rule holds back."""

    ABSOLUTE = "A"
    LOCAL = "L"
    RELATIVE = "R"
    PRECAUTION = "P"


class Scope(StrEnum):
    """Where a condition must lie to count: anywhere, in the treated field, or in the same limb."""

    BODY = "BODY"
    FIELD = "FIELD"
    SEGMENT = "SEGMENT"


class Outcome(IntEnum):
    """What follows for a treatment, from the least to the most strict."""

    NO_RULE_HELD = 0
    CLEAR = 1
    ACKNOWLEDGE = 2
    NOT_ASKED = 3
    NEEDS_REASON = 4
    NEEDS_AUTHORISATION = 5
    BLOCKED = 6


BY_LEVEL = {
    Level.ABSOLUTE: Outcome.BLOCKED,
    Level.LOCAL: Outcome.BLOCKED,
    Level.RELATIVE: Outcome.NEEDS_AUTHORISATION,
    Level.PRECAUTION: Outcome.ACKNOWLEDGE,
}


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
class Rule:
    """One row of the matrix. `window_days`: from that day on after the event it no longer holds."""

    key: str
    condition: str
    column: str
    level: Level
    scope: Scope = Scope.BODY
    window_days: int | None = None
    modalities: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    only_in: tuple[str, ...] = ()
    when_parameter: str = ""
    when_values: tuple[str, ...] = ()
    certainty: str = ""


@dataclass(frozen=True)
class Approval:
    """What this clinic's lead made of a rule: as it is, or with a level and a window of the clinic's own."""

    level: Level | None = None
    window_days: int | None = None


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


@dataclass(frozen=True)
class Match:
    """A rule that holds back: why, what follows, and whether this clinic's lead approved it."""

    rule: Rule
    state: State
    outcome: Outcome
    is_approved: bool


@dataclass(frozen=True)
class Result:
    """The strictest of what matched, and all that matched, strictest first."""

    outcome: Outcome
    matches: tuple[Match, ...] = ()
    to_ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """The rules of a clinic: conditions by code, the matrix, and the lead's approvals by the key of a rule."""

    conditions: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    approvals: Mapping[str, Approval]


def check(treatment: Treatment, body: Body, answers: Iterable[Answer], book: Book, *, today: date) -> Result:
    """What the rules say of a treatment on a day. Everything unknown counts as it would hold back most."""
    rules = [rule for rule in book.rules if concerns(rule, treatment)]
    if not rules:
        return Result(Outcome.NO_RULE_HELD)
    said = tuple(answers)
    matches, to_ask = [], []
    for rule in rules:
        condition = book.conditions[rule.condition]
        state, findings = state_of(condition, treatment, body, said, today=today)
        approval = book.approvals.get(rule.key)
        if not any(holds(rule, condition, found, treatment, approval, today=today) for found in findings):
            continue
        matches.append(Match(rule, state, outcome_of(rule, state, approval), approval is not None))
        if state in (State.NOT_ASKED, State.EXPIRED):
            to_ask += [q for q in condition.questions if q not in to_ask]
    matches.sort(key=lambda match: -match.outcome)
    return Result(matches[0].outcome if matches else Outcome.CLEAR, tuple(matches), tuple(to_ask))


def concerns(rule: Rule, treatment: Treatment) -> bool:
    """Whether a rule is about this modality, in this region, at this dose."""
    if rule.column != treatment.column or treatment.modality in rule.but_not:
        return False
    if rule.modalities and treatment.modality not in rule.modalities:
        return False
    if rule.only_in and not any(place.region in ("", *rule.only_in) for place in treatment.fields):
        return False
    return not rule.when_parameter or said_as(treatment.parameters.get(rule.when_parameter)) in rule.when_values


def said_as(value: Any) -> str:
    """A parameter as the rules write it: True is "yes", a choice is itself."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


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


def holds(
    rule: Rule, condition: Condition, found: Finding, treatment: Treatment, approval: Approval | None, *, today: date
) -> bool:
    """Whether a rule holds for what was found: still within its window, and where it counts."""
    window = rule.window_days if approval is None or approval.window_days is None else approval.window_days
    if window is not None and found.since is not None and (today - found.since).days >= window:
        return False
    scope = scope_of(rule, approval)
    if scope is Scope.BODY:
        return True
    places = tuple(Place(region) for region in condition.field) or found.places
    if not places or not treatment.fields:
        return True
    meet = same_limb if scope is Scope.SEGMENT else same_field
    return any(meet(place, field) for place in places for field in treatment.fields)


def scope_of(rule: Rule, approval: Approval | None) -> Scope:
    """Where a condition counts: a lead who blocks in the field means the field, and one who blocks means anywhere."""
    own = approval.level if approval is not None else None
    if own is Level.LOCAL:
        return Scope.FIELD
    return Scope.BODY if own is Level.ABSOLUTE and rule.level is Level.LOCAL else rule.scope


def same_field(one: Place, other: Place) -> bool:
    """The same region and, where both are sided, the same side; what is not known counts as the same."""
    return (not one.region or not other.region or one.region == other.region) and same_side(one, other)


def same_limb(one: Place, other: Place) -> bool:
    """The same limb and side; what is not known counts as the same."""
    return (not one.segment or not other.segment or one.segment == other.segment) and same_side(one, other)


def same_side(one: Place, other: Place) -> bool:
    sides = {one.side, other.side}
    return not sides >= {"LEFT", "RIGHT"}


def outcome_of(rule: Rule, state: State, approval: Approval | None) -> Outcome:
    """What follows from a match, held down by how sure the rule is, by its approval, and by what is not yet asked."""
    level = approval.level if approval is not None and approval.level is not None else rule.level
    outcome = BY_LEVEL[level]
    if rule.certainty in UNSURE:
        outcome = min(outcome, Outcome.NEEDS_AUTHORISATION)
    if approval is None:
        outcome = min(outcome, Outcome.NEEDS_REASON)
    if state is not State.YES:
        outcome = min(outcome, Outcome.NOT_ASKED)
    return outcome
