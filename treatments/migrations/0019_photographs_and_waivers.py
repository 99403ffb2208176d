"""The photographs of a visit; what is asked of the lead, answered and waived beforehand."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0020_documents"),
        ("treatments", "0018_letter_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionDocument",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("is_granted", models.BooleanField()),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("is_alone", models.BooleanField(default=False)),
                ("answered_name", models.CharField(max_length=200)),
                ("answered_hcpc", models.CharField(blank=True, default="", max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name="WaiverRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("reason", models.CharField(max_length=1000)),
                ("matches", models.JSONField(default=list)),
                ("asked_on", models.DateField()),
                ("asked_name", models.CharField(max_length=200)),
                ("asked_hcpc", models.CharField(blank=True, default="", max_length=8)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="WaiverSeen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WaiverWithdrawal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("withdrawn_on", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("withdrawn_name", models.CharField(max_length=200)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="givenagainst",
            name="given_against_says_who_was_told_and_what_happened",
        ),
        migrations.AddField(
            model_name="sessiondocument",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="photographs", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="sessiondocument",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="of_session", to="cases.document"
            ),
        ),
        migrations.AddField(
            model_name="sessiondocument",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="photographs", to="treatments.session"
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="givenagainst",
            name="waiver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="used_in",
                to="treatments.waiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="givenagainst",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("demand", "REASON"),
                    models.Q(("demand", "WAIVED"), ("waiver__isnull", False)),
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
        ),
        migrations.AddConstraint(
            model_name="givenagainst",
            constraint=models.CheckConstraint(
                condition=models.Q(("waiver", None), models.Q(("demand", "AGAINST"), _negated=True), _connector="OR"),
                name="what_was_waived_is_not_given_against",
            ),
        ),
        migrations.AddField(
            model_name="waiverrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="waivers_asked", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="waiverrequest",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="waiver_requests", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="waiverrequest",
            name="injury",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.injury"),
        ),
        migrations.AddField(
            model_name="waiverrequest",
            name="modality",
            field=models.ForeignKey(
                db_column="modality_key",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="treatments.modality",
                to_field="key",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="request",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="treatments.waiverrequest"
            ),
        ),
        migrations.AddField(
            model_name="waiverseen",
            name="seen_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="waiverseen",
            name="waiver",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="seen", to="treatments.waiver"
            ),
        ),
        migrations.AddField(
            model_name="waiverwithdrawal",
            name="waiver",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="treatments.waiver"
            ),
        ),
        migrations.AddField(
            model_name="waiverwithdrawal",
            name="withdrawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="waiverrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="waiver_is_asked_with_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="waiverrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("matches", []), _negated=True), name="waiver_is_asked_for_rules_that_match"
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_granted", True), ("valid_from__isnull", False), ("valid_until__isnull", False)),
                    models.Q(
                        ("is_granted", False),
                        ("valid_from", None),
                        ("valid_until", None),
                        models.Q(("words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="waiver_that_is_granted_ends_and_one_that_is_not_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__gte", models.F("valid_from")),
                    (
                        "valid_until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("valid_from"), "+", models.Value(datetime.timedelta(days=90))
                        ),
                    ),
                ),
                name="waiver_holds_for_at_most_90_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiverwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="waiver_is_taken_back_with_a_reason"
            ),
        ),
    ]
