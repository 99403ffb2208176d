"""An alert is edited by versions, with an event for each, and never deleted."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_alerts")]

    operations = [*guards.record("cases_patientalert"), *guards.tells_the_audit_log("cases_patientalert")]
