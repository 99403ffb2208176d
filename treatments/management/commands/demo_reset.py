"""Throws the demo's data away, but not what somebody typed in, unless told to."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from clinic.database import embedded
from clinic.management.commands.serve import Refused, only_one
from treatments.demo import added_by_hand

FORCE = "`make demo-reset FORCE=1` throws them away all the same."


class Command(BaseCommand):
    help = "Removes the embedded database of the demo. Refuses where patients were added by hand."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="even where patients were added by hand")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.reset(Path(settings.HOME), forced=options["force"])
        except (Refused, embedded.EmbeddedError) as no:
            self.stderr.write(str(no))
            sys.exit(1)

    def reset(self, home: Path, *, forced: bool) -> None:
        if settings.MODE != "demo" or not settings.EMBEDDED_DATABASE:
            raise Refused("This removes the demo's own database: set CASEBOOK_MODE=demo and unset DATABASE_URL.")
        with only_one(home):
            if not forced and embedded.location(home).data_directory.exists():
                refuse_if_somebody_worked_here(home)
            embedded.reset(home)
        self.stdout.write("The demo's data are gone. `make demo` builds it anew.")


def refuse_if_somebody_worked_here(home: Path) -> None:
    try:
        with embedded.using(home):
            count = added_by_hand()
            connections.close_all()
    except (DatabaseError, embedded.EmbeddedError) as fault:
        raise Refused(
            f"The demo's data cannot be read, so nobody knows what is in them ({str(fault).strip()}). {FORCE}"
        ) from fault
    if count:
        many = "1 patient was" if count == 1 else f"{count} patients were"
        raise Refused(f"{many} added to the demo by hand. {FORCE}")
