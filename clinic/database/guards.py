"""Operations with which migrations put guards on tables.

Migrations that were released call these: what one emits is never changed, a new kind of guard is a new function.
"""

from django.db.migrations import RunSQL

PINNED = "SET search_path = pg_catalog, public, pg_temp"


def function(
    name: str, body: str, *, arguments: str = "", returns: str = "trigger", language: str = "plpgsql", kind: str = ""
) -> RunSQL:
    """A function whose names mean our tables, whatever search path its caller set."""
    head = f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE {language} {kind} {PINNED}"
    return RunSQL(f"{head} AS $body$ {body} $body$", f"DROP FUNCTION {name}")


def trigger(
    table: str, name: str, event: str, call: str, *, each: str = "ROW", when: str = "", deferred: bool = False
) -> RunSQL:
    """A trigger that fires whatever `session_replication_role` says; `event` is like "BEFORE UPDATE OR DELETE"."""
    made = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    wait = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    condition = f"WHEN ({when})" if when else ""
    return RunSQL(
        f"CREATE {made} {name} {event} ON {table} {wait} FOR EACH {each} {condition} EXECUTE FUNCTION {call};"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        f"DROP TRIGGER {name} ON {table}",
    )


def never_truncated(table: str) -> RunSQL:
    return trigger(table, "a_never_truncated", "BEFORE TRUNCATE", "clinic_never_changed()", each="STATEMENT")


def record(table: str, *exempt: str) -> list[RunSQL]:
    """A row that people edit: each change is one version further, and rows are never deleted.

    A change of nothing but the `exempt` columns needs no new version.
    """
    columns = ", ".join(f"'{column}'" for column in exempt)
    return [
        trigger(table, "a_never_deleted", "BEFORE DELETE", "clinic_never_changed()"),
        trigger(table, "b_version_goes_up_by_one", "BEFORE UPDATE", f"clinic_version_goes_up_by_one({columns})"),
        never_truncated(table),
    ]


def entry(table: str) -> list[RunSQL]:
    """A row that is added and never changed."""
    return [
        trigger(table, "a_never_changed", "BEFORE UPDATE OR DELETE", "clinic_never_changed()"),
        never_truncated(table),
    ]


def definition(table: str) -> list[RunSQL]:
    """A row of a catalogue: it may be retired, and nothing else."""
    return [
        trigger(
            table, "a_definition_is_only_retired", "BEFORE UPDATE OR DELETE", "clinic_definition_is_only_retired()"
        ),
        never_truncated(table),
    ]


def tells_the_audit_log(
    table: str, *, inserted: bool = True, updated_when: str = "old.version <> new.version"
) -> list[RunSQL]:
    """No commit of a new or changed row without an audit event about it in the same transaction."""
    call = "clinic_write_has_its_event()"
    made = [trigger(table, "y_new_row_has_its_event", "AFTER INSERT", call, deferred=True)] if inserted else []
    return [*made, trigger(table, "y_change_has_its_event", "AFTER UPDATE", call, when=updated_when, deferred=True)]


def keeps_history(table: str, *left_out: str) -> RunSQL:
    """Each change of a row is kept: which column, from what to what. `left_out` are columns without a history."""
    columns = ", ".join(f"'{column}'" for column in ("updated_at", "version", *left_out))
    return trigger(table, "z_keeps_history", "AFTER UPDATE", f"clinic_keep_history({columns})")


def is_sealed(table: str, *, inserted: bool = True, signed_when: str = "") -> list[RunSQL]:
    """No commit of a signed row without its seal. `signed_when` tells the change of a row that signs it."""
    call, name = "clinic_signed_is_sealed()", "y_signed_is_sealed"
    if inserted:
        return [trigger(table, name, "AFTER INSERT", call, deferred=True)]
    return [trigger(table, name, "AFTER UPDATE", call, when=signed_when, deferred=True)]
