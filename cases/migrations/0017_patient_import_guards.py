"""An import is edited by versions, with an event for each."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_patient_imports")]

    operations = [*guards.record("cases_patientimport"), *guards.tells_the_audit_log("cases_patientimport")]
