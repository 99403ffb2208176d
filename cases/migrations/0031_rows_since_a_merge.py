"""What was made since a merge is told by the log, whose times nobody sets, and not by the merge's own time alone."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# A merge of before the rows of merges has no event of its own: its time was taken from the log then.
IS_OLDER = guards.function(
    "cases_is_older_than_its_merge",
    """
    BEGIN
        RETURN EXISTS (
            SELECT 1 FROM cases_unmerge u JOIN cases_merge m ON m.id = u.merge_id
              JOIN clinic_auditevent e ON e.row_id = row_
             WHERE u.made_in = txid_current() AND m.kept_id = kept_ AND m.other_id = other_
               AND e.xid < (SELECT min(x.xid) FROM clinic_auditevent x WHERE x.row_id = m.id));
    END
    """,
    arguments="kept_ uuid, other_ uuid, row_ uuid",
    returns="boolean",
    kind="STABLE",
)

HEAD = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql " + guards.PINNED + " AS $body$ {body} $body$"
)
CASE_MOVES = """
    BEGIN
        IF new.number <> old.number THEN PERFORM clinic_say_no('CB409', 'a case keeps its number'); END IF;
        IF new.patient_id = old.patient_id THEN RETURN new; END IF;
        IF NOT cases_is_taken_apart(old.patient_id, new.patient_id, old.created_at){older}
           OR EXISTS (SELECT 1 FROM cases_consent WHERE case_id = new.id)
           OR EXISTS (SELECT 1 FROM cases_case WHERE continues_id = new.id) THEN
            PERFORM clinic_say_no('CB409', 'a case keeps its patient and its number');
        END IF;
        RETURN new;
    END
"""
ROW_MOVES = """
    BEGIN
        IF new.patient_id <> old.patient_id
           AND (NOT cases_is_taken_apart(old.patient_id, new.patient_id, old.created_at){older}) THEN
            PERFORM clinic_say_no('CB409', format('%s stays with its patient', tg_argv[0]));
        END IF;
        RETURN new;
    END
"""
OLDER = "\n           OR cases_is_older_than_its_merge(old.patient_id, new.patient_id, old.id)"


def replaced(name: str, body: str) -> RunSQL:
    """The function with the new condition; taken back, without."""
    return RunSQL(
        HEAD.format(name=name, body=body.format(older=OLDER)), HEAD.format(name=name, body=body.format(older=""))
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0030_marks")]

    operations = [
        IS_OLDER,
        replaced("cases_case_moves_only_apart", CASE_MOVES),
        replaced("cases_row_moves_only_apart", ROW_MOVES),
    ]
