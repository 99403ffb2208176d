"""Imports of histories are edited by versions; what they bring is added, marked, and never changed."""

from django.db import migrations

from clinic.database import guards
from clinic.database.marks import marks


class Migration(migrations.Migration):
    dependencies = [("cases", "0032_history_imports")]

    operations = [
        *guards.record("cases_historyimport"),
        *guards.tells_the_audit_log("cases_historyimport"),
        guards.keeps_history("cases_historyimport", "text", "outcome"),
        guards.never_truncated("cases_importprogress"),
        *guards.entry("cases_importedrow"),
        *guards.entry("cases_earliervisit"),
        guards.trigger(
            "cases_earliervisit",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
        *marks("cases_earliervisit"),
    ]
