"""A second factor is taken from somebody by two others, once, within a day; counts of attempts need not survive."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# Runs with the rights of who writes: what nobody asked for is only done by somebody who owns the table.
RESET_IS_CONFIRMED_ONCE = guards.function(
    "clinic_factor_reset_is_confirmed_once",
    """
    BEGIN
        IF tg_op = 'INSERT' THEN
            IF new.confirmed_by_id IS NOT NULL THEN
                PERFORM clinic_say_no('CB409', 'a reset is asked for first, and confirmed by somebody else later');
            END IF;
            IF new.asked_by_id IS NULL AND NOT pg_has_role(
                current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = tg_relid), 'MEMBER') THEN
                PERFORM clinic_say_no('CB409', 'a reset that nobody asked for is done by who owns the machine');
            END IF;
            RETURN new;
        END IF;
        IF old.confirmed_at IS NOT NULL OR to_jsonb(new) - '{version,updated_at,confirmed_by_id,confirmed_at}'::text[]
           <> to_jsonb(old) - '{version,updated_at,confirmed_by_id,confirmed_at}'::text[] THEN
            PERFORM clinic_say_no('CB409', 'a reset is confirmed once, as it was asked for');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0010_accounts")]

    operations = [
        RunSQL("ALTER TABLE clinic_attempts SET UNLOGGED", "ALTER TABLE clinic_attempts SET LOGGED"),
        guards.never_truncated("clinic_attempts"),
        guards.never_truncated("clinic_browserlogin"),
        RESET_IS_CONFIRMED_ONCE,
        *guards.record("clinic_factorreset"),
        *guards.tells_the_audit_log("clinic_factorreset"),
        guards.keeps_history("clinic_factorreset"),
        guards.trigger(
            "clinic_factorreset",
            "c_confirmed_once",
            "BEFORE INSERT OR UPDATE",
            "clinic_factor_reset_is_confirmed_once()",
        ),
    ]
