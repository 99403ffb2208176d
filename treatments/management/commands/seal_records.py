"""Seals what was signed before seals were kept."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from treatments.actions.late_seals import seal_later
from treatments.queries.verification import unsealed

PROVES = "A later seal proves nothing of the time before it: verify_records says so too."


class Command(BaseCommand):
    help = (
        "Seals every signed record that has no seal, as it stands now: those that were signed before seals were kept. "
        "Each seal says on which day it was made, and each has its audit event. It shows later changes, and proves "
        "nothing of the time before. Run it again as often as you like: what has a seal keeps it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what has no seal")

    def handle(self, *args: Any, **options: Any) -> None:
        counted: Counter[str] = Counter()
        for kind, row_id in unsealed():
            if options["dry_run"] or seal_later(kind=kind, row_id=row_id):
                counted[kind.label] += 1
        of_each = ", ".join(f"{count} {label.split('.')[1]}" for label, count in counted.items())
        what = "have no seal" if options["dry_run"] else "sealed as they stand now"
        self.stdout.write(f"{counted.total()} signed records {what} ({of_each or 'none'}).")
        if counted and not options["dry_run"]:
            self.stdout.write(PROVES)
