"""Photographs are added and taken away while their note is a draft; a waiver is granted by a second person and kept."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

PHOTOGRAPH_IS_OF_A_DRAFT = guards.function(
    "treatments_photograph_is_of_a_draft",
    """
    DECLARE found_status text;
    BEGIN
        SELECT s.status INTO found_status
          FROM treatments_sessiondocument d JOIN treatments_session s ON s.id = d.session_id
         WHERE d.document_id = new.document_id FOR NO KEY UPDATE OF s;
        IF found_status IS NOT NULL AND found_status <> 'DRAFT' THEN
            PERFORM clinic_say_no('CB409', 'the session is signed: its photographs stay');
        END IF;
        RETURN new;
    END
    """,
)

# A photograph belongs to its note from the transaction on in which it was uploaded; none can be moved into another.
PHOTOGRAPH_COMES_WITH_ITS_NOTE = guards.function(
    "treatments_photograph_comes_with_its_note",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM clinic_auditevent
                       WHERE row_id = new.document_id AND action = 'photograph.added'
                         AND xid = pg_current_xact_id()::text::bigint) THEN
            PERFORM clinic_say_no('CB409', 'a photograph is added to its note as it is uploaded');
        END IF;
        RETURN NULL;
    END
    """,
)

WAIVER_IS_POSSIBLE = guards.function(
    "treatments_waiver_is_possible",
    """
    DECLARE asked treatments_waiverrequest;
    BEGIN
        SELECT * INTO asked FROM treatments_waiverrequest WHERE id = new.request_id;
        IF (asked.asked_by_id = new.answered_by_id) <> new.is_alone AND (new.is_granted OR new.is_alone) THEN
            PERFORM clinic_say_no('CB409', 'a waiver is granted by a second person, or marked as granted alone');
        END IF;
        PERFORM cases_day_is_possible(asked.case_id, 'the start of the waiver', new.valid_from, 'DAY');
        IF new.valid_from < asked.asked_on THEN
            PERFORM clinic_say_no('CB422', 'a waiver does not reach back before it was asked for');
        END IF;
        RETURN new;
    END
    """,
)

WITHDRAWAL_IS_OF_A_GRANT = guards.function(
    "treatments_withdrawal_is_of_a_grant",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM treatments_waiver WHERE id = new.waiver_id AND is_granted) THEN
            PERFORM clinic_say_no('CB409', 'only what was granted is taken back');
        END IF;
        RETURN new;
    END
    """,
)

# What was used under a waiver was waived for this case, this injury or any, this treatment, and on that day.
WAIVER_IS_OF_WHAT_WAS_GIVEN = guards.function(
    "treatments_waiver_is_of_what_was_given",
    """
    BEGIN
        IF new.waiver_id IS NULL THEN RETURN NULL; END IF;
        IF NOT EXISTS (
            SELECT 1 FROM treatments_waiver w
              JOIN treatments_waiverrequest r ON r.id = w.request_id
              JOIN treatments_application a ON a.id = new.application_id
              JOIN treatments_session s ON s.id = new.session_id
             WHERE w.id = new.waiver_id AND w.is_granted AND r.case_id = new.case_id
               AND split_part(r.modality_key, '@', 1) = split_part(a.modality_key, '@', 1)
               AND (a.injury_id IS NULL OR a.injury_id = r.injury_id)
               AND s.occurred_on BETWEEN w.valid_from AND w.valid_until
               AND NOT EXISTS (SELECT 1 FROM treatments_waiverwithdrawal t
                                WHERE t.waiver_id = w.id AND t.withdrawn_on <= s.occurred_on)) THEN
            PERFORM clinic_say_no('CB409', 'this waiver is not of what was given');
        END IF;
        RETURN NULL;
    END
    """,
)

WAIVERS = (
    "treatments_waiverrequest",
    "treatments_waiver",
    "treatments_waiverwithdrawal",
    "treatments_waiverseen",
)
COMPOSITE_KEYS = [
    (
        "treatments_sessiondocument",
        "photograph_is_of_the_case_of_its_session",
        "(session_id, case_id)",
        "treatments_session (id, case_id)",
    ),
    (
        "treatments_sessiondocument",
        "photograph_is_of_the_case_of_its_document",
        "(document_id, case_id)",
        "cases_document (id, case_id)",
    ),
    (
        "treatments_waiverrequest",
        "waiver_is_for_an_injury_of_its_case",
        "(injury_id, case_id)",
        "cases_injury (id, case_id)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0019_photographs_and_waivers"), ("cases", "0021_document_guards")]

    operations = [
        PHOTOGRAPH_IS_OF_A_DRAFT,
        PHOTOGRAPH_COMES_WITH_ITS_NOTE,
        WAIVER_IS_POSSIBLE,
        WITHDRAWAL_IS_OF_A_GRANT,
        WAIVER_IS_OF_WHAT_WAS_GIVEN,
        *[op for table in ("treatments_sessiondocument", *WAIVERS) for op in guards.entry(table)],
        guards.trigger(
            "treatments_sessiondocument", "b_session_is_a_draft", "BEFORE INSERT", "treatments_session_is_a_draft()"
        ),
        guards.trigger(
            "treatments_sessiondocument",
            "y_comes_with_its_note",
            "AFTER INSERT",
            "treatments_photograph_comes_with_its_note()",
            deferred=True,
        ),
        guards.trigger(
            "cases_documentwithdrawal", "c_is_of_a_draft", "BEFORE INSERT", "treatments_photograph_is_of_a_draft()"
        ),
        guards.trigger("treatments_waiver", "b_is_possible", "BEFORE INSERT", "treatments_waiver_is_possible()"),
        guards.trigger(
            "treatments_waiverwithdrawal", "b_is_of_a_grant", "BEFORE INSERT", "treatments_withdrawal_is_of_a_grant()"
        ),
        guards.trigger(
            "treatments_givenagainst",
            "z_waiver_is_of_what_was_given",
            "AFTER INSERT",
            "treatments_waiver_is_of_what_was_given()",
            deferred=True,
        ),
        *[
            guards.trigger(
                table, "y_new_row_has_its_event", "AFTER INSERT", "clinic_write_has_its_event()", deferred=True
            )
            for table in WAIVERS
        ],
        *[
            RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {ours} REFERENCES {theirs}",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for table, name, ours, theirs in COMPOSITE_KEYS
        ],
    ]
