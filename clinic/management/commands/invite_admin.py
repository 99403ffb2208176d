"""Invites the clinic's first admin, or makes a new link for an admin who lost their password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from clinic.actions.invitations import invite_staff_member, make_link
from clinic.actions.staff import add_site
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission, Role


class Command(BaseCommand):
    help = "Prints a link, good for seven days, by which the clinic's admin sets a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="the address with which the admin logs in")
        parser.add_argument("--name", default="", help="the admin's name, for the first one")
        parser.add_argument("--site", default="", help="the name of the clinic's first site")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where this site is reached")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                token = self.token_for(options["email"].lower(), options["name"], options["site"])
        except RuleBroken as no:
            raise CommandError(no.message) from no
        except NotAllowed as no:
            raise CommandError("The clinic has its staff already: an admin invites others on the page Staff.") from no
        self.stdout.write(f"{options['address'].rstrip('/')}/join/{token}/")

    def token_for(self, email: str, name: str, site: str) -> str:
        known = StaffMember.objects.filter(email=email).first()
        if known is not None:
            if not known.may(Permission.STAFF_MANAGE):
                raise CommandError("This person is no active admin. An admin makes their link on the page Staff.")
            return make_link(known, None)
        if not name:
            raise CommandError("Say the admin's name with --name.")
        sites = list(Site.objects.all()) or ([add_site(name=site, by=None)] if site else [])
        if not sites:
            raise CommandError("Say the name of the clinic's first site with --site.")
        return invite_staff_member(email=email, name=name, roles=[Role.CLINIC_ADMIN], sites=sites, by=None)[1]
