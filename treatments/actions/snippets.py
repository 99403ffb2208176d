"""Text snippets of one's own: added, changed, taken away."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Snippet

SHORT = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}", re.ASCII)
LONGEST = 5_000
MOST = 200


@transaction.atomic
def add_snippet(*, short: str, text: str, by: StaffMember) -> Snippet:
    require(by, Permission.SESSION_LOG)
    StaffMember.objects.select_for_update(no_key=True).get(pk=by.pk)  # one short name at a time
    if Snippet.objects.of(by).count() >= MOST:
        raise RuleBroken("too_many", _("You have 200 snippets. Take one away first."), conflict=True)
    short, text = checked(short, text, by)
    row = Snippet.objects.create(owner=by, short=short, text=text)
    audit.record("snippet.added", by=by, about=row)
    return row


@transaction.atomic
def change_snippet(*, snippet: Snippet, short: str, text: str, version: int, by: StaffMember) -> Snippet:
    """Notes that were written with it keep their words. Raises Stale."""
    require(by, Permission.SESSION_LOG)
    StaffMember.objects.select_for_update(no_key=True).get(pk=by.pk)
    row = locked(snippet, by)
    if row.version != version:
        raise Stale
    row.short, row.text = checked(short, text, by, but=row)
    row.save_change("short", "text")
    audit.record("snippet.changed", by=by, about=row)
    return row


@transaction.atomic
def archive_snippet(*, snippet: Snippet, by: StaffMember) -> Snippet:
    """It is offered no more; its short name is free again."""
    require(by, Permission.SESSION_LOG)
    row = locked(snippet, by)
    row.archived_at = clock.now()
    row.save_change("archived_at")
    audit.record("snippet.archived", by=by, about=row)
    return row


def locked(snippet: Snippet, by: StaffMember) -> Snippet:
    row = Snippet.objects.select_for_update(of=("self",)).get(pk=snippet.pk)
    if row.owner_id != by.pk:
        raise NotAllowed(Permission.SESSION_LOG)
    if row.archived_at is not None:
        raise RuleBroken("archived", _("This snippet was taken away already."), conflict=True)
    return row


def checked(short: str, text: str, by: StaffMember, but: Snippet | None = None) -> tuple[str, str]:
    """Both as they are stored."""
    short, text = short.strip().removeprefix(".").lower(), text.replace("\r\n", "\n").strip("\n")
    if not SHORT.fullmatch(short):
        told = _("One word of at most 20 letters (a to z), digits, - and _.")
        raise RuleBroken("not_a_word", told, field="short")
    if not text.strip():
        raise RuleBroken("missing", _("Write the text."), field="text")
    if len(text) > LONGEST:
        raise RuleBroken("too_long", _("At most 5,000 characters."), field="text")
    if Snippet.objects.of(by).filter(short=short).exclude(pk=but.pk if but else None).exists():
        raise RuleBroken("taken", _("You have a snippet of this name already."), field="short")
    return short, text
