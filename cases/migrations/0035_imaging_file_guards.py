"""Files, answers, calibrations and outlines are added and never changed; an outline lies on a file of what is read."""

from django.db import migrations

from clinic.database import guards
from clinic.database.marks import marks

FILE_IS_POSSIBLE = guards.function(
    "cases_imaging_answer_is_possible",
    """
    BEGIN
        IF (SELECT identity FROM cases_imagingfile WHERE id = new.file_id) <> 'MISMATCH' THEN
            PERFORM clinic_say_no('CB422', 'nothing in this file asks for an answer');
        END IF;
        RETURN new;
    END
    """,
)

# The lock keeps a file that comes in and a reading apart.
STUDY_IS_OF_THIS_PATIENT = guards.function(
    "cases_study_is_of_this_patient",
    """
    BEGIN
        PERFORM 1 FROM cases_imagingresult WHERE id = new.result_id FOR SHARE;
        IF EXISTS (SELECT 1 FROM cases_imagingfile f WHERE f.result_id = new.result_id AND f.identity = 'MISMATCH'
                       AND NOT EXISTS (SELECT 1 FROM cases_identityanswer a WHERE a.file_id = f.id)) THEN
            PERFORM clinic_say_no('CB409', 'a file of this picture speaks of another person or side: answer that first');
        END IF;
        RETURN new;
    END
    """,
)

OUTLINE_IS_POSSIBLE = guards.function(
    "cases_outline_is_possible",
    """
    DECLARE made bigint; read_ uuid; of_ uuid; last_ integer; scaled uuid; n integer;
    BEGIN
        SELECT r.made_in, r.result_id INTO made, read_
          FROM cases_depositmeasurement m JOIN cases_imagingreading r ON r.id = m.reading_id
         WHERE m.id = new.measurement_id;
        IF made IS DISTINCT FROM txid_current() THEN
            PERFORM clinic_say_no('CB409', 'this reading is signed: read again instead');
        END IF;
        SELECT result_id, frames INTO of_, last_ FROM cases_imagingfile WHERE id = new.file_id;
        IF of_ IS DISTINCT FROM read_ OR new.frame > last_ THEN
            PERFORM clinic_say_no('CB422', 'an outline is drawn on a frame of the picture that is read');
        END IF;
        IF EXISTS (SELECT 1 FROM cases_identityanswer WHERE file_id = new.file_id AND NOT is_ours) THEN
            PERFORM clinic_say_no('CB422', 'this file was set aside');
        END IF;
        IF new.scale_id IS NOT NULL THEN
            SELECT file_id INTO scaled FROM cases_calibration WHERE id = new.scale_id;
            IF scaled IS DISTINCT FROM new.file_id THEN
                PERFORM clinic_say_no('CB422', 'the calibration is that of another file');
            END IF;
        END IF;
        n := CASE WHEN jsonb_typeof(new.points) = 'array' THEN jsonb_array_length(new.points) ELSE 0 END;
        IF n < 3 OR n > 2000 THEN
            PERFORM clinic_say_no('CB422', 'an outline has 3 to 2,000 points');
        END IF;
        RETURN new;
    END
    """,
)
TABLES = ("imagingfile", "identityanswer", "imagingrendering", "calibration", "outline")


class Migration(migrations.Migration):
    dependencies = [("cases", "0034_imaging_files")]

    operations = [
        FILE_IS_POSSIBLE,
        STUDY_IS_OF_THIS_PATIENT,
        OUTLINE_IS_POSSIBLE,
        *[operation for name in TABLES for operation in guards.entry(f"cases_{name}")],
        guards.trigger("cases_identityanswer", "b_is_possible", "BEFORE INSERT", "cases_imaging_answer_is_possible()"),
        guards.trigger(
            "cases_imagingreading", "c_is_of_this_patient", "BEFORE INSERT", "cases_study_is_of_this_patient()"
        ),
        guards.trigger("cases_outline", "b_is_possible", "BEFORE INSERT", "cases_outline_is_possible()"),
        *[
            guards.trigger(
                f"cases_{name}",
                "y_new_row_has_its_event",
                "AFTER INSERT",
                "clinic_write_has_its_event()",
                deferred=True,
            )
            for name in ("imagingfile", "identityanswer", "calibration")
        ],
        *marks("cases_imagingfile", "result_id", "cases_imagingresult"),
    ]
