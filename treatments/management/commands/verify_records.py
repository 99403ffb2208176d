"""Compares everything that was signed with its seal and with the audit log, and names what differs."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from treatments.queries.verification import Checked, Finding, verify_records

SAID = {
    "no_seal": "is signed and has no seal",
    "seal_changed": "has a seal whose fingerprint is not that of its text",
    "no_event_with_this_seal": "has a seal that no audit event carries",
    "differs": "is not what was sealed",
    "row_gone": "was sealed and is gone, or is not signed any more",
}


class Command(BaseCommand):
    help = (
        "Compares every signed session, addendum, review, screening, consent, letter and reading of a picture with its "
        "seal and with the audit event that carries the seal's fingerprint. Ends with status 1 where anything differs. "
        "Run it with verify_audit: whoever changes rows, seal and event together is found by the chain of the events."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing where all is well")

    def handle(self, *args: Any, **options: Any) -> None:
        began, checked, found = time.monotonic(), Checked(), 0
        for finding in verify_records(checked):
            found += 1
            self.stdout.write(in_words(finding))
        seconds = time.monotonic() - began
        of_each = ", ".join(f"{count} {label.split('.')[1]}" for label, count in checked.rows.items())
        told = f"{sum(checked.rows.values())} signed records compared in {seconds:.1f} s ({of_each or 'none'})"
        if checked.later and not options["quiet"]:
            self.stdout.write(later_in_words(checked))
        if found:
            raise CommandError(f"{told}: {found} differences.", returncode=1)
        if not options["quiet"]:
            self.stdout.write(f"{told}: all as signed.")


def later_in_words(checked: Checked) -> str:
    of_each = ", ".join(f"{count} on {day}" for day, count in sorted(checked.later.items()))
    return (
        f"{checked.later.total()} of them were sealed after their signing ({of_each}): "
        "of the time before that day their seals prove nothing."
    )


def in_words(finding: Finding) -> str:
    where = f": {', '.join(finding.where[:10])}" if finding.where else ""
    more = f" and {len(finding.where) - 10} more" if len(finding.where) > 10 else ""
    return f"{finding.row_type} {finding.row_id} {SAID[finding.what]}{where}{more}"
