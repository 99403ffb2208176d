"""Takes a lost second factor from somebody, where there is no second admin who could confirm it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.actions.factor_resets import reset_by_owner
from clinic.database.roles import as_owner
from clinic.errors import RuleBroken
from clinic.models import StaffMember


class Command(BaseCommand):
    help = (
        "Removes the app, recovery codes and passkeys of a person and logs them out everywhere: their next login sets "
        "up new ones. For who owns the machine: it connects as the owner of the tables, and the audit log says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person logs in")
        parser.add_argument("--because", required=True, help="why, and how it was made sure that it is they")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            person = StaffMember.objects.filter(email=options["email"].lower()).first()
            if person is None:
                raise CommandError("Nobody logs in with this address.")
            try:
                reset_by_owner(person=person, because=options["because"])
            except RuleBroken as no:
                raise CommandError(no.message) from no
        self.stdout.write(f"{person.email} has no second factor any more. The next login sets up a new one.")
