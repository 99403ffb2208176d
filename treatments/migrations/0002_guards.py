"""Guards of sessions: signed is signed, children come with the signing, doses lie within their limits."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

SESSION_IS_GUARDED = guards.function(
    "treatments_session_is_guarded",
    """
    BEGIN
        IF tg_op = 'INSERT' THEN
            IF new.status <> 'DRAFT' THEN PERFORM clinic_say_no('CB409', 'a session is born a draft'); END IF;
            RETURN new;
        END IF;
        IF old.status = 'SIGNED' THEN PERFORM clinic_say_no('CB409', 'this session is signed and cannot be changed'); END IF;
        IF new.case_id <> old.case_id OR new.author_id <> old.author_id THEN
            PERFORM clinic_say_no('CB409', 'a session stays with its case and its author');
        END IF;
        IF new.status = 'DRAFT' AND new.draft_version NOT IN (old.draft_version, old.draft_version + 1)
           OR (new.draft <> old.draft AND new.status = 'DRAFT' AND new.draft_version <> old.draft_version + 1) THEN
            PERFORM clinic_say_no('CB412', 'the draft was saved elsewhere in the meantime');
        END IF;
        IF new.status = 'SIGNED' THEN
            PERFORM cases_day_is_possible(new.case_id, 'the day of the visit', new.occurred_on, 'DAY');
        END IF;
        RETURN new;
    END
    """,
)

# The lock keeps a signing in flight and a child that comes late apart; the second one finds the session signed.
SESSION_IS_A_DRAFT = guards.function(
    "treatments_session_is_a_draft",
    """
    DECLARE found_status text;
    BEGIN
        SELECT status INTO found_status FROM treatments_session WHERE id = new.session_id FOR NO KEY UPDATE;
        IF found_status IS DISTINCT FROM 'DRAFT' THEN
            PERFORM clinic_say_no('CB409', 'the session is signed: nothing can be added to it');
        END IF;
        RETURN new;
    END
    """,
)

# What was not on the page when somebody signed must not be in the record.
COMES_WITH_THE_SIGNING = guards.function(
    "treatments_comes_with_the_signing",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM treatments_session WHERE id = new.session_id AND status = 'SIGNED') THEN
            PERFORM clinic_say_no('CB409', 'applications and measurements are written when the session is signed');
        END IF;
        RETURN NULL;
    END
    """,
)

# The limits of a dose are rows of the catalogue, so a CHECK cannot read them; this does.
DOSE_FITS = guards.function(
    "treatments_dose_fits",
    """
    DECLARE rule treatments_modalityparameter; given jsonb; name text;
    BEGIN
        FOR name IN SELECT jsonb_object_keys(new.parameters) LOOP
            IF NOT EXISTS (SELECT 1 FROM treatments_modalityparameter p
                           WHERE p.modality_key = new.modality_key AND p.code = name) THEN
                PERFORM clinic_say_no('CB422', format('%s has no parameter %s', new.modality_key, name));
            END IF;
        END LOOP;
        IF NOT new.was_given THEN RETURN new; END IF;
        FOR rule IN SELECT * FROM treatments_modalityparameter p WHERE p.modality_key = new.modality_key LOOP
            given := new.parameters -> rule.code;
            IF given IS NULL THEN
                IF rule.is_required THEN
                    PERFORM clinic_say_no('CB422', format('%s: %s is missing', new.modality_key, rule.code));
                END IF;
            ELSIF rule.kind = 'NUMBER' THEN
                IF jsonb_typeof(given) <> 'number' OR (given #>> '{}')::numeric < rule.hard_min
                   OR (given #>> '{}')::numeric > rule.hard_max THEN
                    PERFORM clinic_say_no('CB422', format('%s: %s is outside %s to %s', new.modality_key, rule.code,
                                                          rule.hard_min, rule.hard_max));
                END IF;
            ELSIF rule.kind = 'CHOICE' AND NOT (given #>> '{}' = ANY (rule.choices))
               OR rule.kind = 'CHOICES' AND NOT (given <@ to_jsonb(rule.choices))
               OR rule.kind = 'YES_NO' AND jsonb_typeof(given) <> 'boolean' THEN
                PERFORM clinic_say_no('CB422', format('%s: %s is not one of its choices', new.modality_key, rule.code));
            END IF;
        END LOOP;
        RETURN new;
    END
    """,
)

CHILDREN = ("treatments_application", "treatments_measurement")

# Composite keys carry the case down, so that no row can join two patients; not deferrable, so that they fail at once.
COMPOSITE_KEYS = [
    (
        "treatments_application",
        "application_is_of_the_case_of_its_session",
        "(session_id, case_id)",
        "treatments_session (id, case_id)",
    ),
    (
        "treatments_measurement",
        "measurement_is_of_the_case_of_its_session",
        "(session_id, case_id)",
        "treatments_session (id, case_id)",
    ),
    (
        "treatments_application",
        "application_treats_an_injury_of_its_case",
        "(injury_id, case_id)",
        "cases_injury (id, case_id)",
    ),
    (
        "treatments_measurement",
        "measurement_carries_the_limits_of_its_measure",
        "(measure_key, hard_min, hard_max)",
        "treatments_measure (key, hard_min, hard_max)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_initial"), ("cases", "0003_guards")]

    operations = [
        SESSION_IS_GUARDED,
        SESSION_IS_A_DRAFT,
        COMES_WITH_THE_SIGNING,
        DOSE_FITS,
        guards.trigger(
            "treatments_session", "a_signed_is_signed", "BEFORE INSERT OR UPDATE", "treatments_session_is_guarded()"
        ),
        *guards.record("treatments_session", "draft", "draft_version", "draft_saved_at"),
        *guards.tells_the_audit_log("treatments_session"),
        *[op for table in CHILDREN for op in guards.entry(table)],
        *[
            guards.trigger(t, "b_session_is_a_draft", "BEFORE INSERT", "treatments_session_is_a_draft()")
            for t in CHILDREN
        ],
        *[
            guards.trigger(
                t, "y_comes_with_the_signing", "AFTER INSERT", "treatments_comes_with_the_signing()", deferred=True
            )
            for t in CHILDREN
        ],
        guards.trigger("treatments_application", "c_dose_fits", "BEFORE INSERT", "treatments_dose_fits()"),
        RunSQL(
            "ALTER TABLE treatments_measurement ADD CONSTRAINT measurement_code_is_of_its_measure "
            "CHECK (measure_key LIKE measure_code || '@%')",
            "ALTER TABLE treatments_measurement DROP CONSTRAINT measurement_code_is_of_its_measure",
        ),
        *[
            RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {ours} REFERENCES {theirs}",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for table, name, ours, theirs in COMPOSITE_KEYS
        ],
        *guards.definition("treatments_modality"),
        *guards.definition("treatments_measure"),
        *guards.entry("treatments_modalityparameter"),
        *guards.entry("treatments_threshold"),
    ]
