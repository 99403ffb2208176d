"""Finds files of photographs that belong to no row, left behind by a crash; removes them where that is asked for."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.actions.documents import remove_files, stray_files


class Command(BaseCommand):
    help = "Lists files of photographs without a row that are older than a day; with --remove, removes them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove them, instead of listing them")

    def handle(self, *args: Any, **options: Any) -> None:
        found = stray_files(older_than=timedelta(days=1))
        if options["remove"]:
            remove_files(found)
        for name in found:
            self.stdout.write(name)
        done = "removed" if options["remove"] else "found"
        self.stdout.write(f"{len(found)} files {done}.")
