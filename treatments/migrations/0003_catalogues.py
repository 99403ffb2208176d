"""Adds contraindications with their approvals, screening questions, programmes, and more of each measure."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records
import treatments.rules.progress


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Condition",
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
            name="MeasureSet",
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
            name="Programme",
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
            name="Protocol",
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
            name="ScreeningQuestion",
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
                ("valid_days", models.PositiveSmallIntegerField()),
                (
                    "conditions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="measure",
            name="content",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="measure",
            name="kind",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.AddField(
            model_name="measure",
            name="neutral",
            field=models.DecimalField(decimal_places=3, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name="measure",
            name="regions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="scale",
            field=models.CharField(
                choices=[
                    (treatments.rules.progress.Scale["NUMBER"], treatments.rules.progress.Scale["NUMBER"]),
                    (treatments.rules.progress.Scale["GRADE"], treatments.rules.progress.Scale["GRADE"]),
                    (treatments.rules.progress.Scale["CHANGE"], treatments.rules.progress.Scale["CHANGE"]),
                ],
                default=treatments.rules.progress.Scale["NUMBER"],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="modality",
            name="content",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="threshold",
            name="is_percent",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="threshold",
            name="low",
            field=models.DecimalField(decimal_places=3, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name="threshold",
            name="measurers",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="threshold",
            name="method",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.CreateModel(
            name="ContraindicationRule",
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
                ("condition_code", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=10)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("A", "blocked"),
                            ("L", "blocked in the field"),
                            ("R", "needs authorisation"),
                            ("P", "acknowledge"),
                        ],
                        max_length=1,
                    ),
                ),
                ("scope", models.CharField(max_length=10)),
                ("window_days", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["A", "L", "R", "P"])), name="contraindication_level_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["BODY", "FIELD", "SEGMENT"])),
                        name="contraindication_scope_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("APPROVED", "approved"),
                            ("DEVIATED", "changed for this clinic"),
                            ("WITHDRAWN", "approval withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("A", "blocked"),
                            ("L", "blocked in the field"),
                            ("R", "needs authorisation"),
                            ("P", "acknowledge"),
                        ],
                        default="",
                        max_length=1,
                    ),
                ),
                ("window_days", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "modality",
                    models.ForeignKey(
                        db_column="modality_key",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="treatments.modality",
                        to_field="key",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_column="rule_key",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="treatments.contraindicationrule",
                        to_field="key",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("modality", None), ("rule__isnull", False)),
                            models.Q(("modality__isnull", False), ("rule", None)),
                            _connector="OR",
                        ),
                        name="approval_is_of_a_rule_or_of_a_modality",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision", "DEVIATED"),
                                ("rule__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("decision", "DEVIATED"), _negated=True), ("level", ""), ("window_days", None)
                            ),
                            _connector="OR",
                        ),
                        name="only_a_deviation_changes_a_rule_and_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "WITHDRAWN"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_withdrawal_says_why",
                    ),
                ],
            },
        ),
    ]
