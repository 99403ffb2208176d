"""What is read on a picture comes with its reading, and stays; dates are possible; parts stay with their case."""

from django.db import migrations

from clinic.database import guards

READING_IS_BORN = guards.function(
    "cases_reading_is_born",
    """
    DECLARE about uuid; of_ uuid;
    BEGIN
        IF new.made_in <> txid_current() THEN PERFORM clinic_say_no('CB409', 'a reading is made now'); END IF;
        SELECT case_id INTO of_ FROM cases_imagingresult WHERE id = new.result_id;
        PERFORM cases_day_is_possible(of_, 'the day of the reading', new.read_on, 'DAY');
        IF new.replaces_id IS NOT NULL THEN
            SELECT result_id INTO about FROM cases_imagingreading WHERE id = new.replaces_id;
            IF about IS DISTINCT FROM new.result_id THEN
                PERFORM clinic_say_no('CB422', 'a reading replaces one of the same picture');
            END IF;
        END IF;
        RETURN new;
    END
    """,
)

PART_COMES_WITH_ITS_READING = guards.function(
    "cases_part_comes_with_its_reading",
    """
    DECLARE made bigint; of_ uuid; deposit_of uuid;
    BEGIN
        SELECT r.made_in, i.case_id INTO made, of_
          FROM cases_imagingreading r JOIN cases_imagingresult i ON i.id = r.result_id WHERE r.id = new.reading_id;
        IF made IS DISTINCT FROM txid_current() THEN
            PERFORM clinic_say_no('CB409', 'this reading is signed: read again instead');
        END IF;
        IF new.deposit_id IS NOT NULL THEN
            SELECT case_id INTO deposit_of FROM cases_deposit WHERE id = new.deposit_id;
            IF deposit_of IS DISTINCT FROM of_ THEN
                PERFORM clinic_say_no('CB422', 'the deposit belongs to another case');
            END IF;
        END IF;
        RETURN new;
    END
    """,
)

CALIBRATION_IS_THAT_OF_THE_READING = guards.function(
    "cases_calibration_is_that_of_the_reading",
    """
    BEGIN
        IF new.is_calibrated <> (SELECT calibration_key NOT LIKE 'NONE@%'
                                   FROM cases_imagingreading WHERE id = new.reading_id) THEN
            PERFORM clinic_say_no('CB422', 'millimetres need a calibration');
        END IF;
        RETURN new;
    END
    """,
)

DEPOSIT_IS_OF_ITS_CASE = guards.function(
    "cases_deposit_is_of_its_case",
    """
    BEGIN
        IF (SELECT case_id FROM cases_injury WHERE id = new.injury_id) <> new.case_id THEN
            PERFORM clinic_say_no('CB422', 'the injury belongs to another case');
        END IF;
        RETURN new;
    END
    """,
)

RESULT_IS_POSSIBLE = guards.function(
    "cases_imaging_result_is_possible",
    """
    BEGIN
        PERFORM cases_day_is_possible(new.case_id, 'the day of the picture', new.taken_on, new.taken_precision);
        IF new.request_id IS NOT NULL
           AND (SELECT case_id FROM cases_imagingrequest WHERE id = new.request_id) <> new.case_id THEN
            PERFORM clinic_say_no('CB422', 'the request belongs to another case');
        END IF;
        RETURN new;
    END
    """,
)

STEP_IS_POSSIBLE = guards.function(
    "cases_step_is_possible",
    """
    BEGIN
        PERFORM cases_day_is_possible(new.case_id, 'the day', new.on, 'DAY');
        RETURN new;
    END
    """,
)

RED_FLAG_IS_POSSIBLE = guards.function(
    "cases_red_flag_is_possible",
    """
    BEGIN
        PERFORM cases_day_is_possible(new.case_id, 'the day', new.noted_on, 'DAY');
        PERFORM cases_day_is_possible(new.case_id, 'the day', new.resolved_on, 'DAY');
        RETURN new;
    END
    """,
)

CASE_CONTINUES_ITS_PATIENT = guards.function(
    "cases_case_continues_its_patient",
    """
    BEGIN
        IF new.continues_id IS NOT NULL
           AND (SELECT patient_id FROM cases_case WHERE id = new.continues_id) <> new.patient_id THEN
            PERFORM clinic_say_no('CB422', 'a case continues one of the same patient');
        END IF;
        RETURN new;
    END
    """,
)

APPOINTMENT_IS_OF_ITS_PATIENT = guards.function(
    "cases_appointment_is_of_its_patient",
    """
    BEGIN
        IF new.case_id IS NOT NULL
           AND (SELECT patient_id FROM cases_case WHERE id = new.case_id) <> new.patient_id THEN
            PERFORM clinic_say_no('CB422', 'the case is of another patient');
        END IF;
        IF tg_op = 'UPDATE' AND new.patient_id <> old.patient_id THEN
            PERFORM clinic_say_no('CB409', 'an appointment stays with its patient');
        END IF;
        RETURN new;
    END
    """,
)

ENTRIES = ("casestep", "redflagnote", "deposit", "imagingreading", "depositmeasurement", "imaginggrade")
RECORDS = ("goal", "imagingrequest", "imagingresult", "appointment")
STAY = ("goal", "imagingrequest", "imagingresult")
EVENT = "clinic_write_has_its_event()"


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_case_imaging_and_appointments")]

    operations = [
        READING_IS_BORN,
        PART_COMES_WITH_ITS_READING,
        CALIBRATION_IS_THAT_OF_THE_READING,
        DEPOSIT_IS_OF_ITS_CASE,
        RESULT_IS_POSSIBLE,
        STEP_IS_POSSIBLE,
        RED_FLAG_IS_POSSIBLE,
        CASE_CONTINUES_ITS_PATIENT,
        APPOINTMENT_IS_OF_ITS_PATIENT,
        *[operation for name in ENTRIES for operation in guards.entry(f"cases_{name}")],
        *[operation for name in RECORDS for operation in guards.record(f"cases_{name}")],
        *[operation for name in RECORDS for operation in guards.tells_the_audit_log(f"cases_{name}")],
        *[
            guards.trigger(f"cases_{name}", "y_new_row_has_its_event", "AFTER INSERT", EVENT, deferred=True)
            for name in ("casestep", "redflagnote", "imagingreading")
        ],
        *[
            guards.trigger(f"cases_{name}", "c_stays_with_its_case", "BEFORE UPDATE", "cases_stays_with_its_case()")
            for name in STAY
        ],
        guards.trigger("cases_imagingreading", "b_is_made_now", "BEFORE INSERT", "cases_reading_is_born()"),
        guards.trigger(
            "cases_depositmeasurement",
            "b_comes_with_its_reading",
            "BEFORE INSERT",
            "cases_part_comes_with_its_reading()",
        ),
        guards.trigger(
            "cases_imaginggrade", "b_comes_with_its_reading", "BEFORE INSERT", "cases_part_comes_with_its_reading()"
        ),
        guards.trigger(
            "cases_depositmeasurement",
            "c_millimetres_are_calibrated",
            "BEFORE INSERT",
            "cases_calibration_is_that_of_the_reading()",
        ),
        guards.trigger("cases_deposit", "b_is_of_its_case", "BEFORE INSERT", "cases_deposit_is_of_its_case()"),
        guards.trigger(
            "cases_imagingresult", "d_is_possible", "BEFORE INSERT OR UPDATE", "cases_imaging_result_is_possible()"
        ),
        guards.trigger("cases_casestep", "b_is_possible", "BEFORE INSERT", "cases_step_is_possible()"),
        guards.trigger("cases_redflagnote", "b_is_possible", "BEFORE INSERT", "cases_red_flag_is_possible()"),
        guards.trigger(
            "cases_case", "d_continues_its_patient", "BEFORE INSERT OR UPDATE", "cases_case_continues_its_patient()"
        ),
        guards.trigger(
            "cases_appointment",
            "d_is_of_its_patient",
            "BEFORE INSERT OR UPDATE",
            "cases_appointment_is_of_its_patient()",
        ),
    ]
