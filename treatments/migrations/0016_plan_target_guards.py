"""What a plan asks for stays as it was written; a block keeps what was held of it, and what its review closed."""

from django.db import migrations

from clinic.database import guards

PICTURE_IS_OF_THE_CASE_OF_ITS_PLAN = guards.function(
    "treatments_picture_is_of_its_plan",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM treatments_plan p JOIN cases_imagingrequest r ON r.case_id = p.case_id
                       WHERE p.id = new.plan_id AND r.id = new.request_id) THEN
            PERFORM clinic_say_no('CB422', 'a picture is planned in a plan of its own case');
        END IF;
        IF new.after_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM treatments_block b WHERE b.id = new.after_id AND b.plan_id = new.plan_id) THEN
            PERFORM clinic_say_no('CB422', 'a picture waits for a block of its own plan');
        END IF;
        RETURN new;
    END
    """,
)

BLOCK_KEEPS_WHAT_WAS_HELD = guards.function(
    "treatments_block_keeps_what_was_held",
    """
    DECLARE last int;
    BEGIN
        IF (new.plan_id, new.number) IS DISTINCT FROM (old.plan_id, old.number) THEN
            PERFORM clinic_say_no('CB409', 'a block keeps its plan and its number');
        END IF;
        IF (new.planned, new.content) IS NOT DISTINCT FROM (old.planned, old.content) THEN RETURN new; END IF;
        IF EXISTS (SELECT 1 FROM treatments_review r
                   WHERE r.block_id = new.id AND r.decision NOT IN ('IMAGE', 'REFER')) THEN
            PERFORM clinic_say_no('CB409', 'a block that is reviewed is not changed');
        END IF;
        SELECT max(s.number) INTO last FROM treatments_session s WHERE s.block_id = new.id;
        IF new.planned < last THEN
            PERFORM clinic_say_no('CB409', 'a block is not shorter than what was held of it');
        END IF;
        RETURN new;
    END
    """,
)

ENTRIES = ("treatments_planauthorisation", "treatments_plannedpicture")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0015_plan_targets_and_leaflets")]

    operations = [
        PICTURE_IS_OF_THE_CASE_OF_ITS_PLAN,
        BLOCK_KEEPS_WHAT_WAS_HELD,
        *guards.definition("treatments_leaflet"),
        *[operation for table in ENTRIES for operation in guards.entry(table)],
        *[
            guards.trigger(
                table, "y_new_row_has_its_event", "AFTER INSERT", "clinic_write_has_its_event()", deferred=True
            )
            for table in ENTRIES
        ],
        guards.trigger(
            "treatments_plannedpicture", "b_is_of_its_plan", "BEFORE INSERT", "treatments_picture_is_of_its_plan()"
        ),
        guards.trigger(
            "treatments_block", "c_keeps_what_was_held", "BEFORE UPDATE", "treatments_block_keeps_what_was_held()"
        ),
    ]
