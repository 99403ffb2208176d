"""The chain over the audit log, as the database keeps it: sealed by its function, read for checking."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

MOST = 2000  # rows of one batch: some tenths of a second
STATEMENT_TIMEOUT, LOCK_TIMEOUT = "15s", "5s"

LINKS = """
    SELECT l.position, l.kind, l.row_id::text, l.xid, l.row_sha256, l.chained_sha256,
           (extract(epoch FROM l.sealed_at) * 1000000)::bigint,
           CASE l.kind WHEN 'EVENT' THEN to_jsonb(e)::text ELSE to_jsonb(c)::text END,
           (extract(epoch FROM coalesce(e.at, c.at)) * 1000000)::bigint
      FROM clinic_auditlink l
      LEFT JOIN clinic_auditevent e ON l.kind = 'EVENT' AND e.id = l.row_id
      LEFT JOIN clinic_rowchange c ON l.kind = 'CHANGE' AND c.id = l.row_id
     ORDER BY l.position
"""
# Rows that every earlier sealing should have met: of a transaction that had ended, and yet without a link.
UNLINKED = """
    SELECT 'EVENT', e.id::text FROM clinic_auditevent e
     WHERE (e.xid IS NULL OR e.xid < %(below)s)
       AND NOT EXISTS (SELECT 1 FROM clinic_auditlink l WHERE l.row_id = e.id AND l.kind = 'EVENT')
     UNION ALL
    SELECT 'CHANGE', c.id::text FROM clinic_rowchange c
     WHERE c.xid < %(below)s
       AND NOT EXISTS (SELECT 1 FROM clinic_auditlink l WHERE l.row_id = c.id AND l.kind = 'CHANGE')
"""


@dataclass(frozen=True)
class Sealed:
    """How many rows got a link; every transaction with a number below `settled_below` had ended before."""

    rows: int
    settled_below: int


def seal(most: int = MOST) -> Sealed:
    """Seals one batch, in a transaction of its own that does not wait for ever."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
            [STATEMENT_TIMEOUT, LOCK_TIMEOUT],
        )
        cursor.execute("SELECT sealed, settled_below FROM clinic_seal_audit(%s)", [most])
        return Sealed(*cursor.fetchone())


def seal_all() -> Sealed:
    """Seals until nothing that is settled is left."""
    rows = 0
    while (batch := seal()).rows:
        rows += batch.rows
    return Sealed(rows, batch.settled_below)


def head() -> dict[str, Any] | None:
    """The last link; None where nothing is sealed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, chained_sha256, sealed_at FROM clinic_auditlink ORDER BY position DESC LIMIT 1"
        )
        found = cursor.fetchone()
    return {"position": found[0], "chained_sha256": found[1], "sealed_at": found[2].isoformat()} if found else None


def streamed(statement: str, **told: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement, some at a time: for use in a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 2000
        cursor.execute(statement, told)
        yield from cursor


def look_at_one_moment() -> None:
    """The present transaction sees everything as it is now, writes nothing, and reads times in UTC, as the seals do."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL timezone = 'UTC'")
