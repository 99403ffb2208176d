"""A letter is written as a draft by versions; signed or discarded it stays as it is, and stays with its case."""

from django.db import migrations

from clinic.database import guards

LETTER_IS_GUARDED = guards.function(
    "treatments_letter_is_guarded",
    """
    BEGIN
        IF tg_op = 'INSERT' THEN
            IF new.status <> 'DRAFT' THEN PERFORM clinic_say_no('CB409', 'a letter is born a draft'); END IF;
            RETURN new;
        END IF;
        IF old.status = 'SIGNED' THEN PERFORM clinic_say_no('CB409', 'this letter is signed and cannot be changed'); END IF;
        IF old.status = 'DISCARDED' THEN PERFORM clinic_say_no('CB409', 'this letter was discarded'); END IF;
        IF new.case_id <> old.case_id OR new.author_id <> old.author_id OR new.kind <> old.kind THEN
            PERFORM clinic_say_no('CB409', 'a letter stays with its case, its author and whom it is for');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0017_letters"), ("clinic", "0004_history_guards")]

    operations = [
        LETTER_IS_GUARDED,
        *guards.record("treatments_letter"),
        *guards.tells_the_audit_log("treatments_letter"),
        guards.trigger(
            "treatments_letter", "a_signed_is_signed", "BEFORE INSERT OR UPDATE", "treatments_letter_is_guarded()"
        ),
    ]
