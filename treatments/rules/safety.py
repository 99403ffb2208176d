"""May this be done to this body today? Answers, dates and the record go in; an outcome with its reasons comes out.

What holds a treatment back is data (contraindications.toml); what of it this clinic stands behind, its lead's approval.
Nothing here recommends: it says which rules match, and the strictest of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from treatments.rules.answers import Answer, Body, Condition, Finding, Place, State, Treatment, state_of

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
