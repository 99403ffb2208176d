"""Histories of clinics that come from another system: the import, how far it is, what became of its rows, its visits."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0031_rows_since_a_merge"),
        ("clinic", "0014_api_key_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportProgress",
            fields=[
                ("import_id", models.UUIDField(primary_key=True, serialize=False)),
                ("phase", models.CharField(max_length=10)),
                ("done", models.PositiveIntegerField()),
                ("total", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="HistoryImport",
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
                ("file_name", models.CharField(max_length=200)),
                (
                    "form",
                    models.CharField(
                        choices=[("NDJSON", "a whole history, a line of JSON each"), ("CSV", "a table of patients")],
                        max_length=10,
                    ),
                ),
                ("system", models.CharField(max_length=100)),
                ("with_lookalikes", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True, default="")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "waiting, or at work"),
                            ("DONE", "done"),
                            ("REFUSED", "refused: something in it is to be corrected"),
                            ("GIVEN_UP", "given up"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("job", models.UUIDField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.JSONField(blank=True, default=dict)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.site"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EarlierVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("occurred_on", models.DateField()),
                ("author", models.CharField(blank=True, default="", max_length=200)),
                ("subjective", models.TextField(blank=True, default="")),
                ("objective", models.TextField(blank=True, default="")),
                ("assessment", models.TextField(blank=True, default="")),
                ("plan", models.TextField(blank=True, default="")),
                (
                    "treatments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("values", models.JSONField(blank=True, default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earlier_visits", to="cases.case"
                    ),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="cases.historyimport"
                    ),
                ),
            ],
            options={
                "ordering": ["-occurred_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("system", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=100)),
                ("row", models.UUIDField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="cases.historyimport"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="historyimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "WAITING")),
                    models.Q(models.Q(("status", "WAITING"), _negated=True), ("ended_at__isnull", False), ("text", "")),
                    _connector="OR",
                ),
                name="history_import_that_ended_keeps_no_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="historyimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("system", ""), _negated=True), name="history_import_names_its_system"
            ),
        ),
        migrations.AddIndex(
            model_name="earliervisit",
            index=models.Index(fields=["case", "-occurred_on"], name="earlier_visit_of_a_case"),
        ),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.UniqueConstraint(
                fields=("system", "kind", "external_id"), name="imported_row_is_brought_from_a_system_once"
            ),
        ),
    ]
