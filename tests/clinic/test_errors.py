from types import SimpleNamespace

from django.db import DatabaseError

from clinic.errors import RuleBroken, Stale, from_database


class CauseError(Exception):
    def __init__(self, pgcode: str | None) -> None:
        self.pgcode = pgcode


def refused(pgcode: str | None) -> RuleBroken | None:
    error = DatabaseError("x")
    error.__cause__ = CauseError(pgcode)
    return from_database(error)


def test_what_the_database_refuses_is_a_rule() -> None:
    assert isinstance(refused("CB412"), Stale)
    signed, limit = refused("CB409"), refused("CB422")
    assert signed is not None
    assert signed.conflict
    assert limit is not None
    assert not limit.conflict


def test_a_check_says_its_name() -> None:
    error, cause = DatabaseError("x"), CauseError("23514")
    cause.diag = SimpleNamespace(constraint_name="patient_has_both_names", message_primary="Ann Example")  # type: ignore[attr-defined]
    error.__cause__ = cause
    told = from_database(error)
    assert told is not None
    assert "patient has both names" in told.message
    assert "Example" not in told.message


def test_a_defect_of_ours_is_not() -> None:
    assert refused("CB500") is None
    assert refused("42501") is None
    assert refused(None) is None
    assert from_database(DatabaseError("x")) is None


def test_a_field_becomes_a_pointer() -> None:
    (fault,) = RuleBroken("taken", "Taken.", field="email").faults
    assert (fault.pointer, fault.code, fault.message) == ("/email", "taken", "Taken.")
    assert RuleBroken("x", "X.").faults == ()
