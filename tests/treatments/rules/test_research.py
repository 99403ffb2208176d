"""Names and days of research: the same for one key and project, strangers to each other without them."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.rules.research import PROJECT, pseudonym, shift_of

KEY = b"a key of this clinic alone"
PATIENT = UUID("00000000-0000-7000-8000-000000000001")
OTHER = UUID("00000000-0000-7000-8000-000000000002")

ids = st.uuids()


@given(ids)
def test_a_name_stays_in_its_project(patient: UUID) -> None:
    name = pseudonym(KEY, "achilles", "patient", patient)
    assert name == pseudonym(KEY, "achilles", "patient", patient)
    assert len(name) == 24
    assert int(name, 16) >= 0
    assert str(patient).replace("-", "") not in name


def test_another_key_project_kind_or_person_has_another_name() -> None:
    names = {
        pseudonym(KEY, "achilles", "patient", PATIENT),
        pseudonym(b"another key", "achilles", "patient", PATIENT),
        pseudonym(KEY, "shoulders", "patient", PATIENT),
        pseudonym(KEY, "achilles", "case", PATIENT),
        pseudonym(KEY, "achilles", "patient", OTHER),
    }
    assert len(names) == 5


def test_a_name_is_the_first_digits_of_the_hmac_of_what_is_named() -> None:
    """Frozen: a project that comes back after an update finds its people under the same names."""
    assert pseudonym(KEY, "achilles", "patient", PATIENT) == "67636edb67256b0ef0c0ecda"


@given(ids)
def test_days_go_back_by_one_to_365(patient: UUID) -> None:
    shift = shift_of(KEY, "achilles", patient)
    assert timedelta(days=-365) <= shift <= timedelta(days=-1)
    assert shift == timedelta(days=shift.days) == shift_of(KEY, "achilles", patient)


def test_people_are_shifted_by_different_days() -> None:
    shifts = {shift_of(KEY, "achilles", UUID(int=n)) for n in range(2000)}
    assert len(shifts) > 300
    assert {timedelta(days=-365), timedelta(days=-1)} <= shifts


@pytest.mark.parametrize("name", ["achilles", "a-1", "2026-tendons", "a" * 40])
def test_a_project_has_a_short_plain_name(name: str) -> None:
    assert PROJECT.fullmatch(name)


@pytest.mark.parametrize("name", ["", "ab", "-ab", "Achilles", "a b c", "a/b", "a" * 41, "étude", "abc\n"])
def test_what_could_be_taken_for_another_project_is_no_name(name: str) -> None:
    assert not PROJECT.fullmatch(name)
