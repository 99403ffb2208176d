"""Guards of the clinical record: versions, dates that are possible, parts that stay with their case."""

from django.db import migrations

from clinic.database import guards

# The latest day of a period that is a day, a month or a year.
LATEST_DAY = guards.function(
    "cases_latest_day",
    """
    BEGIN
        RETURN CASE precision_ WHEN 'YEAR' THEN (on_ + interval '1 year - 1 day')::date
                               WHEN 'MONTH' THEN (on_ + interval '1 month - 1 day')::date ELSE on_ END;
    END
    """,
    arguments="on_ date, precision_ text",
    returns="date",
    kind="IMMUTABLE PARALLEL SAFE",
)

DAY_IS_POSSIBLE = guards.function(
    "cases_day_is_possible",
    """
    DECLARE born date; zone text;
    BEGIN
        IF first_ IS NULL THEN RETURN; END IF;
        SELECT p.born_on, s.time_zone INTO born, zone
          FROM cases_case c JOIN cases_patient p ON p.id = c.patient_id JOIN clinic_site s ON s.id = c.site_id
         WHERE c.id = case_;
        IF cases_latest_day(first_, precision_) < born THEN
            PERFORM clinic_say_no('CB422', format('%s is before the birth', what));
        END IF;
        IF first_ > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', format('%s is in the future', what));
        END IF;
    END
    """,
    arguments="case_ uuid, what text, first_ date, precision_ text",
    returns="void",
)

CASE_DATES = guards.function(
    "cases_case_dates_are_possible",
    """
    DECLARE born date; zone text;
    BEGIN
        SELECT p.born_on INTO born FROM cases_patient p WHERE p.id = new.patient_id;
        SELECT s.time_zone INTO zone FROM clinic_site s WHERE s.id = new.site_id;
        IF new.opened_on < born OR cases_latest_day(new.onset_on, new.onset_precision) < born THEN
            PERFORM clinic_say_no('CB422', 'a date of the case is before the birth');
        END IF;
        IF new.opened_on > (now() AT TIME ZONE zone)::date OR new.onset_on > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', 'a date of the case is in the future');
        END IF;
        RETURN new;
    END
    """,
)

PRIOR_TREATMENT_DATES = guards.function(
    "cases_prior_treatment_dates_are_possible",
    """
    BEGIN
        PERFORM cases_day_is_possible(new.case_id, 'the start', new.started_on, new.started_precision);
        PERFORM cases_day_is_possible(new.case_id, 'the end', new.ended_on, new.ended_precision);
        RETURN new;
    END
    """,
)

BIRTH_IS_POSSIBLE = guards.function(
    "cases_birth_is_possible",
    """
    BEGIN
        IF new.born_on > current_date + 1 THEN PERFORM clinic_say_no('CB422', 'the birth is in the future'); END IF;
        RETURN new;
    END
    """,
)

STAYS_WITH_ITS_CASE = guards.function(
    "cases_stays_with_its_case",
    """
    BEGIN
        IF new.case_id <> old.case_id THEN PERFORM clinic_say_no('CB409', 'a row stays with its case'); END IF;
        RETURN new;
    END
    """,
)

CASE_STAYS_WITH_ITS_PATIENT = guards.function(
    "cases_case_stays_with_its_patient",
    """
    BEGIN
        IF new.patient_id <> old.patient_id OR new.number <> old.number THEN
            PERFORM clinic_say_no('CB409', 'a case keeps its patient and its number');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]

    operations = [
        LATEST_DAY,
        DAY_IS_POSSIBLE,
        CASE_DATES,
        PRIOR_TREATMENT_DATES,
        BIRTH_IS_POSSIBLE,
        STAYS_WITH_ITS_CASE,
        CASE_STAYS_WITH_ITS_PATIENT,
        guards.trigger("cases_patient", "c_birth_is_possible", "BEFORE INSERT OR UPDATE", "cases_birth_is_possible()"),
        guards.trigger(
            "cases_case", "c_dates_are_possible", "BEFORE INSERT OR UPDATE", "cases_case_dates_are_possible()"
        ),
        guards.trigger(
            "cases_case", "c_stays_with_its_patient", "BEFORE UPDATE", "cases_case_stays_with_its_patient()"
        ),
        guards.trigger(
            "cases_priortreatment",
            "c_dates_are_possible",
            "BEFORE INSERT OR UPDATE",
            "cases_prior_treatment_dates_are_possible()",
        ),
        guards.trigger("cases_priortreatment", "c_stays_with_its_case", "BEFORE UPDATE", "cases_stays_with_its_case()"),
        guards.trigger("cases_injury", "c_stays_with_its_case", "BEFORE UPDATE", "cases_stays_with_its_case()"),
        *guards.record("cases_patient"),
        *guards.record("cases_case"),
        *guards.record("cases_injury"),
        *guards.record("cases_priortreatment"),
        *guards.entry("cases_keymeasure"),
        *guards.definition("cases_bodyregion"),
        *guards.definition("cases_pathology"),
        *guards.definition("cases_priortreatmentkind"),
        guards.never_truncated("cases_casecounter"),
        *guards.tells_the_audit_log("cases_patient"),
        *guards.tells_the_audit_log("cases_case"),
    ]
