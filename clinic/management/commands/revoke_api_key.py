"""Revokes a key, named by its prefix as lists show it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.actions.api_keys import revoke_api_key
from clinic.errors import RuleBroken
from clinic.models import ApiKey


class Command(BaseCommand):
    help = "Revokes an API key: from its next request on nobody comes in with it. The log says so in its owner's name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix", help="the first 12 characters of the key, as list_api_keys shows them")

    def handle(self, *args: Any, **options: Any) -> None:
        prefix = options["prefix"].rstrip("…")
        key = ApiKey.objects.select_related("owner").filter(prefix=prefix).first()
        if key is None:
            raise CommandError(f"There is no key that begins with {prefix}.")
        try:
            revoke_api_key(key=key, by=key.owner)
        except RuleBroken as no:
            raise CommandError(no.message) from no
        self.stdout.write(f"{key} is revoked.")
