"""Sessions, addenda, reviews, screenings and letters are sealed as they are signed."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# What was said of a treatment against the screening is sealed with its correction, so it comes before the event that
# carries the seal; that it comes in the same transaction is asked at the commit.
HEAD = (
    "CREATE OR REPLACE FUNCTION treatments_against_comes_with_its_treatment() RETURNS trigger LANGUAGE plpgsql "
    f"{guards.PINNED} AS $body$"
)
BEFORE_THE_SEAL = """
    DECLARE found_status text; found_addendum uuid;
    BEGIN
        SELECT status INTO found_status FROM treatments_session WHERE id = new.session_id FOR NO KEY UPDATE;
        SELECT addendum_id INTO found_addendum FROM treatments_application
         WHERE id = new.application_id AND session_id = new.session_id;
        IF NOT FOUND OR found_status IS DISTINCT FROM (CASE WHEN found_addendum IS NULL THEN 'DRAFT' ELSE 'SIGNED' END) THEN
            PERFORM clinic_say_no('CB409', 'the session is signed: nothing can be added to it');
        END IF;
        RETURN new;
    END
"""
COMES_WITH_ITS_CORRECTION = guards.function(
    "treatments_against_comes_with_its_correction",
    """
    DECLARE found_addendum uuid;
    BEGIN
        SELECT addendum_id INTO found_addendum FROM treatments_application WHERE id = new.application_id;
        IF found_addendum IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = found_addendum AND xid = pg_current_xact_id()::text::bigint) THEN
            PERFORM clinic_say_no('CB409', 'a correction is written together with its addendum');
        END IF;
        RETURN NULL;
    END
    """,
)

MADE_SIGNED = ("treatments_addendum", "treatments_review", "treatments_screening")
SIGNED_LATER = ("treatments_session", "treatments_letter")
SIGNS = "old.status <> 'SIGNED' AND new.status = 'SIGNED'"


class Migration(migrations.Migration):
    dependencies = [("treatments", "0022_visit_part_guards"), ("clinic", "0006_seal_guards")]

    operations = [
        RunSQL(f"{HEAD} {BEFORE_THE_SEAL} $body$", RunSQL.noop),
        COMES_WITH_ITS_CORRECTION,
        guards.trigger(
            "treatments_givenagainst",
            "y_comes_with_its_correction",
            "AFTER INSERT",
            "treatments_against_comes_with_its_correction()",
            deferred=True,
        ),
        *[operation for table in MADE_SIGNED for operation in guards.is_sealed(table)],
        *[
            operation
            for table in SIGNED_LATER
            for operation in guards.is_sealed(table, inserted=False, signed_when=SIGNS)
        ],
    ]
