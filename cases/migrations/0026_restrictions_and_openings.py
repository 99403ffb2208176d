"""Records that are shut to all but those on a list, and records that are opened under break glass."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0025_import_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("EMERGENCY", "an emergency"),
                            ("COVER", "I treat instead of a colleague"),
                            ("CALLED", "the patient is here or called, and nobody of their team can be reached"),
                            ("SAFETY", "a question of safety"),
                            ("OTHER", "another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("because", models.CharField(max_length=500)),
                ("opened_at", models.DateTimeField(editable=False, null=True)),
                ("expires_at", models.DateTimeField(editable=False, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="cases.patient"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpeningClosing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                (
                    "closed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closing", to="cases.opening"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpeningReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("note", models.CharField(max_length=500)),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="cases.opening"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Restriction",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("COLLEAGUE", "works here"),
                            ("FAMILY", "family of somebody who works here"),
                            ("PUBLIC_PERSON", "a public person"),
                            ("OTHER", "another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("because", models.CharField(max_length=500)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.CharField(blank=True, default="", max_length=500)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="cases.patient"
                    ),
                ),
                (
                    "restricted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RestrictionName",
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
                ("may_see", models.BooleanField()),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "restriction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="cases.restriction"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="opening",
            index=models.Index(fields=["staff", "-expires_at"], name="openings_of_somebody"),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("because__regex", "^.{10,}")), name="opening_says_why_in_ten_characters"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="opening_seen_has_a_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("patient",),
                name="patient_is_restricted_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="restriction_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_because", ""), ("lifted_by", None)),
                    models.Q(
                        ("lifted_at__isnull", False),
                        ("lifted_by__isnull", False),
                        models.Q(("lifted_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="restriction_lifted_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictionname",
            constraint=models.UniqueConstraint(
                fields=("restriction", "staff"), name="somebody_is_named_once_on_a_list"
            ),
        ),
    ]
