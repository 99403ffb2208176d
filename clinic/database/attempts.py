"""Counts attempts and requests, on a connection beside the request's own: a rollback undoes nothing, and all processes
share it.
"""

import hashlib
import threading
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# Clears a few that ran out on the way, so that nothing else has to sweep.
SWEPT = """
swept AS (
    DELETE FROM clinic_attempts WHERE key IN (
        SELECT key FROM clinic_attempts WHERE ends_at <= %(now)s AND key <> %(key)s LIMIT 20 FOR UPDATE SKIP LOCKED
    )
)"""
COUNTED = """
INSERT INTO clinic_attempts AS kept (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN kept.ends_at <= %(now)s THEN 1 ELSE kept.count + 1 END,
    ends_at = CASE WHEN kept.ends_at <= %(now)s THEN excluded.ends_at ELSE kept.ends_at END
RETURNING count, ends_at
"""
COUNT = f"WITH {SWEPT} {COUNTED}"
# The first request of each window notes that the key was used: once a minute, however many there are.
COUNT_OF_KEY = f"""
WITH {SWEPT}, counted AS ({COUNTED}), used AS (
    INSERT INTO clinic_keyuse (key_id, used_at, network)
    SELECT %(key_id)s::uuid, %(now)s, %(network)s FROM counted WHERE count = 1
    ON CONFLICT (key_id) DO UPDATE SET used_at = excluded.used_at, network = excluded.network
)
SELECT count, ends_at FROM counted
"""  # noqa: S608 - put together from the constants above
TAKE_BACK = "UPDATE clinic_attempts SET count = count - 1 WHERE key = %s AND count > 0"
own = threading.local()


def count_attempt(key: str, *, now: datetime, window: timedelta) -> tuple[int, datetime]:
    """Counts one more; answers with how many there are, this one among them, and until when they count."""
    told = {"key": digest(key), "now": now, "ends_at": now + window}
    with beside().cursor() as cursor:
        cursor.execute(COUNT, told)
        count, ends_at = cursor.fetchone()
    return count, ends_at


def count_request_of_key(
    key: str, *, key_id: UUID, network: str, now: datetime, window: timedelta
) -> tuple[int, datetime]:
    """The same of a request with an API key; notes now and then that it was used, and from where. One statement."""
    told = {"key": digest(key), "now": now, "ends_at": now + window, "key_id": str(key_id), "network": network}
    with beside().cursor() as cursor:
        cursor.execute(COUNT_OF_KEY, told)
        count, ends_at = cursor.fetchone()
    return count, ends_at


def take_back(key: str) -> None:
    """An attempt that was none: it succeeded."""
    with beside().cursor() as cursor:
        cursor.execute(TAKE_BACK, [digest(key)])


def forget_all() -> None:
    """As if nobody had tried. For the tests."""
    if getattr(own, "link", None) is not None:
        with beside().cursor() as cursor:
            cursor.execute("DELETE FROM clinic_attempts")


def close() -> None:
    """Ends this thread's connection, where there is one."""
    link = getattr(own, "link", None)
    if link is not None:
        link.close()
        own.link = None


def beside() -> BaseDatabaseWrapper:
    """This thread's own connection to the same database, as the same role, committing each statement by itself."""
    link = getattr(own, "link", None)
    if link is not None and link.settings_dict["NAME"] != connection.settings_dict["NAME"]:
        close()
        link = None
    if link is None:
        link = own.link = connection.copy()
    link.close_if_unusable_or_obsolete()
    link.ensure_connection()
    return link


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
