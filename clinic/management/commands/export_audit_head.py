"""Writes down where the chain over the audit log ends, to be kept where nobody of this machine can change it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.database.seals import head, seal_all


class Command(BaseCommand):
    help = (
        "Seals the audit log and writes the head of its chain as one line of JSON: position, hash and time. Keep these "
        "lines outside this machine and out of reach of who administers it: on paper, in a mail box of somebody else, "
        "on a write-once disk. verify_audit checks everything else by itself; only a head that was kept elsewhere "
        "(verify_audit --heads FILE) shows that a superuser of the database computed the whole chain anew or cut off "
        "its tail, and it shows that for what was sealed up to it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="FILE", help="add the line to this file instead of printing it")

    def handle(self, *args: Any, **options: Any) -> None:
        seal_all()
        found = head()
        if found is None:
            raise CommandError("Nothing is in the audit log yet.")
        line = json.dumps(found)
        if not options["to"]:
            self.stdout.write(line)
            return
        try:
            with Path(options["to"]).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as fault:
            raise CommandError(f"{options['to']} cannot be written: {fault.strerror}.") from fault
