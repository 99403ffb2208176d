"""A seal is what its fingerprint says, its signing's event carries it, and nothing is signed without one."""

from django.db import migrations

from clinic.database import guards

SEAL_IS_BORN = guards.function(
    "clinic_seal_is_born",
    """
    BEGIN
        IF new.sha256 IS DISTINCT FROM encode(sha256(convert_to(new.text, 'UTF8')), 'hex') THEN
            PERFORM clinic_say_no('CB500', 'the fingerprint of a seal is not that of its text');
        END IF;
        new.created_at := clock_timestamp();
        RETURN new;
    END
    """,
)

SEAL_HAS_ITS_EVENT = guards.function(
    "clinic_seal_has_its_event",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = new.row_id AND xid = pg_current_xact_id()::text::bigint
                         AND row_type = new.row_type AND details ->> 'seal' = new.sha256) THEN
            PERFORM clinic_say_no('CB500', format('no event carries the seal of %s %s', new.row_type, new.row_id));
        END IF;
        RETURN NULL;
    END
    """,
)

SIGNED_IS_SEALED = guards.function(
    "clinic_signed_is_sealed",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM clinic_seal WHERE row_id = new.id
                         AND row_type = replace(tg_table_name, '_', '.')) THEN
            PERFORM clinic_say_no('CB500', format('%s %s was signed without a seal', tg_table_name, new.id));
        END IF;
        RETURN NULL;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_seals")]

    operations = [
        SEAL_IS_BORN,
        SEAL_HAS_ITS_EVENT,
        SIGNED_IS_SEALED,
        *guards.entry("clinic_seal"),
        guards.trigger("clinic_seal", "b_is_born", "BEFORE INSERT", "clinic_seal_is_born()"),
        guards.trigger("clinic_seal", "y_has_its_event", "AFTER INSERT", "clinic_seal_has_its_event()", deferred=True),
    ]
