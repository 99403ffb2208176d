from datetime import date

import pytest

from cases.rules.red_flags import Answer, RedFlag, Urgency, escalation, not_asked, waiting, withholding

THERE, NOT_THERE = Answer.PRESENT, Answer.ABSENT
CAUDA = RedFlag("RF_CES", Urgency.EMERGENCY, THERE)
MASS = RedFlag("RF_MALIGNANCY", Urgency.URGENT, THERE)
STIFF = RedFlag("RF_INFLAMMATORY", Urgency.ROUTINE, THERE)
SENT = RedFlag("RF_CES", Urgency.EMERGENCY, THERE, "Sent to the emergency department")
OVER = RedFlag("RF_CES", Urgency.EMERGENCY, THERE, resolved_on=date(2026, 1, 5))
ABSENT = RedFlag("RF_CES", Urgency.EMERGENCY, NOT_THERE)
UNASKED = RedFlag("RF_CES", Urgency.EMERGENCY)


@pytest.mark.parametrize(
    ("flags", "held"),
    [
        ((CAUDA,), (CAUDA,)),
        ((MASS,), ()),
        ((SENT,), ()),
        ((RedFlag("RF_CES", Urgency.EMERGENCY, THERE, "  "),), (RedFlag("RF_CES", Urgency.EMERGENCY, THERE, "  "),)),
        ((OVER,), ()),
        ((ABSENT, UNASKED), ()),
        ((MASS, CAUDA, SENT), (CAUDA,)),
        ((), ()),
    ],
)
def test_what_withholds_treatments(flags: tuple[RedFlag, ...], held: tuple[RedFlag, ...]) -> None:
    assert withholding(flags) == held


@pytest.mark.parametrize(
    ("flags", "urgency"),
    [
        ((STIFF, MASS), Urgency.URGENT),
        ((STIFF, SENT), Urgency.EMERGENCY),
        ((STIFF, OVER), Urgency.ROUTINE),
        ((ABSENT, UNASKED), None),
        ((RedFlag("RF_SAFEGUARDING", Urgency.LOCAL, THERE),), Urgency.LOCAL),
        ((RedFlag("RF_CALCIUM", Urgency.GP, THERE), STIFF), Urgency.ROUTINE),
        ((), None),
    ],
)
def test_escalation(flags: tuple[RedFlag, ...], urgency: Urgency | None) -> None:
    assert escalation(flags) is urgency


def test_what_waits_for_an_action_comes_most_urgent_first() -> None:
    assert waiting((STIFF, SENT, MASS, OVER, ABSENT, CAUDA)) == (CAUDA, MASS, STIFF)


def test_not_asked_is_not_absent() -> None:
    assert not_asked((CAUDA, ABSENT, UNASKED)) == (UNASKED,)
    assert RedFlag("RF_X", Urgency.GP).answer is Answer.NOT_ASKED
