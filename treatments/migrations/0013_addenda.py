"""Addenda to signed sessions, and the values that they correct."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_merge_guards"),
        ("treatments", "0012_visit_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Addendum",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ADDS", "words added"),
                            ("CORRECTS", "values corrected"),
                            ("IN_ERROR", "entered in error"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WRONG_PATIENT", "another patient’s"),
                            ("WRONG_SIDE", "wrong side"),
                            ("NOT_DONE", "did not take place"),
                            ("OTHER", "another reason"),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("text", models.TextField()),
                ("signed_name", models.CharField(max_length=200)),
                ("signed_hcpc_number", models.CharField(blank=True, default="", max_length=8)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="application_has_its_own_place",
        ),
        migrations.RemoveConstraint(
            model_name="measurement",
            name="measurement_is_taken_once",
        ),
        migrations.RemoveConstraint(
            model_name="session",
            name="session_has_its_own_place_in_a_block",
        ),
        migrations.AddField(
            model_name="application",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="treatments.application",
            ),
        ),
        migrations.AddField(
            model_name="measurement",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="treatments.measurement",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="treatments.session",
            ),
        ),
        migrations.AlterField(
            model_name="measurement",
            name="value",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name="addendum",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="addendum",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="treatments.session"
            ),
        ),
        migrations.AddField(
            model_name="addendum",
            name="signed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="addendum",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="treatments.addendum",
            ),
        ),
        migrations.AddField(
            model_name="measurement",
            name="addendum",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measurements",
                to="treatments.addendum",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects", None)),
                fields=("session", "position"),
                name="application_has_its_own_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(fields=("id", "session"), name="application_is_of_its_session"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects", None), ("addendum__isnull", False), _connector="OR"),
                name="application_is_corrected_by_an_addendum",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects", None)),
                fields=("session", "measure_code", "context", "side", "moment"),
                name="measurement_is_taken_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(fields=("id", "session"), name="measurement_is_of_its_session"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects", None), ("addendum__isnull", False), _connector="OR"),
                name="measurement_is_corrected_by_an_addendum",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", False), ("corrects__isnull", False), _connector="OR"),
                name="measurement_has_a_value",
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="addendum_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "IN_ERROR"), models.Q(("error", ""), _negated=True)),
                    models.Q(models.Q(("kind", "IN_ERROR"), _negated=True), ("error", "")),
                    _connector="OR",
                ),
                name="addendum_in_error_says_which",
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.UniqueConstraint(fields=("id", "session"), name="addendum_is_of_its_session"),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "IN_ERROR")), fields=("session",), name="session_is_in_error_once"
            ),
        ),
    ]
