"""The login of a browser: Django's session, with columns that say whose it is, since when, and from where."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import OperationalError, models

from clinic import clock
from clinic.models.records import new_id
from clinic.models.staff import StaffMember
from clinic.rules.proofs import login_ends_at

LOGIN, PROOF = "login", "proof"  # the two parts of a session's data that are ours


class BrowserLogin(AbstractBaseSession):
    """What the session middleware reads in its one statement. Written with the session: it costs none of its own.

    `expire_date` is when the login ends, whatever the cookie says: by its age, or because nobody did anything.
    """

    # Not the key, which is shown nowhere. Not unique: a new key is written before the old one goes.
    public_id = models.UUIDField(default=new_id, db_index=True, editable=False)
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="browser_logins")
    began_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    came_from = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True, default="")

    PERSONAL = frozenset({"session_key", "session_data", "person", "came_from", "browser"})
    PLAIN = frozenset({"public_id", "expire_date", "began_at", "active_at"})
    APP_MAY: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"

    def __str__(self) -> str:
        return str(self.public_id)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class SessionStore(DatabaseStore):
    """Named in SESSION_ENGINE (clinic/settings.py)."""

    @classmethod
    def get_model_class(cls) -> type[BrowserLogin]:
        return BrowserLogin

    def save(self, must_create: bool = False) -> None:
        """As Django's, but a database that went away is not taken for a login that was ended, which answers 400."""
        try:
            super().save(must_create=must_create)
        except UpdateError as fault:
            if isinstance(fault.__context__, OperationalError):
                raise fault.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> BrowserLogin:
        """The row of these data. Who is logged in has a beginning, and so an end."""
        person = data.get("_auth_user_id")
        if person:
            kept = data.setdefault(LOGIN, {})
            kept.setdefault("id", str(new_id()))
            kept.setdefault("began_at", clock.now().isoformat())
        row: BrowserLogin = super().create_model_instance(data)
        if not person:
            return row
        row.person_id = UUID(person)
        row.public_id = UUID(kept["id"])
        row.began_at = datetime.fromisoformat(kept["began_at"])
        told = (data.get(PROOF) or {}).get("active_at")
        row.active_at = datetime.fromisoformat(told) if told else row.began_at
        row.came_from, row.browser = kept.get("came_from"), kept.get("browser", "")
        row.expire_date = login_ends_at(row.began_at, row.active_at)
        return row
