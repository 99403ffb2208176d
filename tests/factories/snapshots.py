"""What the tables hold at a moment, row by row; and an error at each statement of an action in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

# Kept of every change, so never as before; and what is no record of anything.
KEPT = {
    "clinic_auditevent",
    "clinic_rowchange",
    "clinic_rowmark",
    "clinic_patienttouch",
    "cases_merge",
    "cases_unmerge",
}
SIGNED_WHERE = {"treatments_session": "status = 'SIGNED'", "treatments_letter": "status = 'SIGNED'"}


def tables() -> list[str]:
    """Ours, the catalogues left out: with rows that somebody writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND c.relname ~ '^(clinic|cases|treatments)_' AND NOT EXISTS (SELECT 1 FROM pg_trigger g"
            " WHERE g.tgrelid = c.oid AND g.tgname = 'a_definition_is_only_retired') ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def snapshot(*, but: frozenset[str] | set[str] = frozenset()) -> dict[str, list[Any]]:
    """Every row of every table as JSON, without version and updated_at, which tell only that it was written."""
    return read({t: f"SELECT to_jsonb(t) - 'version' - 'updated_at' AS r FROM {t} t" for t in tables() if t not in but})


def everything() -> dict[str, list[Any]]:
    """Every row as it stands, versions and all."""
    return read({t: f"SELECT to_jsonb(t) AS r FROM {t} t" for t in tables()})


def signed() -> dict[str, list[Any]]:
    """Every row that may never be rewritten, with the transaction that wrote it and the place where it lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'a_never_changed' AND NOT tgisinternal"
        )
        entries = {name for (name,) in cursor.fetchall()} - KEPT
    wanted = dict.fromkeys(entries, "true") | SIGNED_WHERE
    return read(
        {
            t: f"SELECT jsonb_build_array(to_jsonb(t), t.xmin::text, t.ctid::text) AS r FROM {t} t WHERE {condition}"
            for t, condition in sorted(wanted.items())
        }
    )


def read(statements: dict[str, str]) -> dict[str, list[Any]]:
    """In one statement."""
    sql = " UNION ALL ".join(
        f"SELECT '{t}', coalesce(jsonb_agg(r ORDER BY r::text), '[]')::text FROM ({s}) s" for t, s in statements.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """Within it the statement of this number fails, once, as if the connection had been lost; yields those that ran."""
    ran: list[str] = []

    def wrapped(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        ran.append(sql)
        if len(ran) == number:
            raise OperationalError(f"lost at statement {number}: {sql[:80]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapped):
        yield ran


def survives_each_failure(action: Callable[[], Any], *, step: int = 1, most: int = 500) -> int:
    """Lets an action fail at each `step`-th of its statements in turn, and asks that nothing of it is left, until it
    succeeds; the number of its statements. Within a test's own transaction each attempt is one of its savepoints.
    """
    before = everything()
    for number in range(1, most, step):
        try:
            with failing_at(number) as ran, transaction.atomic():
                action()
        except OperationalError:
            assert everything() == before, f"something is left after the failure at statement {number}: {ran[-1]}"
        else:
            assert len(ran) < number
            assert everything() != before
            return len(ran)
    raise AssertionError("the action never came to its end")
