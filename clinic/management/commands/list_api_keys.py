"""Lists keys: whose, what they may do, when they end and when they were last used; never their text."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import clock
from clinic.models import ApiKey


class Command(BaseCommand):
    help = "Lists the API keys that work, one a line, separated by tabs; with --ended those that do not any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--staff", default="", help="only those of the person with this e-mail address")
        parser.add_argument("--ended", action="store_true", help="those that were revoked or have expired")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        rows = ApiKey.objects.ended(now) if options["ended"] else ApiKey.objects.usable(now)
        if options["staff"]:
            rows = rows.filter(owner__email=options["staff"].lower())
        self.stderr.write("prefix\towner\tintegration\tname\tscopes\texpires\tlast used\tfrom")
        for key in rows.select_related("owner", "use").order_by("created_at"):
            self.stdout.write("\t".join(cells_of(key)))


def cells_of(key: ApiKey) -> list[str]:
    use = getattr(key, "use", None)
    ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
    used = [f"{use.used_at:%Y-%m-%d %H:%M}", use.network] if use else ["not used yet", ""]
    return [key.prefix, key.owner.email, key.integration, key.name, ",".join(key.scopes), ends, *used]
