"""Links of the chain over the audit log, and the order in which it is sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0007_sent_forms"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("EVENT", "audit event"), ("CHANGE", "row change")], max_length=6)),
                ("row_id", models.UUIDField()),
                ("xid", models.BigIntegerField()),
                ("row_sha256", models.CharField(max_length=64)),
                ("chained_sha256", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["xid", "id"], name="audit_of_a_transaction"),
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["xid", "id"], name="row_changes_of_a_transaction"),
        ),
        migrations.AddConstraint(
            model_name="auditlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["EVENT", "CHANGE"])), name="audit_link_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditlink",
            constraint=models.UniqueConstraint(fields=("row_id", "kind"), name="audit_row_is_sealed_once"),
        ),
    ]
