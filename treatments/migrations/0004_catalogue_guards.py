"""Guards of the catalogues and of what the lead decided: a version may be retired; a decision is never changed."""

from django.db import migrations

from clinic.database import guards

DEFINITIONS = (
    "treatments_condition",
    "treatments_contraindicationrule",
    "treatments_screeningquestion",
    "treatments_measureset",
    "treatments_programme",
    "treatments_protocol",
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0003_catalogues")]

    operations = [
        *(operation for table in DEFINITIONS for operation in guards.definition(table)),
        *guards.entry("treatments_ruleapproval"),
    ]
