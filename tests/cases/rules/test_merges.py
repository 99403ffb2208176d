from typing import Any

import pytest

from cases.rules.merges import Choice, given_back, joined, questions, settled

A: dict[str, Any] = {
    "given_names": "Marcus",
    "born_on": "1985-05-12",
    "died_on": None,
    "nhs_number": "9434765919",
    "phone": "",
    "email": "a@example.org",
    "sex": "UNKNOWN",
    "former_names": ["Hill"],
    "medicines": "Warfarin",
}
B: dict[str, Any] = {
    "given_names": "Markus",
    "born_on": "1985-12-05",
    "died_on": None,
    "nhs_number": None,
    "phone": "020 2",
    "email": "b@example.org",
    "sex": "MALE",
    "former_names": ["Hill", "Dale"],
    "medicines": "Ibuprofen",
}
DECIDED = {"given_names": "kept", "born_on": "other", "nhs_number": "kept"}


def test_what_is_asked_and_what_is_usual() -> None:
    assert {q.name: q.usual for q in questions(A, B)} == {
        "given_names": None,
        "born_on": None,
        "nhs_number": None,
        "phone": Choice.OTHER,
        "email": Choice.KEPT,
        "sex": Choice.OTHER,
        "former_names": Choice.BOTH,
    }
    assert questions(A, A) == []


def test_identity_is_never_taken_for_granted() -> None:
    made = settled(A, B, {"born_on": "mother"})
    assert made.unanswered == ("given_names", "nhs_number")
    assert made.impossible == ("born_on",)


def test_both_rows_together_hold_all_that_they_held() -> None:
    made = settled(A, B, DECIDED)
    assert not made.unanswered
    assert (made.kept["born_on"], made.other["born_on"]) == ("1985-12-05", "1985-05-12")
    assert (made.kept["phone"], made.other["phone"]) == ("020 2", "")
    assert made.kept["former_names"] == ["Hill", "Dale"]
    assert made.kept["medicines"] == "Warfarin\nIbuprofen"
    assert made.other["medicines"] == "Ibuprofen"
    for name in A.keys() - {"former_names", "medicines"}:
        assert {made.kept[name], made.other[name]} == {A[name], B[name]}, name
    assert made.chosen["email"] == "kept"


def test_no_two_people_make_one_who_died_before_the_birth() -> None:
    old = {**A, "born_on": "1940-01-01", "died_on": "1980-01-01"}
    made = settled({**A, "born_on": "1990-01-01"}, {**old, "nhs_number": None}, {**DECIDED, "died_on": "kept"})
    assert (made.kept["born_on"], made.kept["died_on"]) == ("1940-01-01", None)
    assert (made.other["born_on"], made.other["died_on"]) == ("1940-01-01", "1980-01-01")


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("", "", ""),
        ("Warfarin", "", "Warfarin"),
        ("", "Warfarin", "Warfarin"),
        ("Warfarin", "Warfarin", "Warfarin"),
        ("Warfarin 5 mg", "Warfarin", "Warfarin 5 mg\nWarfarin"),
        ("Latex\nNuts", "Nuts \nPollen", "Latex\nNuts\nPollen"),
    ],
)
def test_words_are_joined_and_none_is_lost(mine: str, theirs: str, both: str) -> None:
    assert joined(mine, theirs) == both


def test_taking_apart_gives_back_what_was_before() -> None:
    after = settled(A, B, DECIDED).kept
    back = given_back(after, (A, B), after)
    assert (back.kept, back.other, back.stays, back.taken) == (A, B, (), ())


def test_what_was_changed_by_hand_stays() -> None:
    after = settled(A, B, DECIDED).kept
    back = given_back({**after, "phone": "020 3"}, (A, B), after)
    assert back.kept == {**A, "phone": "020 3"}
    assert back.other == B
    assert back.stays == ("phone",)


@pytest.mark.parametrize("in_use", [True, False])
def test_a_number_that_is_in_use_is_not_given_back(in_use: bool) -> None:
    other = {**B, "nhs_number": "9999999999"}
    after = settled(A, other, {**DECIDED, "nhs_number": "kept"}).kept
    now = after if in_use else {**after, "nhs_number": "9999999999"}
    back = given_back(now, (A, other), after, ["9999999999"] if in_use else [])
    assert back.other["nhs_number"] is None
    assert back.taken == ("nhs_number",)
