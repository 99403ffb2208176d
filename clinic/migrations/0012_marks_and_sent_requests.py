"""Marks of rows in an order that can be followed, and answers to what programs send again."""

from django.db import migrations, models

import clinic.clock
import clinic.models.records
from clinic.database import guards, marks


class Migration(migrations.Migration):
    dependencies = [("clinic", "0011_account_guards")]

    operations = [
        migrations.CreateModel(
            name="RowMark",
            fields=[
                ("row_id", models.UUIDField(primary_key=True, serialize=False)),
                ("row_type", models.CharField(max_length=60)),
                ("xid", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["row_type", "xid", "row_id"], name="row_marks_in_their_order")],
            },
        ),
        migrations.CreateModel(
            name="PatientTouch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("xid", models.BigIntegerField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient_id", "xid"), name="patient_is_touched_once_by_a_transaction"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SentRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("sent", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField()),
                ("body", models.TextField(blank=True)),
                ("row_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="sent_requests_by_age")],
            },
        ),
        *[guards.never_truncated(f"clinic_{name}") for name in ("rowmark", "patienttouch", "sentrequest")],
        marks.MARK_ROW,
        marks.SETTLE,
    ]
