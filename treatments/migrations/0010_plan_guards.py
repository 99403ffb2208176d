"""Plans and blocks are edited by versions; a review is signed as it is made; a session counts in its own case's plan."""

from django.db import migrations

from clinic.database import guards

SESSION_COUNTS_IN_ITS_CASE = guards.function(
    "treatments_session_counts_in_its_case",
    """
    DECLARE of_ uuid; size int;
    BEGIN
        IF new.block_id IS NULL THEN RETURN new; END IF;
        SELECT p.case_id, b.planned INTO of_, size
          FROM treatments_block b JOIN treatments_plan p ON p.id = b.plan_id WHERE b.id = new.block_id;
        IF of_ IS DISTINCT FROM new.case_id THEN
            PERFORM clinic_say_no('CB422', 'a session counts in a plan of its own case');
        END IF;
        IF new.number > size THEN PERFORM clinic_say_no('CB409', 'the block is full'); END IF;
        RETURN new;
    END
    """,
)

PLAN_STAYS_WITH_ITS_CASE = "cases_stays_with_its_case()"


class Migration(migrations.Migration):
    dependencies = [("treatments", "0009_plans_and_reviews"), ("clinic", "0004_history_guards")]

    operations = [
        SESSION_COUNTS_IN_ITS_CASE,
        *guards.record("treatments_plan"),
        *guards.record("treatments_block"),
        *guards.entry("treatments_review"),
        *guards.tells_the_audit_log("treatments_plan"),
        *guards.tells_the_audit_log("treatments_block"),
        guards.keeps_history("treatments_plan"),
        guards.keeps_history("treatments_block"),
        guards.trigger(
            "treatments_review",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
        guards.trigger("treatments_plan", "c_stays_with_its_case", "BEFORE UPDATE", PLAN_STAYS_WITH_ITS_CASE),
        guards.trigger(
            "treatments_session",
            "d_counts_in_its_case",
            "BEFORE INSERT OR UPDATE",
            "treatments_session_counts_in_its_case()",
        ),
    ]
