"""Rows are marked as they change."""

from django.db import migrations

from clinic.database import guards
from clinic.database.marks import NOW, marks

WHOLE = ["plan", "block", "review", "screening", "session", "measurement", "adverseevent", "letter"]
PARTS = {
    "plannedpicture": ("plan_id", "plan"),
    "planauthorisation": ("plan_id", "plan"),
    "addendum": ("session_id", "session"),
}
# A session in error takes its measurements and events with it; what is corrected is replaced by another row.
TOUCH_PATIENT_OF_SESSION = guards.function(
    "clinic_touch_patient_of_session",
    f"""
    BEGIN
        INSERT INTO clinic_patienttouch (patient_id, xid)
        SELECT c.patient_id, {NOW} FROM treatments_session s JOIN cases_case c ON c.id = s.case_id
         WHERE s.id = NEW.session_id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    """,
    kind="SECURITY DEFINER",
)


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0024_note_histories"),
        ("clinic", "0012_marks_and_sent_requests"),
        ("cases", "0030_marks"),
    ]

    operations = [
        *[each for name in WHOLE for each in marks(f"treatments_{name}")],
        *[
            each
            for name, (column, whole) in PARTS.items()
            for each in marks(f"treatments_{name}", column, f"treatments_{whole}")
        ],
        TOUCH_PATIENT_OF_SESSION,
        guards.trigger("treatments_addendum", "z_touches_patient", "AFTER INSERT", "clinic_touch_patient_of_session()"),
    ]
