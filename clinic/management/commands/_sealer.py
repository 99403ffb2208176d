"""Seals the audit log beside the web server, a batch now and then, and forgets once an hour which forms were sent."""

import logging
import time

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from clinic.actions import repeats
from clinic.database import seals

EVERY_SECONDS = 5.0
SWEEP_SECONDS = 3600.0
CONNECT_SECONDS = 3
log = logging.getLogger("casebook.seals")


class Sealer:
    """Not a thread: the web server is started again from this process, which must then have no other. It is connected
    only while it works, so that nobody waits for it to let the database go; and it outlives one that is away.
    """

    def __init__(self) -> None:
        self.due = self.sweep_due = time.monotonic()
        self.is_away = False
        link = connections[DEFAULT_DB_ALIAS]
        options = {"connect_timeout": CONNECT_SECONDS, **link.settings_dict.get("OPTIONS", {})}
        link.settings_dict["OPTIONS"] = options

    def work(self) -> None:
        """Seals one batch where it is time; the next follows at once where that was a full one."""
        if time.monotonic() < self.due:
            return
        sealed = 0
        try:
            sealed = seals.seal().rows
            if time.monotonic() >= self.sweep_due:
                self.sweep_due = time.monotonic() + SWEEP_SECONDS
                repeats.sweep()
            self.is_away = False
        except DatabaseError as fault:
            if not self.is_away:
                log.warning("the audit log is not sealed (%s); it is tried again", type(fault).__name__)
            self.is_away = True
        finally:
            connections.close_all()
        if sealed < seals.MOST:
            self.due = time.monotonic() + EVERY_SECONDS
