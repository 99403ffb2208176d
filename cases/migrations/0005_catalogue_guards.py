"""Guards of the catalogues: a version may be retired, and nothing else."""

from django.db import migrations

from clinic.database import guards

TABLES = ("cases_structure", "cases_term", "cases_classification", "cases_redflagkind")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_catalogues")]

    operations = [operation for table in TABLES for operation in guards.definition(table)]
