"""Guards of screenings: completed is completed, and answers come with their screening or not at all."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

ANSWER_COMES_WITH_ITS_SCREENING = guards.function(
    "treatments_answer_comes_with_its_screening",
    """
    DECLARE made bigint;
    BEGIN
        SELECT made_in INTO made FROM treatments_screening WHERE id = new.screening_id;
        IF made IS DISTINCT FROM txid_current() THEN
            PERFORM clinic_say_no('CB409', 'this screening is completed: ask again instead');
        END IF;
        RETURN new;
    END
    """,
)

SCREENING_IS_BORN = guards.function(
    "treatments_screening_is_born",
    """
    BEGIN
        IF new.made_in <> txid_current() THEN PERFORM clinic_say_no('CB409', 'a screening is made now'); END IF;
        PERFORM cases_day_is_possible(new.case_id, 'the day of the screening', new.asked_on, 'DAY');
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0005_screenings")]

    operations = [
        ANSWER_COMES_WITH_ITS_SCREENING,
        SCREENING_IS_BORN,
        RunSQL(
            "ALTER TABLE treatments_screeninganswer ADD CONSTRAINT answer_code_is_that_of_its_question "
            "CHECK (question_key LIKE question_code || '@%')",
            "ALTER TABLE treatments_screeninganswer DROP CONSTRAINT answer_code_is_that_of_its_question",
        ),
        *guards.entry("treatments_screening"),
        *guards.entry("treatments_screeninganswer"),
        guards.trigger("treatments_screening", "b_is_made_now", "BEFORE INSERT", "treatments_screening_is_born()"),
        guards.trigger(
            "treatments_screeninganswer",
            "b_comes_with_its_screening",
            "BEFORE INSERT",
            "treatments_answer_comes_with_its_screening()",
        ),
        guards.trigger(
            "treatments_screening",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
    ]
