"""The history of imports, without the file itself and what became of its rows."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_red_flag_check_guards"), ("clinic", "0006_audit_chain_guards")]

    operations = [guards.keeps_history("cases_patientimport", "text", "outcome")]
