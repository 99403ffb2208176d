"""What belongs to a visit comes with its signing and stays; an adverse event may only be resolved."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

EVENT_IS_ONLY_RESOLVED = guards.function(
    "treatments_event_is_only_resolved",
    """
    BEGIN
        IF (new.case_id, new.session_id, new.what, new.severity, new.onset_on) IS DISTINCT FROM
           (old.case_id, old.session_id, old.what, old.severity, old.onset_on)
           OR new.modality_key IS DISTINCT FROM old.modality_key THEN
            PERFORM clinic_say_no('CB409', 'an adverse event is resolved, or more people are told; nothing else of it changes');
        END IF;
        RETURN new;
    END
    """,
)

ENTRIES = ("treatments_sincelast", "treatments_homeexercise", "treatments_givenagainst")
OF_A_SESSION = (*ENTRIES, "treatments_adverseevent")

COMPOSITE_KEYS = [
    *[(table, f"{table.split('_')[1]}_is_of_the_case_of_its_session", "session_id") for table in OF_A_SESSION],
    ("treatments_sincelast", "sincelast_is_about_a_session_of_its_case", "about_id"),
]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0011_visits"), ("clinic", "0004_history_guards")]

    operations = [
        EVENT_IS_ONLY_RESOLVED,
        *[op for table in ENTRIES for op in guards.entry(table)],
        *guards.record("treatments_adverseevent"),
        *guards.tells_the_audit_log("treatments_adverseevent", inserted=False),
        guards.keeps_history("treatments_adverseevent"),
        guards.trigger(
            "treatments_adverseevent", "c_only_resolved", "BEFORE UPDATE", "treatments_event_is_only_resolved()"
        ),
        *[
            guards.trigger(t, "b_session_is_a_draft", "BEFORE INSERT", "treatments_session_is_a_draft()")
            for t in OF_A_SESSION
        ],
        *[
            guards.trigger(
                t, "y_comes_with_the_signing", "AFTER INSERT", "treatments_comes_with_the_signing()", deferred=True
            )
            for t in OF_A_SESSION
        ],
        *[
            RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, case_id) "
                "REFERENCES treatments_session (id, case_id)",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for table, name, column in COMPOSITE_KEYS
        ],
    ]
