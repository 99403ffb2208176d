"""Creates a key for a program and prints it, once."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date

from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.errors import NotAllowed, RuleBroken
from clinic.forms.api_keys import LASTS
from clinic.models import StaffMember
from clinic.rules.permissions import SCOPES


class Command(BaseCommand):
    help = "Creates an API key of a staff member and prints it once. Scopes: " + ", ".join(SCOPES)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--staff", required=True, help="the e-mail address of its owner")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--scopes", required=True, help="a list, separated by commas")
        parser.add_argument(
            "--expires", help="the last day on which it works, as 2027-01-31, or never; otherwise a year"
        )
        parser.add_argument(
            "--integration", default="", help="the program whose key it is; then --staff answers for it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        owner = StaffMember.objects.filter(email=options["staff"].lower(), is_active=True).first()
        if owner is None:
            raise CommandError(f"Nobody with the address {options['staff']} works here.")
        scopes = [s.strip() for s in options["scopes"].split(",") if s.strip()]
        told = {
            "name": options["name"],
            "integration": options["integration"],
            "expires_at": end_told(options["expires"]),
        }
        try:
            _, text = create_api_key(owner=owner, scopes=scopes, by=owner, **told)
        except RuleBroken as no:
            raise CommandError(no.message) from no
        except NotAllowed as no:
            raise CommandError("A clinic admin answers for the key of an integration.") from no
        self.stderr.write("This is shown once. Send it as:  Authorization: Bearer <key>")
        self.stdout.write(text)


def end_told(told: str | None) -> datetime | None:
    """The end of a day given as text; of the day in a year where nothing is said; None for "never"."""
    if told == "never":
        return None
    try:
        read = parse_date(told) if told else clock.today() + LASTS
    except ValueError:
        read = None
    if read is None:
        raise CommandError(f"{told} is not a date. Write it as 2027-01-31.")
    return clock.end_of(read)
