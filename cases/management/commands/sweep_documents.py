"""Finds files of photographs and pictures without a row, left behind by a crash; removes them where that is asked."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.actions.documents import remove_files, stray_files
from cases.actions.imaging_files import stray_imaging_files


class Command(BaseCommand):
    help = "Lists files of photographs and pictures without a row, older than a day; with --remove, removes them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove them, instead of listing them")

    def handle(self, *args: Any, **options: Any) -> None:
        age = timedelta(days=1)
        found = stray_files(older_than=age) + stray_imaging_files(older_than=age)
        if options["remove"]:
            remove_files(found)
        for name in found:
            self.stdout.write(name)
        done = "removed" if options["remove"] else "found"
        self.stdout.write(f"{len(found)} files {done}.")
