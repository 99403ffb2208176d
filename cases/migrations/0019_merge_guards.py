"""Records are merged one deep: never in a circle, never through a third."""

from django.db import migrations

from clinic.database import guards

MERGED_ONE_DEEP = guards.function(
    "cases_patients_are_merged_one_deep",
    """
    BEGIN
        IF new.merged_into_id IS NULL OR new.merged_into_id IS NOT DISTINCT FROM old.merged_into_id THEN
            RETURN new;
        END IF;
        IF (SELECT merged_into_id FROM cases_patient WHERE id = new.merged_into_id FOR UPDATE) IS NOT NULL
           OR EXISTS (SELECT 1 FROM cases_patient WHERE merged_into_id = new.id) THEN
            PERFORM clinic_say_no('CB409', 'records are merged into one that is not merged itself');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_merges")]

    operations = [
        MERGED_ONE_DEEP,
        guards.trigger(
            "cases_patient", "d_is_merged_one_deep", "BEFORE UPDATE", "cases_patients_are_merged_one_deep()"
        ),
    ]
