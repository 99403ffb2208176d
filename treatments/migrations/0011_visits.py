"""What else belongs to a visit: since last time, exercises for home, adverse events, what was given against the screening."""

import django.db.models.deletion
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_merge_guards"),
        ("treatments", "0010_plan_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="content_sha256",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="session",
            name="visit",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="AdverseEvent",
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
                ("what", models.CharField(max_length=500)),
                (
                    "severity",
                    models.CharField(
                        choices=[("MILD", "mild"), ("MODERATE", "moderate"), ("SEVERE", "severe")], max_length=10
                    ),
                ),
                ("onset_on", models.DateField()),
                ("told", models.CharField(blank=True, default="", max_length=500)),
                ("resolved_on", models.DateField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adverse_events", to="cases.case"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="treatments.session",
                    ),
                ),
                (
                    "suspected",
                    models.ForeignKey(
                        blank=True,
                        db_column="modality_key",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.modality",
                        to_field="key",
                    ),
                ),
            ],
            options={
                "ordering": ["onset_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="adverse_event_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resolved_on", None), ("resolved_on__gte", models.F("onset_on")), _connector="OR"
                        ),
                        name="adverse_event_is_resolved_after_its_onset",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenAgainst",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("demand", models.CharField(max_length=15)),
                ("because", models.CharField(max_length=500)),
                ("told", models.CharField(blank=True, default="", max_length=500)),
                ("happened", models.CharField(blank=True, default="", max_length=500)),
                ("matches", models.JSONField(default=list)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="against", to="treatments.application"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="given_against", to="cases.case"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.session"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="given_against_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demand", "REASON"),
                            models.Q(("demand", "AUTHORISATION"), models.Q(("told", ""), _negated=True)),
                            models.Q(
                                ("demand", "AGAINST"),
                                models.Q(("told", ""), _negated=True),
                                models.Q(("happened", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="given_against_says_who_was_told_and_what_happened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeExercise",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sets", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reps", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("load_kg", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("load_rm", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("times_a_week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exercises", to="treatments.session"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "position"), name="exercise_has_its_own_place"),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="exercise_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sets", None), ("sets__range", (1, 20)), _connector="OR"),
                            models.Q(("reps", None), ("reps__range", (1, 200)), _connector="OR"),
                            models.Q(("load_kg", None), ("load_kg__range", (0, 500)), _connector="OR"),
                            models.Q(("load_rm", None), ("load_rm__range", (1, 30)), _connector="OR"),
                            models.Q(("times_a_week", None), ("times_a_week__range", (1, 21)), _connector="OR"),
                        ),
                        name="exercise_lies_within_its_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SinceLast",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "response",
                    models.CharField(
                        blank=True,
                        choices=[("USUAL", "as usual"), ("BETTER", "better"), ("WORSE", "worse")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("pain", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("skin_reaction", models.CharField(blank=True, default="", max_length=12)),
                ("was_flare", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "about",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="told_later", to="treatments.session"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="since_last", to="treatments.session"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pain", None), ("pain__lte", 10), _connector="OR"),
                        name="pain_of_the_next_morning_is_0_to_10",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session", models.F("about")), _negated=True),
                        name="what_was_since_is_about_an_earlier_session",
                    ),
                ],
            },
        ),
    ]
