"""Django's migrate, run as the owner of the tables; gives the application its rights afterwards."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from clinic.database.roles import as_owner, grant_all

OLDEST = 150000  # as PostgreSQL counts: 15.0


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            connection.ensure_connection()
            if connection.pg_version < OLDEST:
                found = connection.pg_version // 10000
                raise CommandError(f"This server is PostgreSQL {found}; Physio Casebook needs 15 or later.")
            super().handle(*args, **options)
            with transaction.atomic(), connection.cursor() as cursor:
                grant_all(cursor)
