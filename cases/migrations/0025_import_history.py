"""The history of imports, without the file itself and what became of its rows."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_sealed"), ("clinic", "0009_audit_chain_guards")]

    operations = [guards.keeps_history("cases_patientimport", "text", "outcome")]
