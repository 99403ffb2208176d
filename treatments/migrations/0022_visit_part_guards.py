"""A text snippet stays with its owner; the notes of one visit are of one patient and of one author."""

from django.db import migrations

from clinic.database import guards

SNIPPET_STAYS_WITH_ITS_OWNER = guards.function(
    "treatments_snippet_stays_with_its_owner",
    """
    BEGIN
        IF new.owner_id <> old.owner_id OR (old.archived_at IS NOT NULL AND to_jsonb(new) <> to_jsonb(old)) THEN
            PERFORM clinic_say_no('CB409', 'a snippet stays with its owner, and one that was taken away stays away');
        END IF;
        RETURN new;
    END
    """,
)


VISIT_IS_OF_ONE_PATIENT = guards.function(
    "treatments_visit_is_of_one_patient",
    """
    BEGIN
        IF new.visit IS NULL THEN RETURN new; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended(new.visit::text, 0));
        IF EXISTS (SELECT 1 FROM treatments_session s JOIN cases_case c ON c.id = s.case_id
                   WHERE s.visit = new.visit AND s.id <> new.id
                     AND (s.author_id <> new.author_id
                          OR c.patient_id <> (SELECT patient_id FROM cases_case WHERE id = new.case_id))) THEN
            PERFORM clinic_say_no('CB409', 'one visit is of one patient and written by one person');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0021_visit_parts")]

    operations = [
        SNIPPET_STAYS_WITH_ITS_OWNER,
        VISIT_IS_OF_ONE_PATIENT,
        *guards.record("treatments_snippet"),
        *guards.tells_the_audit_log("treatments_snippet"),
        guards.trigger(
            "treatments_snippet", "c_stays_with_its_owner", "BEFORE UPDATE", "treatments_snippet_stays_with_its_owner()"
        ),
        guards.trigger(
            "treatments_session",
            "d_visit_is_of_one_patient",
            "BEFORE INSERT OR UPDATE OF visit",
            "treatments_visit_is_of_one_patient()",
        ),
    ]
