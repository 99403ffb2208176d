"""A form that is sent twice does what it asks once: by a double click, or again after an answer was lost."""

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from clinic.models import SentForm, SentRequest

WAIT_SECONDS = 10
KEPT = timedelta(hours=24)
CLAIM = (
    "INSERT INTO clinic_sentform (id, created_at, key, request_id, is_done, location)"
    " VALUES (gen_random_uuid(), clock_timestamp(), %s, %s, false, '') ON CONFLICT (key) DO NOTHING"
)


@dataclass(frozen=True)
class Done:
    """It was done already; `location` is where that led, "" where it is not known."""

    location: str


def claim(key: str, request_id: UUID) -> Done | None:
    """None where nobody does it yet: do it. Where somebody does, waits for them, as long as a person would.

    If they do not come to an end, it may be tried: the database lets one of the two do it (clinic/audit.py).
    """
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [key, str(request_id)])
            if cursor.rowcount:
                return None
        found = SentForm.objects.filter(key=key).values_list("is_done", "location").first()
        if found is not None and found[0] and found[1]:
            return Done(found[1])
        time.sleep(0.05)
    found = SentForm.objects.filter(key=key, is_done=True).first()
    return Done(found.location) if found else None


def settle(key: str, location: str) -> None:
    """Notes where the answer leads, once it is done; what did nothing may be sent again."""
    if not SentForm.objects.filter(key=key, is_done=True).update(location=location[:500]):
        release(key)


def release(key: str) -> None:
    """It was refused, or failed: the same may be sent again."""
    SentForm.objects.filter(key=key).delete()


def sweep() -> int:
    """Forgets what is older than a day: forms, and what programs sent with the answers that they got."""
    old = timezone.now() - KEPT
    return sum(model.objects.filter(created_at__lt=old).delete()[0] for model in (SentForm, SentRequest))
