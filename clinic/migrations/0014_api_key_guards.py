"""A key is made once and revoked once; when it was last used is kept beside it."""

from django.db import migrations

from clinic.database import guards

ONLY_REVOKED = guards.function(
    "clinic_api_key_is_only_revoked",
    """
    DECLARE may_change text[] := '{version,updated_at,revoked_at,owner_id}';
    BEGIN
        IF old.revoked_at IS NOT NULL THEN
            PERFORM clinic_say_no('CB409', 'a revoked key stays revoked');
        END IF;
        IF to_jsonb(new) - may_change <> to_jsonb(old) - may_change THEN
            PERFORM clinic_say_no('CB409', 'a key is never changed: revoke it and make another');
        END IF;
        IF new.owner_id <> old.owner_id AND old.integration = '' THEN
            PERFORM clinic_say_no('CB409', 'a key of a person stays theirs');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0013_api_keys")]

    operations = [
        ONLY_REVOKED,
        guards.trigger("clinic_apikey", "c_only_revoked", "BEFORE UPDATE", "clinic_api_key_is_only_revoked()"),
        guards.never_truncated("clinic_keyuse"),
    ]
