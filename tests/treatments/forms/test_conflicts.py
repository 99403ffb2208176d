from clinic.forms.conflicts import Difference
from tests.treatments.rules.test_notes import KNOWN, rswt
from treatments.forms.conflicts import differences


def test_only_what_differs_is_told_and_in_words() -> None:
    theirs = {
        "plan": "Same",
        "objective": "Tender",
        "applications": [rswt()],
        "measurements": [{"measure": "NPRS", "context": "LOAD", "value": "7"}],
    }
    mine = {
        "plan": "Same",
        "objective": "Calm",
        "applications": [],
        "measurements": [
            {"measure": "NPRS", "context": "LOAD", "value": "6"},
            {"measure": "KTW_CM", "side": "LEFT", "moment": "AFTER", "value": "4"},
        ],
    }
    assert differences(theirs, mine, KNOWN) == [
        Difference("Found", "Tender", "Calm"),
        Difference("Pain, load", "7", "6"),
        Difference("Radial shockwave", "Given · Pressure 2,3 bar", ""),
        Difference("Knee, left after", "", "4"),
    ]


def test_what_was_not_given() -> None:
    row = rswt(was_given=False, not_given_because="Declined", parameters={})
    assert differences({"applications": [row]}, {}, KNOWN) == [
        Difference("Radial shockwave", "Not given: Declined", "")
    ]


def test_the_same_differs_in_nothing() -> None:
    assert differences({"plan": "x"}, {"plan": "x", "kind": ""}, KNOWN) == []
