"""What is left out of a patient's own file is settled with its release; a request changes until it is answered."""

from django.db import migrations

from clinic.database import guards

OMISSION_COMES_BEFORE_THE_RELEASE = guards.function(
    "treatments_omission_comes_before_the_release",
    """
    BEGIN
        PERFORM 1 FROM treatments_ownfilerequest WHERE id = new.request_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM treatments_ownfilerelease WHERE request_id = new.request_id) THEN
            PERFORM clinic_say_no('CB409', 'the file is released: what is left out of it stays as it is');
        END IF;
        RETURN new;
    END
    """,
)
REQUEST_STAYS_AS_IT_WAS_MADE = guards.function(
    "treatments_own_file_request_stays",
    """
    BEGIN
        IF old.answered_at IS NOT NULL OR old.withdrawn_at IS NOT NULL
           OR (new.patient_id, new.asked_on, new.due_on, new.asked_by, new.asker, new.identity, new.noted_by_id)
              IS DISTINCT FROM
              (old.patient_id, old.asked_on, old.due_on, old.asked_by, old.asker, old.identity, old.noted_by_id) THEN
            PERFORM clinic_say_no('CB409', 'a request for a file stays as it was noted, and one that is over stays over');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0026_own_files")]

    operations = [
        OMISSION_COMES_BEFORE_THE_RELEASE,
        REQUEST_STAYS_AS_IT_WAS_MADE,
        *guards.record("treatments_ownfilerequest"),
        *guards.tells_the_audit_log("treatments_ownfilerequest"),
        guards.keeps_history("treatments_ownfilerequest"),
        guards.trigger(
            "treatments_ownfilerequest",
            "c_stays_as_it_was_made",
            "BEFORE UPDATE",
            "treatments_own_file_request_stays()",
        ),
        *guards.record("treatments_ownfileomission"),
        *guards.tells_the_audit_log("treatments_ownfileomission"),
        guards.keeps_history("treatments_ownfileomission"),
        guards.trigger(
            "treatments_ownfileomission",
            "c_comes_before_the_release",
            "BEFORE INSERT OR UPDATE",
            "treatments_omission_comes_before_the_release()",
        ),
        *guards.entry("treatments_ownfilerelease"),
        guards.trigger(
            "treatments_ownfilerelease",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
    ]
