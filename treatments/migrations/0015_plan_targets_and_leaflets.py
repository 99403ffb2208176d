"""What a plan aims at and asks for: target measures, pictures, consent or who authorised without; leaflets."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_merge_guards"),
        ("treatments", "0014_addendum_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Leaflet",
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
        migrations.AddField(
            model_name="plan",
            name="targets",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.CreateModel(
            name="PlannedPicture",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "after",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.block",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pictures", to="treatments.plan"
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_in",
                        to="cases.imagingrequest",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanAuthorisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("authorised_by", models.CharField(max_length=200)),
                ("because", models.CharField(max_length=500)),
                ("noted_on", models.DateField()),
                (
                    "modality",
                    models.ForeignKey(
                        db_column="modality_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.modality",
                        to_field="key",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="authorisations", to="treatments.plan"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authorised_by", ""), _negated=True), models.Q(("because", ""), _negated=True)
                        ),
                        name="plan_authorisation_says_who_and_why",
                    )
                ],
            },
        ),
    ]
