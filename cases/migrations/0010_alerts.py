"""Adds the alerts of patients."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_injury_phase_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientAlert",
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
                (
                    "severity",
                    models.CharField(
                        choices=[("STOP", "danger"), ("WATCH", "take care"), ("NOTE", "good to know")], max_length=10
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="cases.patient"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="alert_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["STOP", "WATCH", "NOTE"])), name="alert_severity_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="alert_ended_at_and_ended_by_go_together",
                    ),
                ],
            },
        ),
    ]
