"""Consents, their withdrawals, and what is read on pictures are sealed as they are kept."""

from django.db import migrations

from clinic.database import guards

TABLES = ("cases_consent", "cases_consentwithdrawal", "cases_imagingreading")


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_red_flag_check_guards"), ("clinic", "0006_seal_guards")]

    operations = [operation for table in TABLES for operation in guards.is_sealed(table)]
