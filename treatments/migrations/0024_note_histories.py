"""The history of notes, letters and snippets; drafts are typed over all the time, and have a counter of their own."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("treatments", "0023_sealed"), ("clinic", "0009_audit_chain_guards")]

    operations = [
        guards.keeps_history("treatments_session", "draft", "draft_version", "draft_saved_at"),
        guards.keeps_history("treatments_letter", "content"),
        guards.keeps_history("treatments_snippet"),
    ]
