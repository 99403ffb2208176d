"""Seals the audit log for sites that are not served by `serve`, which does it by itself."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from clinic.database.seals import seal_all

log = logging.getLogger("casebook.seals")


class Command(BaseCommand):
    help = (
        "Chains what was written to the audit log since the last time, once, or every few seconds with --every. "
        "`manage.py serve` does this by itself."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until it is interrupted")

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["every"]
        if every is None:
            self.stdout.write(f"{seal_all().rows} rows sealed.")
            return
        if not 0.1 <= every <= 3600:
            raise CommandError("--every takes from 0.1 to 3600 seconds.")
        try:
            self.go_on(every)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def go_on(self, every: float) -> None:
        """Outlives a database that is away; is connected only while it works, so that nobody waits for it to go."""
        is_away = False
        while True:
            try:
                seal_all()
                is_away = False
            except DatabaseError as fault:
                if not is_away:
                    log.warning("the audit log is not sealed (%s); it is tried again", type(fault).__name__)
                is_away = True
            finally:
                connection.close()
            time.sleep(every)
