"""Adds screenings with their answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.rules.imprecise_dates
import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_injury_phases"),
        ("treatments", "0004_catalogue_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Screening",
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
                        choices=[("ASKED", "asked"), ("UNCHANGED", "nothing has changed")],
                        default="ASKED",
                        max_length=10,
                    ),
                ),
                ("asked_on", models.DateField()),
                ("made_in", models.BigIntegerField(db_default=models.Func(function="txid_current"), editable=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="screenings", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("question_code", models.CharField(max_length=60)),
                ("is_yes", models.BooleanField()),
                ("since_on", models.DateField(blank=True, null=True)),
                (
                    "since_precision",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                cases.rules.imprecise_dates.Precision["DAY"],
                                cases.rules.imprecise_dates.Precision["DAY"],
                            ),
                            (
                                cases.rules.imprecise_dates.Precision["MONTH"],
                                cases.rules.imprecise_dates.Precision["MONTH"],
                            ),
                            (
                                cases.rules.imprecise_dates.Precision["YEAR"],
                                cases.rules.imprecise_dates.Precision["YEAR"],
                            ),
                        ],
                        default=None,
                        max_length=5,
                        null=True,
                    ),
                ),
                ("places", models.JSONField(blank=True, default=list)),
                ("weeks", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("detail", models.TextField(blank=True, default="")),
                ("valid_until", models.DateField()),
                (
                    "question",
                    models.ForeignKey(
                        db_column="question_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.screeningquestion",
                        to_field="key",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="treatments.screening"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(fields=["case", "asked_on"], name="screening_of_a_case_in_order"),
        ),
        migrations.AddConstraint(
            model_name="screeninganswer",
            constraint=models.UniqueConstraint(
                fields=("screening", "question_code"), name="screening_asks_each_question_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="screeninganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("since_on", None), ("since_precision", None)),
                    models.Q(
                        ("since_on__isnull", False), ("since_precision", cases.rules.imprecise_dates.Precision["DAY"])
                    ),
                    models.Q(
                        ("since_on__day", 1),
                        ("since_on__isnull", False),
                        ("since_precision", cases.rules.imprecise_dates.Precision["MONTH"]),
                    ),
                    models.Q(
                        ("since_on__day", 1),
                        ("since_on__isnull", False),
                        ("since_on__month", 1),
                        ("since_precision", cases.rules.imprecise_dates.Precision["YEAR"]),
                    ),
                    _connector="OR",
                ),
                name="answer_date_and_its_precision_go_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeninganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_yes", True), models.Q(("places", []), ("since_on", None), ("weeks", None)), _connector="OR"
                ),
                name="a_no_has_no_date_and_no_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeninganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("weeks", None), ("weeks__lte", 45), _connector="OR"),
                name="answer_weeks_are_possible",
            ),
        ),
    ]
