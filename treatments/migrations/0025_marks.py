"""Rows are marked as they change."""

from django.db import migrations

from clinic.database.marks import marks

WHOLE = ["plan", "block", "review", "screening", "session", "measurement", "adverseevent", "letter"]
PARTS = {
    "plannedpicture": ("plan_id", "plan"),
    "planauthorisation": ("plan_id", "plan"),
    "addendum": ("session_id", "session"),
}


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
    ]
