"""Guards of the ground floor: versions, rows that are never changed, and an audit event for every write."""

from django.db import migrations

from clinic.database import guards

SAY_NO = guards.function(
    "clinic_say_no",
    "BEGIN RAISE EXCEPTION USING errcode = code, message = told; END",
    arguments="code text, told text",
    returns="void",
)

NEVER_CHANGED = guards.function(
    "clinic_never_changed",
    """
    BEGIN
        PERFORM clinic_say_no('CB409', format('%s: rows are never changed or removed this way (%s)', tg_table_name, tg_op));
        RETURN NULL;
    END
    """,
)

# A definition may be retired, once and nothing else. Generated columns are not computed yet in a BEFORE trigger.
DEFINITION_IS_ONLY_RETIRED = guards.function(
    "clinic_definition_is_only_retired",
    """
    BEGIN
        IF tg_op = 'UPDATE' AND old.retired_on IS NULL AND new.retired_on IS NOT NULL
           AND to_jsonb(new) - 'retired_on' - 'key' = to_jsonb(old) - 'retired_on' - 'key' THEN
            RETURN new;
        END IF;
        PERFORM clinic_say_no('CB409', format('%s %s: a definition is never changed, load a new version', tg_table_name, old.code));
        RETURN NULL;
    END
    """,
)

# The arguments name columns whose change alone needs no new version.
VERSION_GOES_UP_BY_ONE = guards.function(
    "clinic_version_goes_up_by_one",
    """
    DECLARE exempt text[] := '{}';
    BEGIN
        IF new.id <> old.id OR new.created_at <> old.created_at THEN
            PERFORM clinic_say_no('CB409', format('%s: id and created_at never change', tg_table_name));
        END IF;
        IF tg_nargs > 0 THEN
            FOR i IN 0 .. tg_nargs - 1 LOOP exempt := exempt || tg_argv[i]; END LOOP;
            IF to_jsonb(new) - exempt = to_jsonb(old) - exempt THEN RETURN new; END IF;
        END IF;
        IF new.version IS DISTINCT FROM old.version + 1 THEN
            PERFORM clinic_say_no('CB412', format('%s %s is at version %s, the change was made on version %s',
                                                  tg_table_name, old.id, old.version, new.version - 1));
        END IF;
        new.updated_at := clock_timestamp();
        RETURN new;
    END
    """,
)

# Time, transaction and order of an event are the database's word, not the application's.
AUDIT_EVENT_IS_BORN = guards.function(
    "clinic_audit_event_is_born",
    """
    BEGIN
        new.at := clock_timestamp();
        new.created_at := new.at;
        new.xid := pg_current_xact_id()::text::bigint;
        IF octet_length(new.details::text) > 4000 THEN
            PERFORM clinic_say_no('CB500', 'the details of an audit event are short');
        END IF;
        RETURN new;
    END
    """,
)

WRITE_HAS_ITS_EVENT = guards.function(
    "clinic_write_has_its_event",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = new.id AND xid = pg_current_xact_id()::text::bigint) THEN
            PERFORM clinic_say_no('CB500', format('%s %s was written without an audit event', tg_table_name, new.id));
        END IF;
        RETURN NULL;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]

    operations = [
        SAY_NO,
        NEVER_CHANGED,
        DEFINITION_IS_ONLY_RETIRED,
        VERSION_GOES_UP_BY_ONE,
        AUDIT_EVENT_IS_BORN,
        WRITE_HAS_ITS_EVENT,
        guards.trigger("clinic_auditevent", "b_is_born", "BEFORE INSERT", "clinic_audit_event_is_born()"),
        *guards.entry("clinic_auditevent"),
        *guards.record("clinic_site"),
        *guards.record("clinic_staffmember", "last_login", "password"),
        *guards.record("clinic_staffsite"),
        *guards.record("clinic_apikey"),
        *guards.tells_the_audit_log("clinic_site"),
        *guards.tells_the_audit_log("clinic_staffmember"),
        *guards.tells_the_audit_log("clinic_apikey"),
    ]
