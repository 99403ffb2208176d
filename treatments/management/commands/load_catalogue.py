"""Loads the shipped catalogues into the database; a second run changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.actions.catalogues import CatalogueError
from clinic.database.roles import as_owner
from treatments.actions.catalogues import load_catalogues


class Command(BaseCommand):
    help = "Loads regions, diagnoses, prior treatments, modalities and measures. Changed entries become new versions."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            try:
                touched = load_catalogues(by=None)
            except CatalogueError as fault:
                raise CommandError(str(fault)) from fault
        if options["verbosity"]:
            self.stdout.write(f"{touched} rows added or retired." if touched else "The catalogues are up to date.")
