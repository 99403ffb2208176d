"""Letters about a case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_merge_guards"),
        ("treatments", "0016_plan_target_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("GP", "to the GP"),
                            ("REFERRER", "to the referrer"),
                            ("COLLEAGUE", "to a colleague"),
                            ("PATIENT", "to the patient"),
                        ],
                        max_length=10,
                    ),
                ),
                ("recipient", models.CharField(blank=True, default="", max_length=200)),
                ("recipient_address", models.TextField(blank=True, default="")),
                ("contact", models.CharField(blank=True, default="", max_length=200)),
                ("copy_to_patient", models.BooleanField(default=True)),
                ("without_consent_because", models.CharField(blank=True, default="", max_length=500)),
                ("content", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "draft, not signed"), ("SIGNED", "signed"), ("DISCARDED", "discarded")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("signed_name", models.CharField(blank=True, default="", max_length=200)),
                ("signed_hcpc", models.CharField(blank=True, default="", max_length=8)),
                ("content_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_because", models.CharField(blank=True, default="", max_length=500)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="cases.case"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters_signed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["case", "-created_at"], name="letter_of_a_case_newest_first")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["GP", "REFERRER", "COLLEAGUE", "PATIENT"])),
                        name="letter_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("status", "SIGNED"),
                                models.Q(("signed_name", ""), _negated=True),
                                models.Q(("content_sha256", ""), _negated=True),
                                models.Q(("recipient", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "SIGNED"), _negated=True),
                                ("content_sha256", ""),
                                ("signed_at", None),
                                ("signed_by", None),
                                ("signed_name", ""),
                            ),
                            _connector="OR",
                        ),
                        name="letter_signed_says_when_by_whom_and_to_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("discarded_at__isnull", False),
                                ("status", "DISCARDED"),
                                models.Q(("discarded_because", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "DISCARDED"), _negated=True),
                                ("discarded_at", None),
                                ("discarded_because", ""),
                            ),
                            _connector="OR",
                        ),
                        name="letter_discarded_says_when_and_why",
                    ),
                ],
            },
        ),
    ]
