"""What somebody can do to the audit log who is a superuser of its database: past every guard, without a trace."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from clinic.database import embedded
from tests.databases import as_role

TABLES = ("clinic_auditevent", "clinic_rowchange", "clinic_auditlink")
needs_a_superuser = pytest.mark.skipif(not settings.EMBEDDED_DATABASE, reason="another server's superuser is not ours")

# The sums of every link from a position on, as the guard's own function makes them.
COMPUTE_ANEW = """
    DO $$
    DECLARE each record; previous text := repeat('0', 64); row_hash text;
    BEGIN
        SET LOCAL timezone = 'UTC';
        SELECT chained_sha256 INTO previous FROM clinic_auditlink WHERE position = {0} - 1;
        previous := coalesce(previous, repeat('0', 64));
        FOR each IN SELECT * FROM clinic_auditlink WHERE position >= {0} ORDER BY position LOOP
            SELECT encode(sha256(convert_to(told, 'UTF8')), 'hex') INTO row_hash FROM (
                SELECT to_jsonb(e)::text AS told FROM clinic_auditevent e WHERE each.kind = 'EVENT' AND e.id = each.row_id
                UNION ALL
                SELECT to_jsonb(c)::text FROM clinic_rowchange c WHERE each.kind = 'CHANGE' AND c.id = each.row_id) r;
            row_hash := coalesce(row_hash, each.row_sha256);
            previous := encode(sha256(convert_to(concat_ws('|', previous, each.position, each.kind, each.row_id, row_hash,
                each.xid, (extract(epoch FROM each.sealed_at) * 1000000)::bigint), 'UTF8')), 'hex');
            UPDATE clinic_auditlink SET row_sha256 = row_hash, chained_sha256 = previous WHERE position = each.position;
        END LOOP;
    END $$
"""


@contextmanager
def superuser(database: str) -> Iterator[Any]:
    """A cursor of the superuser, with every guard of the log off; commits at the end."""
    link = as_role({**settings.DATABASE_OWNER, "USER": embedded.SUPERUSER_ROLE}, database)
    try:
        with link, link.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            yield cursor
            cursor.execute(
                "SELECT format('ALTER TABLE %%s ENABLE ALWAYS TRIGGER %%I', tgrelid::regclass, tgname) FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)",
                [list(TABLES)],
            )
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
    finally:
        link.close()


def tamper(database: str, *statements: str) -> None:
    with superuser(database) as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def open_transaction(database: str) -> Iterator[Any]:
    """A transaction of the application that has written and goes on."""
    link = as_role(settings.DATABASES["default"], database)
    try:
        with link.cursor() as cursor:
            cursor.execute(
                "INSERT INTO clinic_auditevent (id, created_at, action, row_type, door, details)"
                " VALUES (gen_random_uuid(), now(), 'case.seen', '', 'page', '{}')"
            )
            yield link
    finally:
        link.close()


def as_application(database: str) -> psycopg2.extensions.connection:
    return as_role(settings.DATABASES["default"], database)


@dataclass(frozen=True)
class Tampering:
    """What is done to which row, counted from the first; `needs_head` where only a head kept elsewhere shows it."""

    name: str
    statements: tuple[str, ...]
    needs_head: bool = False


NTH_EVENT = "(SELECT row_id FROM clinic_auditlink WHERE kind = 'EVENT' ORDER BY position OFFSET {n} LIMIT 1)"
NTH_CHANGE = "(SELECT row_id FROM clinic_auditlink WHERE kind = 'CHANGE' ORDER BY position OFFSET {n} LIMIT 1)"
PLACE = "(SELECT position FROM clinic_auditlink WHERE kind = 'EVENT' ORDER BY position OFFSET {n} LIMIT 1)"
EVENT_COLUMNS = {
    "id": "gen_random_uuid()",
    "created_at": "created_at - interval '1 second'",
    "at": "at - interval '1 microsecond'",
    "xid": "xid + 1",
    "action": "'case.forged'",
    "staff_id": "CASE WHEN staff_id IS NULL THEN (SELECT id FROM clinic_staffmember LIMIT 1) END",
    "row_id": "gen_random_uuid(), row_type = 'cases.case'",
    "row_type": "'cases.forged', row_id = gen_random_uuid()",
    "patient_id": "gen_random_uuid()",
    "door": "'forged'",
    "came_from": "'203.0.113.77'",
    "request_id": "gen_random_uuid()",
    "details": "details || '{\"forged\": null}'",
}
CHANGE_COLUMNS = {
    "id": "gen_random_uuid()",
    "created_at": "created_at - interval '1 second'",
    "at": "at + interval '1 microsecond'",
    "xid": "xid - 1",
    "row_type": "'cases_forged'",
    "row_id": "gen_random_uuid()",
    "changes": "'{}'",
}
LINK_COLUMNS = {
    "position": "position + 100000",
    "kind": "CASE kind WHEN 'EVENT' THEN 'CHANGE' ELSE 'EVENT' END",
    "row_id": "gen_random_uuid()",
    "xid": "xid + 1",
    "row_sha256": "repeat('a', 64)",
    "chained_sha256": "repeat('b', 64)",
    "sealed_at": "sealed_at + interval '1 microsecond'",
}
FORGED = (
    "INSERT INTO clinic_auditevent (id, created_at, at, xid, action, row_type, door, details)"
    " VALUES (gen_random_uuid(), {at}, {at}, {xid}, 'case.forged', '', 'page', '{{}}')"
)
NOW_XID = "pg_current_xact_id()::text::bigint"


def tamperings(n: int) -> list[Tampering]:
    """Everything that this module knows how to do, to the n-th event, or a row change."""
    event, change, place = NTH_EVENT.format(n=n), NTH_CHANGE.format(n=n % 3), PLACE.format(n=n)
    columns = [
        *(
            Tampering(f"event: {c}", (f"UPDATE clinic_auditevent SET {c} = {v} WHERE id = {event}",))
            for c, v in EVENT_COLUMNS.items()
        ),
        *(
            Tampering(f"change: {c}", (f"UPDATE clinic_rowchange SET {c} = {v} WHERE id = {change}",))
            for c, v in CHANGE_COLUMNS.items()
        ),
        *(
            Tampering(f"link: {c}", (f"UPDATE clinic_auditlink SET {c} = {v} WHERE position = {place}",))
            for c, v in LINK_COLUMNS.items()
        ),
    ]
    drop_link = f"DELETE FROM clinic_auditlink WHERE position = {place}"
    drop_event = f"DELETE FROM clinic_auditevent WHERE id = {event}"
    tail = "position > (SELECT max(position) - 3 FROM clinic_auditlink)"
    cut_rows = "DELETE FROM {0} WHERE id IN (SELECT row_id FROM clinic_auditlink WHERE " + tail + ")"
    cut_links = f"DELETE FROM clinic_auditlink WHERE {tail}"
    anew, all_anew = anew_from(n), COMPUTE_ANEW.format(1)
    renumber = (
        f"CREATE TEMP TABLE gone AS SELECT {place} AS position, {event} AS id",
        "DELETE FROM clinic_auditevent WHERE id = (SELECT id FROM gone)",
        "DELETE FROM clinic_auditlink WHERE position = (SELECT position FROM gone)",
        "UPDATE clinic_auditlink SET position = -position WHERE position > (SELECT position FROM gone)",
        "UPDATE clinic_auditlink SET position = -position - 1 WHERE position < 0",
        all_anew,
    )
    changed = f"UPDATE clinic_auditevent SET action = 'case.forged' WHERE id = {event}"
    return [
        *columns,
        Tampering("event deleted", (drop_event,)),
        Tampering("change deleted", (f"DELETE FROM clinic_rowchange WHERE id = {change}",)),
        Tampering("link deleted", (drop_link,)),
        Tampering(
            "event and link deleted",
            (
                f"CREATE TEMP TABLE gone AS SELECT {event} AS id",
                drop_link,
                "DELETE FROM clinic_auditevent WHERE id = (SELECT id FROM gone)",
            ),
        ),
        Tampering(
            "forged among the old",
            (
                FORGED.format(
                    at="now() - interval '1 day'",
                    xid=f"(SELECT xid FROM clinic_auditlink WHERE position = {place}) - 1",
                ),
            ),
        ),
        Tampering("forged without a transaction", (FORGED.format(at="now()", xid="NULL"),)),
        Tampering("forged and backdated", (FORGED.format(at="now() - interval '1 day'", xid=NOW_XID),)),
        Tampering("forged and postdated", (FORGED.format(at="now() + interval '1 day'", xid=NOW_XID),)),
        Tampering(
            "forged change",
            (
                "INSERT INTO clinic_rowchange (id, created_at, at, xid, row_type, row_id, changes) SELECT gen_random_uuid(), created_at, at, xid - 1, row_type, row_id, changes FROM clinic_rowchange LIMIT 1",
            ),
        ),
        Tampering(
            "forged link",
            (
                "INSERT INTO clinic_auditlink (position, kind, row_id, xid, row_sha256, chained_sha256, sealed_at) SELECT position + 1, 'EVENT', gen_random_uuid(), xid, row_sha256, chained_sha256, sealed_at FROM clinic_auditlink ORDER BY position DESC LIMIT 1",
            ),
        ),
        Tampering(
            "events swapped",
            (
                f"UPDATE clinic_auditevent a SET action = b.action, details = b.details, at = b.at FROM clinic_auditevent b WHERE (a.id = {event} AND b.id = {NTH_EVENT.format(n=n + 2)}) OR (b.id = {event} AND a.id = {NTH_EVENT.format(n=n + 2)})",
            ),
        ),
        Tampering(
            "links swapped",
            (
                f"UPDATE clinic_auditlink SET position = -position WHERE position IN ({place}, {PLACE.format(n=n + 2)})",
                "UPDATE clinic_auditlink SET position = (SELECT -(sum(o.position) - clinic_auditlink.position) FROM clinic_auditlink o WHERE o.position < 0) WHERE position < 0",
            ),
        ),
        Tampering(
            "tail cut, rows too",
            (cut_rows.format("clinic_auditevent"), cut_rows.format("clinic_rowchange"), cut_links),
            needs_head=True,
        ),
        Tampering("tail of links cut", (cut_links,), needs_head=True),
        Tampering("changed, then computed anew from there", (changed, anew), needs_head=True),
        Tampering("changed, then everything computed anew", (changed, all_anew), needs_head=True),
        Tampering("removed, numbered and computed anew", renumber, needs_head=True),
    ]


def anew_from(n: int) -> str:
    return COMPUTE_ANEW.replace("{0}", PLACE.format(n=n))


def wait_until_settled() -> None:
    """Until every transaction that wrote here is older than all that still run: tests beside this one have theirs."""
    for _ in range(1500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(xid), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM"
                " (SELECT xid FROM clinic_auditevent UNION ALL SELECT xid FROM clinic_rowchange) written"
                " WHERE xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"  # not those of an older server
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.2)
    raise AssertionError("another transaction runs for five minutes")
