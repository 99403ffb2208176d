"""Changes of rows are kept by the database, with its owner's rights: nobody forgets or forges them."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# Runs as the owner of the tables: the application itself may not write here.
KEEP_HISTORY = guards.function(
    "clinic_keep_history",
    """
    DECLARE told jsonb; left_out text[] := '{}';
    BEGIN
        FOR i IN 0 .. tg_nargs - 1 LOOP left_out := left_out || tg_argv[i]; END LOOP;
        SELECT jsonb_object_agg(n.key, jsonb_build_array(o.value, n.value)) INTO told
          FROM jsonb_each(to_jsonb(new)) n JOIN jsonb_each(to_jsonb(old)) o ON o.key = n.key
         WHERE n.value IS DISTINCT FROM o.value AND n.key <> ALL (left_out);
        IF told IS NOT NULL THEN
            INSERT INTO clinic_rowchange (id, created_at, at, xid, row_type, row_id, changes)
            VALUES (gen_random_uuid(), clock_timestamp(), clock_timestamp(), pg_current_xact_id()::text::bigint,
                    tg_table_name, new.id, told);
        END IF;
        RETURN NULL;
    END
    """,
    kind="SECURITY DEFINER",
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_histories_and_invitations")]

    operations = [
        KEEP_HISTORY,
        # Nobody but the owner may hang it on a table: not even on a temporary one of the same name.
        RunSQL("REVOKE EXECUTE ON FUNCTION clinic_keep_history() FROM PUBLIC", RunSQL.noop),
        *guards.entry("clinic_rowchange"),
        *guards.record("clinic_invitation"),
        *guards.tells_the_audit_log("clinic_invitation"),
        guards.keeps_history("clinic_site"),
        guards.keeps_history("clinic_staffmember", "password", "last_login"),
        guards.keeps_history("clinic_staffsite"),
    ]
