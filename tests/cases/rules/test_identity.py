from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.identity import (
    LIKELY,
    Likeness,
    Person,
    Reason,
    dialled,
    likely_duplicates,
    likeness,
    near,
    near_dates,
    plain,
)

BORN = date(1985, 5, 12)
MARCUS = Person("Marcus", "Ellery", BORN, phones=("07700 900123",), nhs_number="999 100 1018")
BARE = Person("Marcus", "Ellery", BORN)


@pytest.mark.parametrize(
    ("other", "score", "reasons"),
    [
        (BARE, 85, (Reason.SAME_NAME, Reason.SAME_BIRTH_DATE)),
        (Person("marcus", "ELLERY", date(1970, 1, 1)), 45, (Reason.SAME_NAME,)),
        (Person("Markus", "Elery", BORN), 75, (Reason.SIMILAR_NAME, Reason.SAME_BIRTH_DATE)),
        (Person("Ellery", "Marcus", BORN), 80, (Reason.SWAPPED_NAMES, Reason.SAME_BIRTH_DATE)),
        (Person("Marcus", "Smith", BORN, ("Jones", "Ellery")), 80, (Reason.FORMER_NAME, Reason.SAME_BIRTH_DATE)),
        (Person("Mark", "Ellery", BORN, known_as="Marcus"), 85, (Reason.SAME_NAME, Reason.SAME_BIRTH_DATE)),
        (Person("Marcus", "Ellery", date(1985, 12, 5)), 75, (Reason.SAME_NAME, Reason.TRANSPOSED_BIRTH_DATE)),
        (Person("Marcus", "Ellery", date(1985, 5, 13)), 70, (Reason.SAME_NAME, Reason.SIMILAR_BIRTH_DATE)),
        (Person("Marcus", "Ellery", date(1985, 6, 13)), 45, (Reason.SAME_NAME,)),
        (Person("Marcus", "Ellery"), 45, (Reason.SAME_NAME,)),
        (Person("Lucas", "Ellery", BORN), 40, (Reason.SAME_BIRTH_DATE,)),  # a twin
        (Person("Ann", "Other", date(1960, 1, 1)), 0, ()),
    ],
)
def test_likeness(other: Person, score: int, reasons: tuple[Reason, ...]) -> None:
    assert likeness(BARE, other) == Likeness(score, reasons) == likeness(other, BARE)


def test_numbers_decide() -> None:
    same = Person("Ann", "Other", date(1960, 1, 1), nhs_number="9991001018")
    assert likeness(MARCUS, same) == Likeness(100, (Reason.SAME_NHS_NUMBER,))
    another = replace(MARCUS, nhs_number="9991001085")
    assert likeness(MARCUS, another) == Likeness(
        50, (Reason.OTHER_NHS_NUMBER, Reason.SAME_NAME, Reason.SAME_BIRTH_DATE, Reason.SAME_PHONE)
    )
    assert likeness(Person("A", "B", nhs_number="9991001018"), another) == Likeness(0, (Reason.OTHER_NHS_NUMBER,))
    assert likeness(MARCUS, replace(MARCUS, nhs_number="")).score == 100


def test_a_telephone_adds_to_it() -> None:
    caller = Person("M", "Ellery", phones=("020 7946 0000", "+44 7700 900123"))
    assert likeness(MARCUS, caller) == Likeness(25, (Reason.SAME_PHONE,))
    assert likeness(Person("A", "B", phones=("",)), Person("C", "D", phones=("", "-"))) == Likeness(0, ())


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+44 7700 900123", "07700900123"),
        ("+44 (0)7700 900123", "07700900123"),
        ("0044 7700 900 123", "07700900123"),
        ("07700-900123", "07700900123"),
        ("4477", "4477"),
        (" +44 20", "020"),
        ("+33 1 23", "33123"),
        ("", ""),
    ],
)
def test_telephones(written: str, digits: str) -> None:
    assert dialled(written) == digits


@pytest.mark.parametrize(
    ("name", "letters"),
    [("O’Brien-Smith", "obriensmith"), ("Müller ", "muller"), ("Čapek", "capek"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("", "")],
)  # fmt: skip
def test_names_as_they_are_compared(name: str, letters: str) -> None:
    assert plain(name) == letters


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ann", "ann", True),
        ("ann", "anm", False),
        ("anna", "anan", True),
        ("anna", "anne", True),
        ("anna", "enne", False),
        ("marcuse", "markuss", False),
        ("margaret", "margarte", True),
        ("margaret", "morgarte", True),
        ("margaret", "morgurte", False),
    ],
)
def test_slips_of_the_hand(one: str, other: str, expected: bool) -> None:
    assert near(one, other) is expected is near(other, one)


def test_both_names_must_be_near() -> None:
    assert likeness(Person("Marcus", "Ellery"), Person("Markus", "Someone")).reasons == ()
    assert likeness(Person("Marcus", "Ellery"), Person("Peter", "Elery")).reasons == ()


def test_a_former_name_of_either() -> None:
    married = Person("Anna", "New", former_names=("Old",))
    assert likeness(married, Person("Anna", "Old")).reasons == (Reason.FORMER_NAME,)
    assert likeness(married, Person("Anna", "Third", former_names=("old",))).reasons == (Reason.FORMER_NAME,)
    assert likeness(married, Person("Peter", "Old")).reasons == ()
    assert likeness(Person("Anna", ""), Person("Anna", "X", former_names=("",))).reasons == ()


def test_the_likeliest_come_first() -> None:
    known = [("x", Person("Ann", "Other")), ("b", Person("Markus", "Ellery", BORN)), ("a", MARCUS)]
    assert [(key, found.score) for key, found in likely_duplicates(BARE, known)] == [("a", 85), ("b", 75)]
    assert [key for key, _ in likely_duplicates(BARE, known, at_least=0)] == ["a", "b", "x"]
    assert [key for key, _ in likely_duplicates(BARE, known, at_least=85)] == ["a"]


def test_a_twin_and_another_number_are_not_likely() -> None:
    twin = Person("Lucas", "Ellery", BORN, phones=MARCUS.phones, nhs_number="9991001085")
    assert likeness(MARCUS, twin).score < LIKELY == 60
    assert likeness(MARCUS, replace(MARCUS, nhs_number="9991001085")).score < LIKELY


PEOPLE = st.builds(
    Person,
    st.sampled_from(["Ann", "Anna", "Marcus", "Markus", "Ellery", ""]),
    st.sampled_from(["Ellery", "Elery", "Marcus", "O’Brien", "Obrien", ""]),
    st.sampled_from([None, BORN, date(1985, 12, 5), date(1985, 5, 13)]),
    st.lists(st.sampled_from(["Ellery", "Old"]), max_size=2).map(tuple),
    st.sampled_from(["", "Ann"]),
    st.sampled_from(["", "9991001018", "9991001085"]),
    st.lists(st.sampled_from(["07700 900123", "+44 7700 900123", "1"]), max_size=2).map(tuple),
)


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_either_way_and_between_0_and_100(one: Person, other: Person) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other).score <= 100


@given(PEOPLE, PEOPLE)
def test_a_fact_that_agrees_never_lowers_the_score(one: Person, other: Person) -> None:
    agreed = replace(other, born_on=one.born_on) if one.born_on else other
    agreed = replace(agreed, phones=(*agreed.phones, *one.phones))
    assert likeness(one, agreed).score >= likeness(one, other).score


def test_dates_that_are_near() -> None:
    assert near_dates(date(1985, 5, 12)) == {date(1985, 5, 12), date(1985, 12, 5)}
    assert near_dates(date(1985, 5, 13)) == {date(1985, 5, 13)}
    assert near_dates(date(1985, 5, 5)) == {date(1985, 5, 5)}
