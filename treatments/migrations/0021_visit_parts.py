"""Times of visits, adherence, own text snippets."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0023_red_flag_check_guards"),
        ("clinic", "0004_history_guards"),
        ("treatments", "0020_photograph_and_waiver_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snippet",
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
                ("short", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["short"],
            },
        ),
        migrations.AddField(
            model_name="review",
            name="adherence",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="session",
            name="began_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sincelast",
            name="adherence_percent",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "DISCARDED"), _negated=True),
                fields=("visit", "case"),
                name="case_has_one_note_in_a_visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="sincelast",
            constraint=models.CheckConstraint(
                condition=models.Q(("adherence_percent", None), ("adherence_percent__lte", 100), _connector="OR"),
                name="exercises_done_are_0_to_100_percent",
            ),
        ),
        migrations.AddField(
            model_name="snippet",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="snippets", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="snippet",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("owner", "short"),
                name="snippet_has_its_own_short_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="snippet",
            constraint=models.CheckConstraint(
                condition=models.Q(("short__regex", "^[a-z0-9][a-z0-9_-]*$")), name="snippet_short_is_one_word"
            ),
        ),
        migrations.AddConstraint(
            model_name="snippet",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="snippet_has_a_text"
            ),
        ),
    ]
