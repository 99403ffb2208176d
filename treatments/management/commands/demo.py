"""Builds the demo where nothing was built yet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic import clock
from treatments import demo


class Command(BaseCommand):
    help = "Builds a fictional clinic, its patients and a living day. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError("The demo is not built in production: its passwords are public.")
        if demo.is_built():
            said = "The demo is there already."
        else:
            with transaction.atomic():
                demo.build(clock.today())
            said = "The demo is built."
        if options["verbosity"]:
            self.stdout.write(said)
