"""Does what outlasts a request: jobs that wait in the database, one after the other."""

import logging
import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from clinic import audit

SECONDS = 1.0  # between two looks
MOST_TRIES = 5  # a job that has ended its worker so often is not tried again
LOCK = "hashtextextended('casebook.work', 0)"
# What ended a job says nothing of the job: told to stop, or the database went away under it.
OUTSIDE = ("builtins.SystemExit", "django.db.utils.OperationalError", "django.db.utils.InterfaceError")
log = logging.getLogger("casebook.jobs")


class JobWorker(Worker):
    """Of all workers of one database the one that holds the lock works, and so knows that a job which is said to be
    running, and is not its own, was left by one that was killed.
    """

    def __init__(self, *, batch: bool) -> None:
        super().__init__(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            interval=SECONDS,
            batch=batch,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=secrets.token_hex(16),
        )

    def run(self) -> None:
        """Waits for its turn; in a batch it leaves at once what another is at."""
        lock = connections.create_connection(DEFAULT_DB_ALIAS)  # the lock ends with this process, however that ends
        try:
            while not self.has_turn(lock):
                if self.batch or not self.running:
                    return
                time.sleep(SECONDS)
            for left in DBTaskResult.objects.running():
                self.take_up(left)
            super().run()
        finally:
            lock.close()

    def has_turn(self, lock: BaseDatabaseWrapper) -> bool:
        with lock.cursor() as cursor:
            cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})")
            return bool(cursor.fetchone()[0])

    def run_task(self, db_task_result: DBTaskResult) -> None:
        before = audit.origin.get()
        audit.came_by("job", None)
        try:
            super().run_task(db_task_result)
        finally:
            audit.origin.set(before)
        if db_task_result.status == TaskResultStatus.FAILED and db_task_result.exception_class_path in OUTSIDE:
            self.take_up(db_task_result)

    def take_up(self, job: DBTaskResult) -> None:
        """Puts a job that was cut off back into the queue; not one that ends whoever takes it up."""
        if len(job.worker_ids) >= MOST_TRIES:
            log.error("a job was cut off %d times and is given up (%s)", MOST_TRIES, job.task_path)
            job.set_failed(RuntimeError("cut off too often"))
            return
        job.status, job.started_at, job.finished_at = TaskResultStatus.READY, None, None
        job.exception_class_path = job.traceback = ""
        job.save(update_fields=["status", "started_at", "finished_at", "exception_class_path", "traceback"])


class Command(BaseCommand):
    help = (
        "Does the jobs that wait (imports), and goes on waiting for more; with --once it ends when none is left. "
        "`manage.py serve` runs one by itself."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when no job is left")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it says each time that it is told to stop
        worker = JobWorker(batch=options["once"])
        if options["once"]:
            worker.run()
        else:
            worker.configure_signals()
            self.go_on(worker)

    def go_on(self, worker: JobWorker) -> None:
        """Outlives a database that is away: what it was at is taken up again."""
        is_away = False
        while worker.running:
            try:
                worker.run()
            except (OperationalError, InterfaceError) as fault:
                if not is_away:
                    log.warning("no jobs are done (%s); it is tried again", type(fault).__name__)
                is_away = True
                connections.close_all()
                time.sleep(SECONDS)
