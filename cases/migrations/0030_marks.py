"""Rows are marked as they change; who sees a patient's rows may change too."""

from django.db import migrations

from clinic.database import guards
from clinic.database.marks import NOW, marks, touches

WHOLE = [
    "patient",
    "patientalert",
    "consent",
    "case",
    "goal",
    "injury",
    "priortreatment",
    "imagingrequest",
    "imagingresult",
    "deposit",
    "depositmeasurement",
    "appointment",
    "document",
]
PARTS = {
    "patientidentifier": ("patient_id", "patient"),
    "consentwithdrawal": ("consent_id", "consent"),
    "keymeasure": ("case_id", "case"),
    "injuryphase": ("injury_id", "injury"),
    "imagingreading": ("result_id", "imagingresult"),
    "documentwithdrawal": ("document_id", "document"),
}
TOUCH_PATIENT = guards.function(
    "clinic_touch_patient",
    f"""
    DECLARE
        told jsonb := to_jsonb(NEW);
        touched uuid := CASE
            WHEN TG_ARGV[0] = 'restriction_id' THEN
                (SELECT r.patient_id FROM cases_restriction r WHERE r.id = (told ->> 'restriction_id')::uuid)
            ELSE (told ->> TG_ARGV[0])::uuid END;
    BEGIN
        INSERT INTO clinic_patienttouch (patient_id, xid) VALUES (touched, {NOW}) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    """,
    kind="SECURITY DEFINER",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0029_merge_row_guards"), ("clinic", "0012_marks_and_sent_requests")]

    operations = [
        *[each for name in WHOLE for each in marks(f"cases_{name}")],
        *[each for name, (column, whole) in PARTS.items() for each in marks(f"cases_{name}", column, f"cases_{whole}")],
        TOUCH_PATIENT,
        touches("cases_restriction", "patient_id", "AFTER INSERT"),
        touches("cases_restriction", "patient_id", "AFTER UPDATE"),
        touches("cases_restrictionname", "restriction_id", "AFTER INSERT"),
        touches("cases_restrictionname", "restriction_id", "AFTER UPDATE"),
        touches("cases_case", "patient_id", "AFTER INSERT"),
        touches(
            "cases_case",
            "patient_id",
            "AFTER UPDATE",
            when="(old.site_id, old.lead_id, old.patient_id) <> (new.site_id, new.lead_id, new.patient_id)",
        ),
        touches(
            "cases_patient",
            "id",
            "AFTER UPDATE",
            when="(old.site_id, old.merged_into_id) IS DISTINCT FROM (new.site_id, new.merged_into_id)",
        ),
    ]
