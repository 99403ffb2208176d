"""Records are merged and taken apart with a row that says so; what stays with its patient moves only then.

Dates are held against the birth of the record that is used for a person.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

MADE_NOW = guards.function(
    "cases_merge_is_made_now",
    """
    BEGIN
        IF new.made_in <> txid_current() THEN PERFORM clinic_say_no('CB409', 'a merge is made now'); END IF;
        RETURN new;
    END
    """,
)

POINTER_HAS_ITS_ROW = guards.function(
    "cases_pointer_has_its_merge",
    """
    BEGIN
        IF new.merged_into_id IS NOT DISTINCT FROM old.merged_into_id THEN RETURN new; END IF;
        IF new.merged_into_id IS NULL AND NOT cases_is_taken_apart(old.merged_into_id, new.id, NULL)
           OR new.merged_into_id IS NOT NULL AND (old.merged_into_id IS NOT NULL OR NOT EXISTS (
               SELECT 1 FROM cases_merge m WHERE m.kept_id = new.merged_into_id AND m.other_id = new.id
                                             AND m.made_in = txid_current())) THEN
            PERFORM clinic_say_no('CB409', 'records are merged and taken apart with a row that says so');
        END IF;
        RETURN new;
    END
    """,
)

# In this transaction, by a merge that is older than a row.
IS_TAKEN_APART = guards.function(
    "cases_is_taken_apart",
    """
    BEGIN
        RETURN EXISTS (SELECT 1 FROM cases_unmerge u JOIN cases_merge m ON m.id = u.merge_id
                        WHERE u.made_in = txid_current() AND m.kept_id = kept_ AND m.other_id = other_
                          AND (made_at IS NULL OR made_at > m.created_at));
    END
    """,
    arguments="kept_ uuid, other_ uuid, made_at timestamptz",
    returns="boolean",
    kind="STABLE",
)

CASE_MOVES_ONLY_APART = guards.function(
    "cases_case_moves_only_apart",
    """
    BEGIN
        IF new.number <> old.number THEN PERFORM clinic_say_no('CB409', 'a case keeps its number'); END IF;
        IF new.patient_id = old.patient_id THEN RETURN new; END IF;
        IF NOT cases_is_taken_apart(old.patient_id, new.patient_id, old.created_at)
           OR EXISTS (SELECT 1 FROM cases_consent WHERE case_id = new.id)
           OR EXISTS (SELECT 1 FROM cases_case WHERE continues_id = new.id) THEN
            PERFORM clinic_say_no('CB409', 'a case keeps its patient and its number');
        END IF;
        RETURN new;
    END
    """,
)

ROW_MOVES_ONLY_APART = guards.function(
    "cases_row_moves_only_apart",
    """
    BEGIN
        IF new.patient_id <> old.patient_id
           AND NOT cases_is_taken_apart(old.patient_id, new.patient_id, old.created_at) THEN
            PERFORM clinic_say_no('CB409', format('%s stays with its patient', tg_argv[0]));
        END IF;
        RETURN new;
    END
    """,
)

APPOINTMENT_IS_OF_ITS_CASE = guards.function(
    "cases_appointment_is_of_its_case",
    """
    BEGIN
        IF new.case_id IS NOT NULL
           AND (SELECT patient_id FROM cases_case WHERE id = new.case_id) <> new.patient_id THEN
            PERFORM clinic_say_no('CB422', 'the case is of another patient');
        END IF;
        RETURN new;
    END
    """,
)

USED_BIRTH = guards.function(
    "cases_birth_of",
    """
    BEGIN
        RETURN (SELECT u.born_on FROM cases_patient p JOIN cases_patient u ON u.id = coalesce(p.merged_into_id, p.id)
                 WHERE p.id = patient_);
    END
    """,
    arguments="patient_ uuid",
    returns="date",
    kind="STABLE",
)

DAY_IS_POSSIBLE = f"""
CREATE OR REPLACE FUNCTION cases_day_is_possible(case_ uuid, what text, first_ date, precision_ text)
RETURNS void LANGUAGE plpgsql {guards.PINNED} AS $body$
    DECLARE born date; zone text;
    BEGIN
        IF first_ IS NULL THEN RETURN; END IF;
        SELECT cases_birth_of(c.patient_id), s.time_zone INTO born, zone
          FROM cases_case c JOIN clinic_site s ON s.id = c.site_id WHERE c.id = case_;
        IF cases_latest_day(first_, precision_) < born THEN
            PERFORM clinic_say_no('CB422', format('%s is before the birth', what));
        END IF;
        IF first_ > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', format('%s is in the future', what));
        END IF;
    END
$body$
"""

CASE_DATES = f"""
CREATE OR REPLACE FUNCTION cases_case_dates_are_possible()
RETURNS trigger LANGUAGE plpgsql {guards.PINNED} AS $body$
    DECLARE born date; zone text;
    BEGIN
        born := cases_birth_of(new.patient_id);
        SELECT s.time_zone INTO zone FROM clinic_site s WHERE s.id = new.site_id;
        IF new.opened_on < born OR cases_latest_day(new.onset_on, new.onset_precision) < born THEN
            PERFORM clinic_say_no('CB422', 'a date of the case is before the birth');
        END IF;
        IF new.opened_on > (now() AT TIME ZONE zone)::date OR new.onset_on > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', 'a date of the case is in the future');
        END IF;
        RETURN new;
    END
$body$
"""

CONSENT_IS_POSSIBLE = f"""
CREATE OR REPLACE FUNCTION cases_consent_is_possible()
RETURNS trigger LANGUAGE plpgsql {guards.PINNED} AS $body$
    DECLARE zone text;
    BEGIN
        SELECT s.time_zone INTO zone
          FROM cases_patient p JOIN clinic_site s ON s.id = p.site_id WHERE p.id = new.patient_id;
        IF new.given_on < cases_birth_of(new.patient_id) THEN
            PERFORM clinic_say_no('CB422', 'the consent is before the birth');
        END IF;
        IF new.given_on > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', 'the consent is in the future');
        END IF;
        IF new.case_id IS NOT NULL
           AND (SELECT patient_id FROM cases_case WHERE id = new.case_id) <> new.patient_id THEN
            PERFORM clinic_say_no('CB422', 'the case is of another patient');
        END IF;
        RETURN new;
    END
$body$
"""

# What was merged before: nothing was chosen then, so both hold what they held; who and when says the audit log.
MERGED_BEFORE = """
INSERT INTO cases_merge (id, created_at, kept_id, other_id, by_id, kept_before, other_before, kept_after, chosen)
SELECT gen_random_uuid(), e.created_at, k.id, o.id, e.staff_id, held.k, held.o, held.k, '{}'
  FROM cases_patient o JOIN cases_patient k ON k.id = o.merged_into_id
  JOIN LATERAL (SELECT created_at, staff_id FROM clinic_auditevent
                 WHERE row_id = o.id AND action = 'patient.merged' AND staff_id IS NOT NULL
                 ORDER BY id DESC LIMIT 1) e ON true
  JOIN LATERAL (SELECT jsonb_object_agg(key, value) FILTER (WHERE whose = 'k') AS k,
                       jsonb_object_agg(key, value) FILTER (WHERE whose = 'o') AS o
                  FROM (SELECT 'k' AS whose, * FROM jsonb_each(to_jsonb(k))
                        UNION ALL SELECT 'o', * FROM jsonb_each(to_jsonb(o))) both_
                 WHERE key NOT IN ('id', 'created_at', 'updated_at', 'version', 'archived_at', 'archived_by_id',
                                   'merged_into_id', 'site_id', 'sort_name', 'search_text')) held ON true
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0028_merge_rows")]

    operations = [
        RunSQL(MERGED_BEFORE, RunSQL.noop),
        MADE_NOW,
        IS_TAKEN_APART,
        POINTER_HAS_ITS_ROW,
        CASE_MOVES_ONLY_APART,
        ROW_MOVES_ONLY_APART,
        APPOINTMENT_IS_OF_ITS_CASE,
        USED_BIRTH,
        RunSQL(DAY_IS_POSSIBLE, RunSQL.noop),
        RunSQL(CASE_DATES, RunSQL.noop),
        RunSQL(CONSENT_IS_POSSIBLE, RunSQL.noop),
        *guards.entry("cases_merge"),
        *guards.entry("cases_unmerge"),
        *[
            guards.trigger(f"cases_{name}", "b_is_made_now", "BEFORE INSERT", "cases_merge_is_made_now()")
            for name in ("merge", "unmerge")
        ],
        *[
            guards.trigger(
                f"cases_{name}",
                "y_new_row_has_its_event",
                "AFTER INSERT",
                "clinic_write_has_its_event()",
                deferred=True,
            )
            for name in ("merge", "unmerge")
        ],
        guards.trigger("cases_patient", "e_pointer_has_its_merge", "BEFORE UPDATE", "cases_pointer_has_its_merge()"),
        RunSQL(
            "DROP TRIGGER c_stays_with_its_patient ON cases_case;DROP TRIGGER d_is_of_its_patient ON cases_appointment",
            "CREATE TRIGGER c_stays_with_its_patient BEFORE UPDATE ON cases_case FOR EACH ROW"
            " EXECUTE FUNCTION cases_case_stays_with_its_patient();"
            "ALTER TABLE cases_case ENABLE ALWAYS TRIGGER c_stays_with_its_patient;"
            "CREATE TRIGGER d_is_of_its_patient BEFORE INSERT OR UPDATE ON cases_appointment FOR EACH ROW"
            " EXECUTE FUNCTION cases_appointment_is_of_its_patient();"
            "ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER d_is_of_its_patient",
        ),
        guards.trigger("cases_case", "c_stays_with_its_patient", "BEFORE UPDATE", "cases_case_moves_only_apart()"),
        guards.trigger(
            "cases_appointment", "d_is_of_its_patient", "BEFORE INSERT OR UPDATE", "cases_appointment_is_of_its_case()"
        ),
        *[
            guards.trigger(
                f"cases_{table}", "e_moves_only_apart", "BEFORE UPDATE", f"cases_row_moves_only_apart('{what}')"
            )
            for table, what in (
                ("appointment", "an appointment"),
                ("patientalert", "an alert"),
                ("patientidentifier", "an identifier"),
            )
        ],
    ]
