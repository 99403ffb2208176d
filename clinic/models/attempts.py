"""How often somebody tried to get in, and how often a program asked."""

from typing import ClassVar

from django.db import models


class Attempts(models.Model):
    """The count of one key until `ends_at`. Written beside the request's transaction (clinic/database/attempts.py).

    The table is UNLOGGED: after a crash of the server it is empty, and nothing else depends on it.
    """

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256: neither an address nor a person can be read here
    count = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(db_index=True)

    PLAIN = frozenset({"key", "count", "ends_at"})
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    APP_MAY: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
