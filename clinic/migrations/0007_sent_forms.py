"""Which forms were sent, so that each is done once."""

from django.db import migrations, models

import clinic.clock
import clinic.models.records
from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0006_seal_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("request_id", models.UUIDField()),
                ("is_done", models.BooleanField(default=False)),
                ("location", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="sent_forms_by_age")],
            },
        ),
        guards.never_truncated("clinic_sentform"),
    ]
