"""Is this the same person? A score with its reasons, from names, date of birth, numbers and telephones."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from cases.rules.nhs_numbers import digits_of

Key = TypeVar("Key")
LIKELY = 60


class Reason(StrEnum):
    """Why two records look like, or unlike, one person."""

    SAME_NHS_NUMBER = "SAME_NHS_NUMBER"
    OTHER_NHS_NUMBER = "OTHER_NHS_NUMBER"
    SAME_NAME = "SAME_NAME"
    SIMILAR_NAME = "SIMILAR_NAME"
    SWAPPED_NAMES = "SWAPPED_NAMES"
    FORMER_NAME = "FORMER_NAME"
    SAME_BIRTH_DATE = "SAME_BIRTH_DATE"
    TRANSPOSED_BIRTH_DATE = "TRANSPOSED_BIRTH_DATE"
    SIMILAR_BIRTH_DATE = "SIMILAR_BIRTH_DATE"
    SAME_PHONE = "SAME_PHONE"


# What each reason adds to the score; the same NHS number alone is enough, another one never is the same person.
WEIGHTS: Mapping[Reason, int] = {
    Reason.SAME_NHS_NUMBER: 100,
    Reason.OTHER_NHS_NUMBER: -60,
    Reason.SAME_NAME: 45,
    Reason.SWAPPED_NAMES: 40,
    Reason.FORMER_NAME: 40,
    Reason.SIMILAR_NAME: 35,
    Reason.SAME_BIRTH_DATE: 40,
    Reason.TRANSPOSED_BIRTH_DATE: 30,
    Reason.SIMILAR_BIRTH_DATE: 25,
    Reason.SAME_PHONE: 25,
}


@dataclass(frozen=True)
class Person:
    """Whom a record is about. `former_names` are earlier family names."""

    given_name: str
    family_name: str
    born_on: date | None = None
    former_names: tuple[str, ...] = ()
    known_as: str = ""
    nhs_number: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """How much two records look like one person: 0 to 100, and why."""

    score: int
    reasons: tuple[Reason, ...]


def likely_duplicates(
    person: Person, known: Iterable[tuple[Key, Person]], at_least: int = LIKELY
) -> list[tuple[Key, Likeness]]:
    """Those who may be the same person, the likeliest first."""
    found = [(key, likeness(person, other)) for key, other in known]
    return sorted((each for each in found if each[1].score >= at_least), key=lambda each: -each[1].score)


def likeness(one: Person, other: Person) -> Likeness:
    """The same whichever of the two comes first."""
    reasons = [
        reason
        for reason in (
            by_number(one.nhs_number, other.nhs_number),
            by_name(one, other),
            by_birth(one.born_on, other.born_on),
            Reason.SAME_PHONE if {*map(dialled, one.phones)} & {*map(dialled, other.phones)} - {""} else None,
        )
        if reason is not None
    ]
    return Likeness(max(0, min(100, sum(WEIGHTS[reason] for reason in reasons))), tuple(reasons))


def by_number(one: str, other: str) -> Reason | None:
    numbers = digits_of(one), digits_of(other)
    if not all(numbers):
        return None
    return Reason.SAME_NHS_NUMBER if numbers[0] == numbers[1] else Reason.OTHER_NHS_NUMBER


def by_name(one: Person, other: Person) -> Reason | None:
    """The names as they are written, one for the other, as they were before, or with a slip of the hand."""
    given, family = given_names(one) & given_names(other), plain(one.family_name) == plain(other.family_name)
    if given and family:
        return Reason.SAME_NAME
    if (plain(one.given_name), plain(one.family_name)) == (plain(other.family_name), plain(other.given_name)):
        return Reason.SWAPPED_NAMES
    if given and family_names(one) & family_names(other):
        return Reason.FORMER_NAME
    is_near = any(near(a, b) for a in given_names(one) for b in given_names(other))
    return Reason.SIMILAR_NAME if is_near and near(plain(one.family_name), plain(other.family_name)) else None


def given_names(person: Person) -> set[str]:
    return {plain(person.given_name), plain(person.known_as)} - {""}


def family_names(person: Person) -> set[str]:
    return {plain(name) for name in (person.family_name, *person.former_names)} - {""}


def near(one: str, other: str) -> bool:
    """The same but for one slip in up to seven letters, two in a longer name; short names must be the same."""
    length = max(len(one), len(other))
    slips = 0 if length < 4 else 1 if length < 8 else 2
    return DamerauLevenshtein.distance(one, other, score_cutoff=slips) <= slips


def by_birth(one: date | None, other: date | None) -> Reason | None:
    if one is None or other is None:
        return None
    if one == other:
        return Reason.SAME_BIRTH_DATE
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Reason.TRANSPOSED_BIRTH_DATE
    slips = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return Reason.SIMILAR_BIRTH_DATE if slips == 1 else None


def near_dates(day: date) -> set[date]:
    """The day, and the one with day and month exchanged where there is such a day."""
    try:
        return {day, day.replace(month=day.day, day=day.month)}
    except ValueError:
        return {day}


def plain(name: str) -> str:
    """A name without case, accents, hyphens, apostrophes and blanks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum())


def dialled(phone: str) -> str:
    """A telephone number as it is dialled at home: +44 7700 900123 is 07700900123."""
    digits = digits_of(phone)
    for prefix in ("0044", "44"):
        if digits.startswith(prefix) and (prefix == "0044" or phone.strip().startswith("+")):
            return "0" + digits.removeprefix(prefix).removeprefix("0")
    return digits
