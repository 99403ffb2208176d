"""Times of visits, adherence, own text snippets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0012_visit_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="began_at",
            field=models.TimeField(blank=True, null=True),
        ),
    ]
