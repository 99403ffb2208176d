"""Training is granted and ended by versions, with an event and a history for each."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("treatments", "0007_training_and_attestation"), ("clinic", "0004_history_guards")]

    operations = [
        *guards.record("treatments_training"),
        *guards.tells_the_audit_log("treatments_training"),
        guards.keeps_history("treatments_training"),
    ]
