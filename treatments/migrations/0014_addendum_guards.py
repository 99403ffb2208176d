"""An addendum is never changed; what it corrects comes with it; a place in a block is free again after an error."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# The lock keeps two addenda, and an addendum and a signing, apart.
SESSION_IS_SIGNED = guards.function(
    "treatments_addendum_is_of_a_signed_session",
    """
    DECLARE found_status text;
    BEGIN
        SELECT status INTO found_status FROM treatments_session WHERE id = new.session_id FOR NO KEY UPDATE;
        IF found_status IS DISTINCT FROM 'SIGNED' THEN
            PERFORM clinic_say_no('CB409', 'only a signed session has addenda: change the draft instead');
        END IF;
        IF new.kind = 'CORRECTS' AND EXISTS (SELECT 1 FROM treatments_addendum
                                             WHERE session_id = new.session_id AND kind = 'IN_ERROR') THEN
            PERFORM clinic_say_no('CB409', 'the session was entered in error: nothing of it is corrected');
        END IF;
        RETURN new;
    END
    """,
)

PART_HAS_ITS_PAPER = guards.function(
    "treatments_value_comes_with_signing_or_addendum",
    """
    DECLARE found_status text; found_kind text;
    BEGIN
        SELECT status INTO found_status FROM treatments_session WHERE id = new.session_id FOR NO KEY UPDATE;
        IF new.addendum_id IS NULL THEN
            IF found_status IS DISTINCT FROM 'DRAFT' THEN
                PERFORM clinic_say_no('CB409', 'the session is signed: nothing can be added to it');
            END IF;
            RETURN new;
        END IF;
        SELECT kind INTO found_kind FROM treatments_addendum WHERE id = new.addendum_id;
        IF found_status IS DISTINCT FROM 'SIGNED' OR found_kind IS DISTINCT FROM 'CORRECTS' THEN
            PERFORM clinic_say_no('CB409', 'values are corrected by an addendum to a signed session');
        END IF;
        RETURN new;
    END
    """,
)

COMES_WITH_ITS_ADDENDUM = guards.function(
    "treatments_value_comes_with_its_addendum",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = new.addendum_id AND xid = pg_current_xact_id()::text::bigint) THEN
            PERFORM clinic_say_no('CB409', 'a correction is written together with its addendum');
        END IF;
        RETURN NULL;
    END
    """,
)

AGAINST_COMES_WITH_ITS_TREATMENT = guards.function(
    "treatments_against_comes_with_its_treatment",
    """
    DECLARE found_status text; found_addendum uuid;
    BEGIN
        SELECT status INTO found_status FROM treatments_session WHERE id = new.session_id FOR NO KEY UPDATE;
        SELECT addendum_id INTO found_addendum FROM treatments_application
         WHERE id = new.application_id AND session_id = new.session_id;
        IF NOT FOUND OR found_status IS DISTINCT FROM (CASE WHEN found_addendum IS NULL THEN 'DRAFT' ELSE 'SIGNED' END) THEN
            PERFORM clinic_say_no('CB409', 'the session is signed: nothing can be added to it');
        END IF;
        IF found_addendum IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = found_addendum AND xid = pg_current_xact_id()::text::bigint) THEN
            PERFORM clinic_say_no('CB409', 'a correction is written together with its addendum');
        END IF;
        RETURN new;
    END
    """,
)

# Not a unique constraint: a session that was entered in error leaves its place, and a constraint cannot see that.
HAS_ITS_OWN_PLACE = guards.function(
    "treatments_session_has_its_own_place",
    """
    BEGIN
        PERFORM 1 FROM treatments_block WHERE id = new.block_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM treatments_session s
                   WHERE s.block_id = new.block_id AND s.number = new.number AND s.id <> new.id
                     AND NOT EXISTS (SELECT 1 FROM treatments_addendum a
                                     WHERE a.session_id = s.id AND a.kind = 'IN_ERROR')) THEN
            PERFORM clinic_say_no('CB409', format('session %s of this block is taken', new.number));
        END IF;
        RETURN new;
    END
    """,
)

COPY_IS_OF_AN_ERROR = guards.function(
    "treatments_copy_is_of_an_error",
    """
    BEGIN
        IF tg_op = 'UPDATE' THEN
            IF new.copied_from_id IS DISTINCT FROM old.copied_from_id THEN
                PERFORM clinic_say_no('CB409', 'what a note was copied from never changes');
            END IF;
        ELSIF NOT EXISTS (SELECT 1 FROM treatments_addendum
                          WHERE session_id = new.copied_from_id AND kind = 'IN_ERROR') THEN
            PERFORM clinic_say_no('CB409', 'only a session that was entered in error is entered again');
        END IF;
        RETURN new;
    END
    """,
)

VALUES = ("treatments_application", "treatments_measurement")


def foreign_key(table: str, name: str, ours: str, theirs: str) -> RunSQL:
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {ours} REFERENCES {theirs}",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def other_guard(table: str, call: str) -> list[RunSQL]:
    """The place of the guard that allowed a draft only."""
    old = "treatments_session_is_a_draft()"
    made = (
        f"CREATE TRIGGER b_session_is_a_draft BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {old};"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER b_session_is_a_draft"
    )
    return [
        RunSQL(f"DROP TRIGGER b_session_is_a_draft ON {table}", made),
        guards.trigger(table, "b_comes_with_signing_or_addendum", "BEFORE INSERT", call),
    ]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0013_addenda"), ("clinic", "0004_history_guards")]

    operations = [
        SESSION_IS_SIGNED,
        PART_HAS_ITS_PAPER,
        COMES_WITH_ITS_ADDENDUM,
        AGAINST_COMES_WITH_ITS_TREATMENT,
        HAS_ITS_OWN_PLACE,
        COPY_IS_OF_AN_ERROR,
        *guards.entry("treatments_addendum"),
        guards.trigger(
            "treatments_addendum",
            "b_is_of_a_signed_session",
            "BEFORE INSERT",
            "treatments_addendum_is_of_a_signed_session()",
        ),
        guards.trigger(
            "treatments_addendum",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
        foreign_key(
            "treatments_addendum",
            "addendum_is_of_the_case_of_its_session",
            "(session_id, case_id)",
            "treatments_session (id, case_id)",
        ),
        *[op for t in VALUES for op in other_guard(t, "treatments_value_comes_with_signing_or_addendum()")],
        *other_guard("treatments_givenagainst", "treatments_against_comes_with_its_treatment()"),
        *[
            guards.trigger(
                t,
                "y_comes_with_its_addendum",
                "AFTER INSERT",
                "treatments_value_comes_with_its_addendum()",
                when="new.addendum_id IS NOT NULL",
                deferred=True,
            )
            for t in VALUES
        ],
        *[
            foreign_key(
                t, f"{t.split('_')[1]}_{name}_of_its_session", f"({column}, session_id)", f"{theirs} (id, session_id)"
            )
            for t in VALUES
            for name, column, theirs in (
                ("comes_with_an_addendum", "addendum_id", "treatments_addendum"),
                ("corrects_a_value", "corrects_id", t),
            )
        ],
        guards.trigger(
            "treatments_session",
            "e_has_its_own_place",
            "BEFORE INSERT OR UPDATE",
            "treatments_session_has_its_own_place()",
            when="new.block_id IS NOT NULL",
        ),
        guards.trigger(
            "treatments_session",
            "f_copy_is_of_an_error",
            "BEFORE INSERT OR UPDATE",
            "treatments_copy_is_of_an_error()",
            when="new.copied_from_id IS NOT NULL",
        ),
    ]
