"""That somebody was asked for red flags stays, with its event in the same transaction."""

from django.db import migrations

from clinic.database import guards


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_red_flag_checks")]

    operations = [
        *guards.entry("cases_redflagcheck"),
        guards.trigger(
            "cases_redflagcheck",
            "y_new_row_has_its_event",
            "AFTER INSERT",
            "clinic_write_has_its_event()",
            deferred=True,
        ),
    ]
