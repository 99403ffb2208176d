"""A phase is noted and never changed."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_injury_phases")]

    operations = guards.entry("cases_injuryphase")
