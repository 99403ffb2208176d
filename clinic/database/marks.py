"""Marks of rows: with which migrations put them on tables, and how they are read so that none is missed.

A transaction's number is given before it commits, so a row may become visible after rows with higher numbers were
read. What is read are marks below the oldest transaction that is still open: those are settled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.migrations import RunSQL

from clinic.database import guards

NOWHERE = UUID(int=0)
NOW = "pg_current_xact_id()::text::bigint"

# Of a part, `TG_ARGV` names the column that leads to its row, and that row's table.
MARK_ROW = guards.function(
    "clinic_mark_row",
    """
    DECLARE
        marked uuid := CASE WHEN TG_NARGS = 0 THEN NEW.id ELSE (to_jsonb(NEW) ->> TG_ARGV[0])::uuid END;
    BEGIN
        IF marked IS NOT NULL THEN
            INSERT INTO clinic_rowmark AS m (row_id, row_type, xid)
            VALUES (marked, coalesce(TG_ARGV[1], TG_TABLE_NAME), pg_current_xact_id()::text::bigint)
            ON CONFLICT (row_id) DO UPDATE SET xid = EXCLUDED.xid WHERE m.xid <> EXCLUDED.xid;
        END IF;
        RETURN NULL;
    END
    """,
    kind="SECURITY DEFINER",
)
# Numbers beyond all that were given are of a server of which this is a copy: they count as the oldest.
SETTLE = guards.function(
    "clinic_settle_marks",
    """
    BEGIN
        UPDATE clinic_rowmark SET xid = 0
         WHERE row_type = of_type AND xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    END
    """,
    arguments="of_type text",
    returns="void",
    kind="SECURITY DEFINER",
)


def marks(table: str, *part_of: str) -> list[RunSQL]:
    """Each new or changed row is marked; of a part, with the column that leads to it and its table, the whole."""
    words = ", ".join(f"'{word}'" for word in part_of)
    made = [guards.trigger(table, "z_marks_row", "AFTER INSERT OR UPDATE", f"clinic_mark_row({words})")]
    if not part_of:
        fill = f"INSERT INTO clinic_rowmark (row_id, row_type, xid) SELECT id, '{table}', {NOW} FROM {table}"  # noqa: S608
        made.append(RunSQL(f"{fill} ON CONFLICT DO NOTHING", RunSQL.noop))
    return made


def touches(table: str, column: str, event: str, *, when: str = "") -> RunSQL:
    """What happens to this row changes who sees a patient: `column` leads to that one."""
    name = f"z_touches_patient_on_{event.split()[1].lower()}"
    return guards.trigger(table, name, event, f"clinic_touch_patient('{column}')", when=when)


@dataclass(frozen=True)
class Place:
    """How far somebody has read: up to this row of this transaction."""

    xid: int = -1
    row_id: UUID = NOWHERE


@dataclass(frozen=True)
class Settled:
    """Below which number every transaction has ended; and which server counts, since another counts anew."""

    below: int
    server: str


def settled() -> Settled:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " (SELECT system_identifier::text FROM pg_control_system())"
        )
        return Settled(*cursor.fetchone())


def begin(table: str) -> None:
    """What was copied from another server counts as the oldest; asked before everything is read from the start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinic_settle_marks(%s)", [table])


def marked(table: str, since: Place, below: int, most: int) -> list[Place]:
    """The next rows of a table that changed, in the order of their marks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xid, row_id FROM clinic_rowmark"
            " WHERE row_type = %s AND (xid, row_id) > (%s, %s) AND xid < %s ORDER BY xid, row_id LIMIT %s",
            [table, since.xid, since.row_id, below, most],
        )
        return [Place(*row) for row in cursor.fetchall()]


def next_of(places: Iterable[Place], most: int) -> list[Place]:
    """The first of these, each row once."""
    return sorted(set(places), key=lambda place: (place.xid, place.row_id.int))[:most]
