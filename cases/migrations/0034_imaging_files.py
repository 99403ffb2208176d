"""Files of studies, what they say of themselves, calibrations and outlines; the day on which a patient was told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0033_history_import_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Calibration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("row_mm", models.DecimalField(decimal_places=8, max_digits=12)),
                ("column_mm", models.DecimalField(decimal_places=8, max_digits=12)),
                ("magnification", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ("error_percent", models.DecimalField(decimal_places=1, max_digits=4)),
                ("line", models.JSONField(blank=True, null=True)),
                ("line_mm", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="IdentityAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("is_ours", models.BooleanField()),
                ("reason", models.CharField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="ImagingFile",
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
                            ("DICOM", "DICOM picture"),
                            ("JPEG", "JPEG picture"),
                            ("PNG", "PNG picture"),
                            ("PDF", "report as PDF"),
                        ],
                        max_length=5,
                    ),
                ),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(blank=True, default="", max_length=200)),
                ("study_uid", models.CharField(blank=True, default="", max_length=64)),
                ("series_uid", models.CharField(blank=True, default="", max_length=64)),
                ("instance_uid", models.CharField(blank=True, default="", max_length=64)),
                ("number", models.IntegerField(blank=True, null=True)),
                ("frames", models.PositiveIntegerField(default=0)),
                ("rows_px", models.PositiveIntegerField(blank=True, null=True)),
                ("columns_px", models.PositiveIntegerField(blank=True, null=True)),
                ("bits", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_colour", models.BooleanField(default=False)),
                ("is_inverted", models.BooleanField(default=False)),
                ("is_download_only", models.BooleanField(default=False)),
                ("facts", models.JSONField(default=dict)),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("MATCHES", "the same person and side"),
                            ("NOT_IN_FILE", "the file does not say"),
                            ("MISMATCH", "another person or side"),
                        ],
                        max_length=11,
                    ),
                ),
                ("differs", models.JSONField(default=list)),
            ],
            options={
                "ordering": [models.OrderBy(models.F("number"), nulls_last=True), "id"],
            },
        ),
        migrations.CreateModel(
            name="ImagingRendering",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("is_signed", models.BooleanField(default=False)),
                ("low", models.IntegerField()),
                ("high", models.IntegerField()),
                ("centre", models.FloatField()),
                ("width", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="Outline",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=clinic.models.records.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("frame", models.PositiveIntegerField(default=1)),
                ("points", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="imagingresult",
            name="told_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="imagingresult",
            name="told_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="imagingresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_by", None), ("told_on", None)),
                    models.Q(("reviewed_at__isnull", False), ("told_by__isnull", False), ("told_on__isnull", False)),
                    _connector="OR",
                ),
                name="imaging_is_told_once_it_is_reviewed",
            ),
        ),
        migrations.AddField(
            model_name="calibration",
            name="kind",
            field=models.ForeignKey(
                db_column="calibration_key",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.term",
                to_field="key",
            ),
        ),
        migrations.AddField(
            model_name="calibration",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="identityanswer",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="imagingfile",
            name="result",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="cases.imagingresult"
            ),
        ),
        migrations.AddField(
            model_name="imagingfile",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="identityanswer",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="cases.imagingfile"
            ),
        ),
        migrations.AddField(
            model_name="calibration",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calibrations", to="cases.imagingfile"
            ),
        ),
        migrations.AddField(
            model_name="imagingrendering",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="rendering", to="cases.imagingfile"
            ),
        ),
        migrations.AddField(
            model_name="outline",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="outlines", to="cases.imagingfile"
            ),
        ),
        migrations.AddField(
            model_name="outline",
            name="measurement",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="outline", to="cases.depositmeasurement"
            ),
        ),
        migrations.AddField(
            model_name="outline",
            name="scale",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outlines",
                to="cases.calibration",
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="imaging_file_has_its_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_bytes__gte", 1)), name="imaging_file_is_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("columns_px", None), ("frames", 0), ("kind", "PDF"), ("rows_px", None)),
                    models.Q(
                        models.Q(("kind", "PDF"), _negated=True),
                        ("columns_px__gte", 1),
                        ("frames__gte", 1),
                        ("rows_px__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="imaging_picture_has_frames_and_a_report_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("identity", "MISMATCH"), models.Q(("differs", []), _negated=True)),
                    models.Q(models.Q(("identity", "MISMATCH"), _negated=True), ("differs", [])),
                    _connector="OR",
                ),
                name="imaging_mismatch_says_of_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.UniqueConstraint(
                fields=("result", "sha256"), name="imaging_file_is_kept_once_in_a_study"
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("instance_uid", ""), _negated=True),
                fields=("result", "instance_uid"),
                name="dicom_instance_is_kept_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="imagingfile",
            constraint=models.UniqueConstraint(fields=("id", "result"), name="imaging_file_is_of_its_study"),
        ),
        migrations.AddConstraint(
            model_name="identityanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="identity_is_answered_with_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(("column_mm__range", ("0.001", "20")), ("row_mm__range", ("0.001", "20"))),
                name="calibration_is_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(("magnification", None), ("magnification__range", ("1", "5")), _connector="OR"),
                name="magnification_is_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(("error_percent__range", ("1", "50"))), name="calibration_error_is_1_to_50_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("line", None), ("line_mm", None)),
                    models.Q(("line__isnull", False), ("line_mm__range", ("0.5", "1000"))),
                    _connector="OR",
                ),
                name="calibration_line_has_its_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.UniqueConstraint(fields=("id", "file"), name="calibration_is_of_its_file"),
        ),
        migrations.AddConstraint(
            model_name="imagingrendering",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lte", models.F("high")), ("width__gt", 0)), name="rendering_has_a_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="outline",
            constraint=models.CheckConstraint(condition=models.Q(("frame__gte", 1)), name="outline_is_on_a_frame"),
        ),
    ]
