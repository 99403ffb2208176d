"""What was checked is written once, and nobody waits for it."""

import threading

import pytest
from django.db import connection, transaction

from cases.actions.cases import next_number
from cases.actions.history_rows import reserved_numbers
from clinic import clock
from clinic.database import attempts

YEAR = clock.today().year


def test_numbers_of_cases_are_taken_beside_and_never_twice(own_database: str) -> None:
    with transaction.atomic():
        first = next_number(YEAR)
    assert reserved_numbers(YEAR, 0) == []
    taken = reserved_numbers(YEAR, 3)
    assert taken == [f"{YEAR}-{int(first[5:]) + n:04d}" for n in (1, 2, 3)]
    with transaction.atomic():
        assert next_number(YEAR) == f"{YEAR}-{int(first[5:]) + 4:04d}"
    attempts.close()


def test_nobody_waits_for_numbers_of_an_import_that_is_not_committed(own_database: str) -> None:
    told: list[str] = []

    def start() -> None:
        try:
            with transaction.atomic():
                told.append(next_number(YEAR))
        finally:
            connection.close()

    with transaction.atomic():
        reserved_numbers(YEAR, 2)
        other = threading.Thread(target=start)
        other.start()
        other.join(20)
        assert len(told) == 1
        transaction.set_rollback(True)
    attempts.close()


@pytest.mark.parametrize("year", [1990, 2031])
def test_each_year_counts_for_itself(own_database: str, year: int) -> None:
    assert reserved_numbers(year, 2) == [f"{year}-0001", f"{year}-0002"]
    attempts.close()
