"""A document is kept as it was uploaded; a photograph is taken only of somebody who agreed to it."""

from django.db import migrations

from clinic.database import guards

# In force means not withdrawn; the lock keeps a withdrawal in flight and a photograph apart.
DOCUMENT_IS_POSSIBLE = guards.function(
    "cases_document_is_possible",
    """
    DECLARE of_ uuid;
    BEGIN
        PERFORM cases_day_is_possible(new.case_id, 'the day of the photograph', new.taken_on, 'DAY');
        SELECT patient_id INTO of_ FROM cases_case WHERE id = new.case_id;
        PERFORM 1 FROM cases_patient WHERE id = of_ FOR NO KEY UPDATE;
        IF new.kind = 'PHOTOGRAPH' AND NOT EXISTS (
            SELECT 1 FROM cases_consent c
             WHERE c.patient_id = of_ AND c.kind = 'PHOTO' AND (c.case_id IS NULL OR c.case_id = new.case_id)
               AND NOT EXISTS (SELECT 1 FROM cases_consentwithdrawal w WHERE w.consent_id = c.id)) THEN
            PERFORM clinic_say_no('CB422', 'there is no consent to photographs');
        END IF;
        RETURN new;
    END
    """,
)
TABLES = ("cases_document", "cases_documentwithdrawal")


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_documents"), ("clinic", "0004_history_guards")]

    operations = [
        DOCUMENT_IS_POSSIBLE,
        *[op for table in TABLES for op in guards.entry(table)],
        guards.trigger("cases_document", "b_is_possible", "BEFORE INSERT", "cases_document_is_possible()"),
        *[
            guards.trigger(
                table,
                "y_new_row_has_its_event",
                "AFTER INSERT",
                "clinic_write_has_its_event()",
                deferred=True,
            )
            for table in TABLES
        ],
    ]
