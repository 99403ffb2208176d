"""Keys of integrations, and when each key was last used."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0012_marks_and_sent_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyUse",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="clinic.apikey",
                    ),
                ),
                ("used_at", models.DateTimeField()),
                ("network", models.CharField(max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name="apikey",
            name="integration",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
    ]
