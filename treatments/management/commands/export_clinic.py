"""Takes a whole clinic out into a folder that can be read without this software."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from clinic import audit
from clinic.database.seals import seal_all
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.management.commands import _clinic_files as files

TOLD_EVERY = 100


class Command(BaseCommand):
    help = (
        "Writes everything into a new folder: each table as NDJSON and CSV, photographs and letters, the log with its "
        "chain, and a page for each patient that opens without this software. All of one moment. Passwords, keys and "
        "second factors stay. It is recorded who took it. The folder has no lock of its own: encrypt where it lies."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="a folder that does not exist yet, or is empty")
        parser.add_argument("--staff", required=True, metavar="EMAIL", help="the clinic admin who takes it")

    def handle(self, *args: Any, **options: Any) -> None:
        by = StaffMember.objects.filter(email=options["staff"].lower(), is_active=True).first()
        if by is None or not by.may(Permission.STAFF_MANAGE):
            raise CommandError(f"{options['staff']} is no clinic admin here.")
        place: Path = options["directory"].absolute()
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise CommandError(f"{place} is there already and not empty.")
        unfinished = place.with_name(f"{place.name}.unfinished-{os.getpid()}")
        try:
            folder = files.Folder(unfinished)
        except OSError as fault:
            raise CommandError(f"{unfinished} cannot be made: {fault.strerror}.") from fault
        try:
            seal_all()
            rows = self.write(folder)
            with transaction.atomic():
                audit.record("clinic.exported", by=by, details={"rows": rows}, writes=False)
            folder.close()
            os.rename(unfinished, place)
        except BaseException:
            folder.forget()
            raise
        self.say(f"{rows} rows are in {place}.")

    def write(self, folder: files.Folder) -> int:
        """Everything as it is at one moment. Answers with the number of rows."""
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            counts = {}
            for model in files.tables():
                counts[model._meta.db_table] = files.write_table(folder, model)
            self.say(f"{len(counts)} tables, {sum(counts.values())} rows")
            self.each("originals", self.originals(folder))
            self.each("patients", (folder.write(f"patients/{p.pk}.html", files.page_of(p)) for p in files.patients()))
            folder.write("index.html", files.index())
            folder.write("README.txt", files.readme(counts))
        return sum(counts.values())

    def originals(self, folder: files.Folder) -> Iterable[str]:
        for name, kept, data in files.originals():
            try:
                written = folder.write(name, data)
            except FileNotFoundError:
                raise CommandError(f"{name} is missing where documents are kept. Bring it back first.") from None
            if kept and written != kept:
                raise CommandError(f"{name} is not what was kept: its sum is {written}, not {kept}.")
            yield name

    def each(self, what: str, done: Iterable[Any]) -> None:
        number = 0
        for number, _each in enumerate(done, start=1):
            if number % TOLD_EVERY == 0:
                self.say(f"{number} {what} …")
        self.say(f"{number} {what}")

    def say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()
