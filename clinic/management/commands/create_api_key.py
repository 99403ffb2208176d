"""Creates a key for a program and prints it, once."""

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from clinic.actions.api_keys import create_api_key
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import SCOPES


class Command(BaseCommand):
    help = "Creates an API key of a staff member and prints it once. Scopes: " + ", ".join(SCOPES)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--staff", required=True, help="the e-mail address of its owner")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--scopes", required=True, help="a list, separated by commas")
        parser.add_argument("--expires", help="the last day on which it works, as 2027-01-31; without it, never")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = StaffMember.objects.filter(email=options["staff"].lower(), is_active=True).first()
        if owner is None:
            raise CommandError(f"Nobody with the address {options['staff']} works here.")
        scopes = [s.strip() for s in options["scopes"].split(",") if s.strip()]
        try:
            _, text = create_api_key(
                owner=owner, name=options["name"], scopes=scopes, expires_at=end_of(options["expires"]), by=owner
            )
        except RuleBroken as no:
            raise CommandError(no.message) from no
        self.stderr.write("This is shown once. Send it as:  Authorization: Bearer <key>")
        self.stdout.write(text)


def end_of(day: str | None) -> datetime | None:
    """The end of a day given as text; None for none."""
    if not day:
        return None
    try:
        read = parse_date(day)
    except ValueError:
        read = None
    if read is None:
        raise CommandError(f"{day} is not a date. Write it as 2027-01-31.")
    return timezone.make_aware(datetime.combine(read, time.max))
