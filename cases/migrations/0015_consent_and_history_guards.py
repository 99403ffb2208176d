"""A consent is given and taken back, never changed; and who changed what in the record is kept."""

from django.db import migrations

from clinic.database import guards

CONSENT_IS_POSSIBLE = guards.function(
    "cases_consent_is_possible",
    """
    DECLARE born date; zone text;
    BEGIN
        SELECT p.born_on, s.time_zone INTO born, zone
          FROM cases_patient p JOIN clinic_site s ON s.id = p.site_id WHERE p.id = new.patient_id;
        IF new.given_on < born THEN PERFORM clinic_say_no('CB422', 'the consent is before the birth'); END IF;
        IF new.given_on > (now() AT TIME ZONE zone)::date THEN
            PERFORM clinic_say_no('CB422', 'the consent is in the future');
        END IF;
        IF new.case_id IS NOT NULL
           AND (SELECT patient_id FROM cases_case WHERE id = new.case_id) <> new.patient_id THEN
            PERFORM clinic_say_no('CB422', 'the case is of another patient');
        END IF;
        RETURN new;
    END
    """,
)
KEPT = (
    "case",
    "injury",
    "priortreatment",
    "patientalert",
    "patientidentifier",
    "goal",
    "imagingrequest",
    "imagingresult",
    "appointment",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_consents_and_identifiers"), ("clinic", "0004_history_guards")]

    operations = [
        CONSENT_IS_POSSIBLE,
        *guards.entry("cases_consent"),
        *guards.entry("cases_consentwithdrawal"),
        *guards.record("cases_patientidentifier"),
        *guards.tells_the_audit_log("cases_patientidentifier"),
        *[
            guards.trigger(
                f"cases_{name}",
                "y_new_row_has_its_event",
                "AFTER INSERT",
                "clinic_write_has_its_event()",
                deferred=True,
            )
            for name in ("consent", "consentwithdrawal")
        ],
        guards.trigger("cases_consent", "b_is_possible", "BEFORE INSERT", "cases_consent_is_possible()"),
        guards.keeps_history("cases_patient", "search_text", "sort_name"),
        *[guards.keeps_history(f"cases_{name}") for name in KEPT],
    ]
