"""Machines and applicators, and with which of them a treatment was given."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0014_api_key_guards"),
        ("treatments", "0027_own_file_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100)),
                ("serial_number", models.CharField(blank=True, default="", max_length=60)),
                (
                    "modalities",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("retired_on", models.DateField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to="clinic.site"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "serial_number"],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="device",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="treatments.device",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="device_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("modalities__len__gt", 0)), name="device_gives_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                fields=("site", "name", "serial_number"), name="device_is_listed_once_at_its_site"
            ),
        ),
    ]
