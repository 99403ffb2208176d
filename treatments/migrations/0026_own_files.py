"""Requests for the patient's own file, what is left out of it, and its release."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0031_rows_since_a_merge"),
        ("treatments", "0025_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnFileRequest",
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
                ("asked_on", models.DateField()),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("PATIENT", "the patient"), ("REPRESENTATIVE", "somebody with authority")],
                        default="PATIENT",
                        max_length=15,
                    ),
                ),
                ("asker", models.CharField(blank=True, default="", max_length=200)),
                ("identity", models.CharField(max_length=200)),
                ("due_on", models.DateField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_because", models.CharField(blank=True, default="", max_length=500)),
                (
                    "answered_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_file_requests",
                        to="cases.patient",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="OwnFileRelease",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("released_name", models.CharField(max_length=200)),
                ("released_hcpc", models.CharField(blank=True, default="", max_length=8)),
                ("omitted", models.PositiveIntegerField(default=0)),
                ("says_where", models.BooleanField(default=False)),
                ("content_sha256", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                (
                    "released_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release",
                        to="treatments.ownfilerequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnFileOmission",
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
                ("row_type", models.CharField(max_length=60)),
                ("row_id", models.UUIDField()),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("THIRD_PERSON", "information about a third person"),
                            ("SERIOUS_HARM", "likely to cause serious harm"),
                        ],
                        max_length=15,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("put_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "left_out_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "put_back_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="omissions",
                        to="treatments.ownfilerequest",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="ownfilerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gt", models.F("asked_on"))), name="own_file_is_due_after_it_was_asked_for"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("identity", ""), _negated=True),
                name="own_file_request_says_how_identity_was_proved",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by", "PATIENT"),
                    models.Q(("asked_by", "REPRESENTATIVE"), models.Q(("asker", ""), _negated=True)),
                    _connector="OR",
                ),
                name="own_file_request_names_who_has_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False), ("withdrawn_at", None)),
                    _connector="OR",
                ),
                name="own_file_handed_over_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_because", ""), ("withdrawn_by", None)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="own_file_request_withdrawn_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$"), ("sha256__regex", "^[0-9a-f]{64}$")),
                name="own_file_has_its_digests",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_name", ""), _negated=True), name="own_file_is_released_by_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfilerelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_bytes__gt", 0)), name="own_file_is_not_empty_when_released"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfileomission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("put_back_at", None)),
                fields=("request", "row_id"),
                name="entry_is_left_out_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfileomission",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="entry_is_left_out_with_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfileomission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("put_back_at", None), ("put_back_by", None)),
                    models.Q(("put_back_at__isnull", False), ("put_back_by__isnull", False)),
                    _connector="OR",
                ),
                name="entry_put_back_says_by_whom",
            ),
        ),
    ]
