from typing import Any

import pytest

from tests.factories.bodies import (
    ADULT,
    BOOK,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    TODAY,
    all_no,
    no,
    on,
    outcome,
    treat,
    yes,
)
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
)
from treatments.rules.safety import (
    Approval,
    Book,
    Level,
    Outcome,
    Rule,
    Scope,
    check,
    holds,
    same_field,
    same_limb,
    scope_of,
)

# Windows, fields, expiry.


@pytest.mark.parametrize(("days", "expected"), [(41, Outcome.BLOCKED), (42, Outcome.CLEAR), (43, Outcome.CLEAR)])
def test_the_window_of_a_steroid_injection(days: int, expected: Outcome) -> None:
    said = yes("STEROID_INJECTION", places=(RIGHT_ANKLE,), since=on(days))
    assert outcome("RSWT", RIGHT_ANKLE, [*all_no("STEROID_INJECTION"), said]) is expected


def test_an_unknown_date_or_place_counts_as_here_and_today() -> None:
    others = all_no("STEROID_INJECTION")
    assert outcome("RSWT", RIGHT_ANKLE, [*others, yes("STEROID_INJECTION")]) is Outcome.BLOCKED
    elsewhere = yes("STEROID_INJECTION", places=(LEFT_SHOULDER,))
    assert outcome("RSWT", RIGHT_ANKLE, [*others, elsewhere]) is Outcome.CLEAR
    assert outcome("RSWT", Place(), [*others, elsewhere]) is Outcome.BLOCKED


def test_a_no_does_not_undo_what_the_record_knows() -> None:
    body = Body(41, (), (KnownTreatment("INJ_STEROID", RIGHT_ANKLE, on(20)),))
    assert outcome("RSWT", RIGHT_ANKLE, all_no(), body) is Outcome.BLOCKED


def test_what_was_not_asked_is_not_clear() -> None:
    result = check(treat("RSWT"), ADULT, all_no("PREGNANT"), BOOK, today=TODAY)
    assert result.outcome is Outcome.NOT_ASKED
    assert result.to_ask == ("PREGNANT",)
    (match,) = result.matches
    assert (match.rule.key, match.state, match.outcome) == ("CI_PREGNANCY.RS@1", State.NOT_ASKED, Outcome.NOT_ASKED)


def test_what_would_only_be_acknowledged_does_not_wait_for_a_question() -> None:
    result = check(treat("RSWT"), ADULT, all_no("NSAID"), BOOK, today=TODAY)
    assert result.outcome is Outcome.ACKNOWLEDGE
    assert result.to_ask == ("NSAID",)


@pytest.mark.parametrize(("days", "expected"), [(28, Outcome.CLEAR), (29, Outcome.NOT_ASKED)])
def test_an_expired_no_no_longer_clears(days: int, expected: Outcome) -> None:
    answers = [*all_no("PREGNANT"), no("PREGNANT", days, valid=28)]
    result = check(treat("RSWT"), ADULT, answers, BOOK, today=TODAY)
    assert result.outcome is expected
    assert [m.state for m in result.matches] == ([State.EXPIRED] if expected is Outcome.NOT_ASKED else [])
    assert result.to_ask == (("PREGNANT",) if expected is Outcome.NOT_ASKED else ())


def test_nobody_has_a_lung_in_the_ankle() -> None:
    answers = all_no("OVER_LUNG")
    assert outcome("RSWT", RIGHT_ANKLE, answers) is Outcome.CLEAR
    assert outcome("RSWT", LEFT_SHOULDER, answers) is Outcome.NOT_ASKED
    assert outcome("RSWT", Place(), answers) is Outcome.NOT_ASKED


def test_growth_plates_are_open_until_eighteen() -> None:
    assert outcome("RSWT", RIGHT_ANKLE, all_no(), Body(17)) is Outcome.BLOCKED
    assert outcome("RSWT", RIGHT_ANKLE, all_no(), Body(18)) is Outcome.CLEAR


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (RIGHT_ANKLE, Outcome.BLOCKED),
        (Place("REG_THIGH", "RIGHT", "LEG"), Outcome.BLOCKED),
        (Place("REG_THIGH", "LEFT", "LEG"), Outcome.CLEAR),
        (Place("REG_ELBOW", "RIGHT", "ARM"), Outcome.CLEAR),
    ],
)
def test_a_clot_blocks_massage_of_the_whole_limb(field: Place, expected: Outcome) -> None:
    answers = [*all_no("CLOT_NOW"), yes("CLOT_NOW", places=(RIGHT_ANKLE,))]
    assert outcome("MAN_STM", field, answers) is expected


# One rule at a time.

CONDITION = Condition("CI_X", "X", ("Q",))
RULE = Rule("CI_X.AA@1", "CI_X", "AA", Level.ABSOLUTE, certainty="GK")


def book(rule: Rule = RULE, condition: Condition = CONDITION, approval: Approval | None = Approval()) -> Book:  # noqa: B008
    return Book({"CI_X": condition}, (rule,), {rule.key: approval} if approval else {})


def one(the_book: Book, *answers: Answer, body: Body = ADULT, field: Place = RIGHT_ANKLE) -> Outcome:
    return check(Treatment("M", "AA", (field,), {}), body, answers, the_book, today=TODAY).outcome


@pytest.mark.parametrize(
    ("level", "certainty", "approved", "expected"),
    [
        (Level.ABSOLUTE, "VERIFIED", True, Outcome.BLOCKED),
        (Level.LOCAL, "GK", True, Outcome.BLOCKED),
        (Level.RELATIVE, "GK", True, Outcome.NEEDS_AUTHORISATION),
        (Level.PRECAUTION, "GK", True, Outcome.ACKNOWLEDGE),
        (Level.ABSOLUTE, "U", True, Outcome.NEEDS_AUTHORISATION),
        (Level.LOCAL, "DESIGN", True, Outcome.NEEDS_AUTHORISATION),
        (Level.PRECAUTION, "U", True, Outcome.ACKNOWLEDGE),
        (Level.ABSOLUTE, "VERIFIED", False, Outcome.NEEDS_REASON),
        (Level.RELATIVE, "VERIFIED", False, Outcome.NEEDS_REASON),
        (Level.ABSOLUTE, "U", False, Outcome.NEEDS_REASON),
        (Level.PRECAUTION, "GK", False, Outcome.ACKNOWLEDGE),
    ],
)
def test_how_strict(level: Level, certainty: str, approved: bool, expected: Outcome) -> None:
    rule = Rule("CI_X.AA@1", "CI_X", "AA", level, certainty=certainty)
    the_book = book(rule, approval=Approval() if approved else None)
    result = check(Treatment("M", "AA", (RIGHT_ANKLE,), {}), ADULT, [yes("Q")], the_book, today=TODAY)
    assert result.outcome is expected
    assert result.matches[0].is_approved is approved
    assert result.to_ask == ()
    not_asked = one(the_book)
    assert not_asked is min(expected, Outcome.NOT_ASKED)


def test_the_leads_own_level_and_window_count() -> None:
    assert one(book(approval=Approval(level=Level.PRECAUTION)), yes("Q")) is Outcome.ACKNOWLEDGE
    longer = book(Rule("CI_X.AA@1", "CI_X", "AA", Level.ABSOLUTE, window_days=42), approval=Approval(window_days=84))
    assert one(longer, yes("Q", since=on(83))) is Outcome.BLOCKED
    assert one(longer, yes("Q", since=on(84))) is Outcome.CLEAR
    unchanged = book(Rule("CI_X.AA@1", "CI_X", "AA", Level.ABSOLUTE, window_days=42))
    assert one(unchanged, yes("Q", since=on(42))) is Outcome.CLEAR
    assert one(unchanged, yes("Q", since=on(41))) is Outcome.BLOCKED
    assert one(book(), yes("Q", since=on(9999))) is Outcome.BLOCKED


def test_a_modality_without_rules_says_so() -> None:
    result = check(Treatment("M", "", (RIGHT_ANKLE,), {}), ADULT, [yes("Q")], book(), today=TODAY)
    assert (result.outcome, result.matches, result.to_ask) == (Outcome.NO_RULE_HELD, (), ())


def test_the_strictest_of_several_comes_first() -> None:
    rules = tuple(
        Rule(f"CI_X.AA.{level}@1", "CI_X", "AA", level) for level in (Level.PRECAUTION, Level.ABSOLUTE, Level.RELATIVE)
    )
    the_book = Book({"CI_X": CONDITION}, rules, {r.key: Approval() for r in rules})
    result = check(Treatment("M", "AA", (RIGHT_ANKLE,), {}), ADULT, [yes("Q")], the_book, today=TODAY)
    assert result.outcome is Outcome.BLOCKED
    assert [m.rule.level for m in result.matches] == [Level.ABSOLUTE, Level.RELATIVE, Level.PRECAUTION]


def test_one_question_is_asked_once() -> None:
    rules = tuple(Rule(f"CI_X.AA.{n}@1", "CI_X", "AA", Level.ABSOLUTE) for n in (1, 2))
    result = check(
        Treatment("M", "AA", (RIGHT_ANKLE,), {}), ADULT, [], Book({"CI_X": CONDITION}, rules, {}), today=TODAY
    )
    assert result.to_ask == ("Q",)
    assert len(result.matches) == 2


@pytest.mark.parametrize(
    ("rule", "modality", "parameters", "concerned"),
    [
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE), "M", {}, True),
        (Rule("k", "CI_X", "BB", Level.ABSOLUTE), "M", {}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, modalities=("M",)), "M", {}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, modalities=("N",)), "M", {}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, but_not=("M",)), "M", {}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, but_not=("N",)), "M", {}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, only_in=("REG_ANKLE",)), "M", {}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, only_in=("REG_KNEE",)), "M", {}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("A",)), "M", {"p": "A"}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("A",)), "M", {"p": "B"}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("A",)), "M", {}, False),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("no",)), "M", {"p": False}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("yes",)), "M", {"p": True}, True),
        (Rule("k", "CI_X", "AA", Level.ABSOLUTE, when_parameter="p", when_values=("yes",)), "M", {"p": False}, False),
    ],
)  # fmt: skip
def test_whom_a_rule_concerns(rule: Rule, modality: str, parameters: dict[str, Any], concerned: bool) -> None:
    treatment = Treatment(modality, "AA", (RIGHT_ANKLE,), parameters)
    result = check(treatment, ADULT, [yes("Q")], Book({"CI_X": CONDITION}, (rule,), {"k": Approval()}), today=TODAY)
    assert result.outcome is (Outcome.BLOCKED if concerned else Outcome.NO_RULE_HELD)


def test_a_condition_without_questions_is_answered_by_the_record() -> None:
    condition = Condition("CI_X", "X", (), phases=("MO_EARLY",), pathologies=("OSS_FOP",))
    the_book = book(condition=condition)
    assert one(the_book) is Outcome.CLEAR
    assert one(the_book, body=Body(40, (KnownInjury(RIGHT_ANKLE, phase="MO_EARLY"),))) is Outcome.BLOCKED
    assert one(the_book, body=Body(40, (KnownInjury(RIGHT_ANKLE, pathology="OSS_FOP"),))) is Outcome.BLOCKED
    assert one(the_book, body=Body(40, (KnownInjury(RIGHT_ANKLE, "CALC_BURSA", "CT_POST"),))) is Outcome.CLEAR


@pytest.mark.parametrize(
    ("one_", "other", "field", "limb"),
    [
        (RIGHT_ANKLE, RIGHT_ANKLE, True, True),
        (RIGHT_ANKLE, Place("REG_ANKLE", "LEFT", "LEG"), False, False),
        (RIGHT_ANKLE, Place("REG_ANKLE", "BILATERAL", "LEG"), True, True),
        (RIGHT_ANKLE, Place("REG_ANKLE", "", "LEG"), True, True),
        (RIGHT_ANKLE, Place("REG_KNEE", "RIGHT", "LEG"), False, True),
        (RIGHT_ANKLE, Place("REG_KNEE", "LEFT", "LEG"), False, False),
        (RIGHT_ANKLE, Place("REG_ELBOW", "RIGHT", "ARM"), False, False),
        (RIGHT_ANKLE, Place(), True, True),
        (Place(side="LEFT"), RIGHT_ANKLE, False, False),
        (Place("REG_LSPINE", "MIDLINE", "TRUNK"), Place("REG_LSPINE", "LEFT", "TRUNK"), True, True),
    ],
)
def test_places(one_: Place, other: Place, field: bool, limb: bool) -> None:
    assert same_field(one_, other) is field is same_field(other, one_)
    assert same_limb(one_, other) is limb is same_limb(other, one_)


@pytest.mark.parametrize(
    ("scope", "places", "expected"),
    [
        (Scope.BODY, (LEFT_SHOULDER,), True),
        (Scope.FIELD, (LEFT_SHOULDER,), False),
        (Scope.FIELD, (LEFT_SHOULDER, RIGHT_ANKLE), True),
        (Scope.FIELD, (), True),
        (Scope.SEGMENT, (Place("REG_THIGH", "RIGHT", "LEG"),), True),
        (Scope.SEGMENT, (LEFT_SHOULDER,), False),
    ],
)
def test_where_a_rule_holds(scope: Scope, places: tuple[Place, ...], expected: bool) -> None:
    rule = Rule("k", "CI_X", "AA", Level.ABSOLUTE, scope)
    treatment = Treatment("M", "AA", (RIGHT_ANKLE,), {})
    assert holds(rule, CONDITION, Finding(places), treatment, None, today=TODAY) is expected
    assert holds(rule, CONDITION, Finding(places), Treatment("M", "AA", (), {}), None, today=TODAY)


@pytest.mark.parametrize(
    ("level", "scope", "own", "expected"),
    [
        (Level.RELATIVE, Scope.BODY, Level.LOCAL, Scope.FIELD),
        (Level.ABSOLUTE, Scope.SEGMENT, Level.LOCAL, Scope.FIELD),
        (Level.LOCAL, Scope.FIELD, Level.ABSOLUTE, Scope.BODY),
        (Level.RELATIVE, Scope.FIELD, Level.ABSOLUTE, Scope.FIELD),
        (Level.LOCAL, Scope.FIELD, Level.RELATIVE, Scope.FIELD),
        (Level.LOCAL, Scope.FIELD, None, Scope.FIELD),
        (Level.ABSOLUTE, Scope.BODY, None, Scope.BODY),
    ],
)
def test_a_level_of_ones_own_says_where(level: Level, scope: Scope, own: Level | None, expected: Scope) -> None:
    rule = Rule("CI_X.AA@1", "CI_X", "AA", level, scope)
    assert scope_of(rule, Approval(own)) is expected
    assert scope_of(rule, None) is scope
    elsewhere = yes("Q", places=(LEFT_SHOULDER,))
    is_held = one(book(rule, approval=Approval(own)), elsewhere) is not Outcome.CLEAR
    assert is_held is (expected is Scope.BODY)
