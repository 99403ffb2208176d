"""Django's migrate, run as the owner of the tables; gives the application its rights afterwards."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from clinic.database.roles import as_owner, grant_all


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            with transaction.atomic(), connection.cursor() as cursor:
                grant_all(cursor)
