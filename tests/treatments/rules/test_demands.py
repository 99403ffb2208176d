import pytest

from treatments.rules.demands import Demand, demand_of, unsaid
from treatments.rules.safety import Outcome


@pytest.mark.parametrize(
    ("outcome", "lacks_consent", "demand"),
    [
        (Outcome.NO_RULE_HELD, False, Demand.NOTHING),
        (Outcome.CLEAR, False, Demand.NOTHING),
        (Outcome.ACKNOWLEDGE, False, Demand.NOTHING),
        (Outcome.NOT_ASKED, False, Demand.NOTHING),
        (Outcome.NEEDS_REASON, False, Demand.REASON),
        (Outcome.NEEDS_AUTHORISATION, False, Demand.AUTHORISATION),
        (Outcome.BLOCKED, False, Demand.AGAINST),
        (Outcome.CLEAR, True, Demand.AUTHORISATION),
        (Outcome.NEEDS_REASON, True, Demand.AUTHORISATION),
        (Outcome.BLOCKED, True, Demand.AGAINST),
    ],
)
def test_the_stricter_the_rule_the_more_must_be_said(outcome: Outcome, lacks_consent: bool, demand: Demand) -> None:
    assert demand_of(outcome, lacks_consent=lacks_consent) is demand


@pytest.mark.parametrize(
    ("what_else", "lacks_consent", "demand"),
    [
        (Outcome.CLEAR, False, Demand.WAIVED),
        (Outcome.ACKNOWLEDGE, False, Demand.WAIVED),
        (Outcome.NEEDS_REASON, False, Demand.REASON),
        (Outcome.NEEDS_AUTHORISATION, False, Demand.AUTHORISATION),
        (Outcome.CLEAR, True, Demand.AUTHORISATION),
    ],
)
def test_a_waiver_leaves_what_else_is_demanded(what_else: Outcome, lacks_consent: bool, demand: Demand) -> None:
    assert demand_of(what_else, lacks_consent=lacks_consent, is_waived=True) is demand


@pytest.mark.parametrize(
    ("demand", "said", "missing"),
    [
        (Demand.NOTHING, {}, ()),
        (Demand.WAIVED, {}, ()),
        (Demand.REASON, {}, ("because",)),
        (Demand.REASON, {"because": "x"}, ()),
        (Demand.AUTHORISATION, {"because": "x"}, ("told",)),
        (Demand.AGAINST, {"because": " ", "told": "x"}, ("because", "happened")),
        (Demand.AGAINST, {"because": "x", "told": "y", "happened": "z"}, ()),
    ],
)
def test_what_is_unsaid(demand: Demand, said: dict[str, str], missing: tuple[str, ...]) -> None:
    assert unsaid(demand, said) == missing
