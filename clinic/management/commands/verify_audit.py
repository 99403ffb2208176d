"""Checks the audit log and the history of rows against their chain, and names each thing that differs."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from clinic.database.seals import LINKS, UNLINKED, look_at_one_moment, seal_all, streamed
from clinic.rules.chains import NOUNS, Link, Walk

Heads = dict[int, set[str]]


class Command(BaseCommand):
    help = (
        "Seals the tail of the audit log, computes its whole chain anew and names everything that differs: events and "
        "row changes that were changed, removed or slipped in, links that were changed or removed. Ends with status 1 "
        "where anything does."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", metavar="FILE", help="lines of export_audit_head that were kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        walk = Walk(heads_in(options["heads"]) if options["heads"] else {})
        below = seal_all().settled_below
        differing = 0
        with transaction.atomic():
            look_at_one_moment()
            for told in self.differences(walk, below):
                differing += 1
                self.stdout.write(told)
        seconds = time.monotonic() - began
        verdict = f"{differing} things differ" if differing else "Everything is as it was written"
        changes = walk.links - walk.events
        self.stdout.write(
            f"{verdict}: {walk.links} links, {walk.events} events, {changes} row changes, {seconds:.1f} seconds."
        )
        if differing:
            sys.exit(1)

    def differences(self, walk: Walk, below: int) -> Iterator[str]:
        yield from walk.differences(Link(*row) for row in streamed(LINKS))
        for kind, row_id in streamed(UNLINKED, below=below):
            yield f"{NOUNS[kind]} without a link, though older than the tail: {row_id}"


def heads_in(file: str) -> Heads:
    """Hashes by position. Raises CommandError with the line that cannot be read."""
    heads: Heads = {}
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{file} cannot be read: {fault}.") from fault
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            heads.setdefault(int(told["position"]), set()).add(str(told["chained_sha256"]))
        except (ValueError, KeyError, TypeError) as fault:
            raise CommandError(f"{file}, line {number}: this is no line of export_audit_head.") from fault
    if not heads:
        raise CommandError(f"{file} holds no head.")
    return heads
