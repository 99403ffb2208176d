"""Adds structures, short lists, classifications and red flags, and keeps each entry whole."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Classification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            models.F("code"),
                            models.Value("@"),
                            django.db.models.functions.comparison.Cast(
                                models.F("version"), models.CharField(max_length=10)
                            ),
                        ),
                        output_field=models.CharField(max_length=70),
                        unique=True,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("source", models.TextField(blank=True, default="")),
                ("certainty", models.CharField(blank=True, default="", max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("content_sha256", models.CharField(max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("retired_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RedFlagKind",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            models.F("code"),
                            models.Value("@"),
                            django.db.models.functions.comparison.Cast(
                                models.F("version"), models.CharField(max_length=10)
                            ),
                        ),
                        output_field=models.CharField(max_length=70),
                        unique=True,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("source", models.TextField(blank=True, default="")),
                ("certainty", models.CharField(blank=True, default="", max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("content_sha256", models.CharField(max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("urgency", models.CharField(max_length=20)),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Structure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            models.F("code"),
                            models.Value("@"),
                            django.db.models.functions.comparison.Cast(
                                models.F("version"), models.CharField(max_length=10)
                            ),
                        ),
                        output_field=models.CharField(max_length=70),
                        unique=True,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("source", models.TextField(blank=True, default="")),
                ("certainty", models.CharField(blank=True, default="", max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("content_sha256", models.CharField(max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("region_code", models.CharField(blank=True, default="", max_length=60)),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            models.F("code"),
                            models.Value("@"),
                            django.db.models.functions.comparison.Cast(
                                models.F("version"), models.CharField(max_length=10)
                            ),
                        ),
                        output_field=models.CharField(max_length=70),
                        unique=True,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("source", models.TextField(blank=True, default="")),
                ("certainty", models.CharField(blank=True, default="", max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("content_sha256", models.CharField(max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("list", models.CharField(max_length=30)),
                ("family", models.CharField(blank=True, default="", max_length=60)),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="bodyregion",
            name="content",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="pathology",
            name="content",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="priortreatmentkind",
            name="content",
            field=models.JSONField(default=dict),
        ),
    ]
