"""What was sent: a second click, or a retry after an answer was lost, finds what the first one did."""

from django.db import models

from clinic.models.records import Identified


class SentForm(Identified):
    """One rendering of a form as one person sent it. `is_done` becomes true in the transaction that does what it asks,
    so that it is done once, however often and from wherever it is sent. Kept for a day.
    """

    key = models.CharField(max_length=64, unique=True)
    request_id = models.UUIDField()
    is_done = models.BooleanField(default=False)
    # Where the answer led; empty until it is known.
    location = models.CharField(max_length=500, blank=True, default="")

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"key", "request_id", "is_done", "location"})
    APP_MAY = "SELECT, INSERT, UPDATE, DELETE"

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="sent_forms_by_age")]

    def __str__(self) -> str:
        return self.key


class SentRequest(Identified):
    """A POST of a program with its `Idempotency-Key`, and the answer that it got. Kept for a day.

    `name` is the digest of who sent it and of the key, `sent` that of what was asked.
    """

    name = models.CharField(max_length=64, unique=True)
    sent = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField(blank=True)
    row_id = models.UUIDField(null=True)

    PERSONAL: frozenset[str] = frozenset({"body"})
    PLAIN = frozenset({"name", "sent", "status", "headers", "row_id"})
    APP_MAY = "SELECT, INSERT, DELETE"

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="sent_requests_by_age")]

    def __str__(self) -> str:
        return self.name
