"""A restriction is only lifted, once; an opening lasts four hours by the database's clock, and neither is forgotten."""

from django.db import migrations

from clinic.database import guards

ONLY_LIFTED = guards.function(
    "cases_restriction_is_only_lifted",
    """
    BEGIN
        IF old.lifted_at IS NOT NULL
           OR (new.id, new.patient_id, new.reason, new.because, new.restricted_by_id, new.created_at)
              IS DISTINCT FROM
              (old.id, old.patient_id, old.reason, old.because, old.restricted_by_id, old.created_at) THEN
            RAISE EXCEPTION 'A restriction is only lifted, and only once.' USING ERRCODE = 'CB409';
        END IF;
        RETURN new;
    END
    """,
)
STAYS_ITS_OWN = guards.function(
    "cases_restriction_name_stays_with_its_list",
    """
    BEGIN
        IF (new.id, new.restriction_id, new.staff_id, new.created_at)
           IS DISTINCT FROM (old.id, old.restriction_id, old.staff_id, old.created_at) THEN
            RAISE EXCEPTION 'A name stays on the list that it was put on.' USING ERRCODE = 'CB409';
        END IF;
        RETURN new;
    END
    """,
)
FOUR_HOURS = guards.function(
    "cases_opening_lasts_four_hours",
    """
    BEGIN
        new.opened_at := clock_timestamp();
        new.expires_at := new.opened_at + interval '4 hours';
        RETURN new;
    END
    """,
)
NEW_ROW = ("y_new_row_has_its_event", "AFTER INSERT", "clinic_write_has_its_event()")


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_restrictions_and_openings")]

    operations = [
        ONLY_LIFTED,
        STAYS_ITS_OWN,
        FOUR_HOURS,
        *guards.record("cases_restriction"),
        *guards.tells_the_audit_log("cases_restriction"),
        guards.keeps_history("cases_restriction"),
        guards.trigger("cases_restriction", "c_is_only_lifted", "BEFORE UPDATE", "cases_restriction_is_only_lifted()"),
        *guards.record("cases_restrictionname"),
        *guards.tells_the_audit_log("cases_restrictionname"),
        guards.keeps_history("cases_restrictionname"),
        guards.trigger(
            "cases_restrictionname",
            "c_stays_with_its_list",
            "BEFORE UPDATE",
            "cases_restriction_name_stays_with_its_list()",
        ),
        *guards.entry("cases_opening"),
        guards.trigger("cases_opening", "b_lasts_four_hours", "BEFORE INSERT", "cases_opening_lasts_four_hours()"),
        guards.trigger("cases_opening", *NEW_ROW, deferred=True),
        *guards.entry("cases_openingclosing"),
        guards.trigger("cases_openingclosing", *NEW_ROW, deferred=True),
        *guards.entry("cases_openingreview"),
        guards.trigger("cases_openingreview", *NEW_ROW, deferred=True),
    ]
