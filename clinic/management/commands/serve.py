"""Starts everything that the site needs, serves it, and stops all of it again in reverse order."""

import fcntl
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from clinic.database import embedded
from clinic.database.roles import refuse_the_owner
from clinic.management.commands import _static_files as static_files
from clinic.management.commands._children import Child, JobWorker, end_leftovers
from clinic.management.commands._sealer import Sealer
from clinic.management.commands._steps import Steps
from clinic.management.commands._web_server import WebServer, taken
from clinic.views.frame import DEMO_ACCOUNTS, DEMO_PASSWORD

QUICK_SECONDS = 10  # a web server that lived no longer than this died quickly
QUICK_DEATHS = 5
FIRST_ANSWER_SECONDS = 60
LOOK_SECONDS = 0.25
DATABASE_LOOK_SECONDS = 2.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refused(Exception):  # noqa: N818 - a sentence for a person
    """Why there is nothing to serve."""


class Command(BaseCommand):
    help = (
        "Serves the site at 127.0.0.1. In demo and test mode it starts the embedded PostgreSQL and prepares the "
        "database first; in production it serves only, and says what is not prepared."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", help="the port to listen on; without it PORT, or 8000")
        parser.add_argument("--demo", action="store_true", help="build the demo clinic first (demo mode only)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.steps = Steps(self.tell)
        try:
            port = number("The port", options["port"] or os.environ.get("PORT") or "8000", 1, 65535)
            with endings_interrupt(), ExitStack() as started:
                self.serve(port, settings.MODE == "demo" and options["demo"], started)
        except KeyboardInterrupt:
            self.steps.say("Stopped.")
        except (Refused, CommandError, embedded.EmbeddedError) as no:
            self.stderr.write(str(no))
            sys.exit(1)

    def tell(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def serve(self, port: int, demo: bool, started: ExitStack) -> None:
        """Prepares and serves until it is interrupted; what it starts is stopped by `started`, last first."""
        home = Path(settings.HOME)
        started.enter_context(only_one(home))
        web_note, job_note = home / "serve.web", home / "serve.jobs"
        for note in (web_note, job_note):
            end_leftovers(note)
        refuse_if_taken(port)
        if settings.EMBEDDED_DATABASE:
            with self.steps.step(f"Starting PostgreSQL {embedded.version(home)}"):
                started.enter_context(embedded.using(home))
        if settings.MODE == "production":
            refuse_if_unprepared()
        else:
            self.prepare(demo)
        connections.close_all()
        server, worker = web_server(port, web_note), JobWorker(job_note)
        started.callback(worker.stop)
        started.callback(server.stop)
        started.callback(ignore_endings)
        self.bring_up(server)
        worker.start()
        self.announce(port, demo)
        self.watch([Watched(server), Watched(worker)], home)

    def prepare(self, demo: bool) -> None:
        """Each part does nothing where nothing has changed."""
        with self.steps.step("Bringing the tables up to date"):
            call_command("migrate", interactive=False, verbosity=0)
        with self.steps.step("Loading the catalogues"):
            call_command("load_catalogue", verbosity=0)
        if demo:
            with self.steps.step("Building the demo clinic"):
                call_command("demo", verbosity=0)
        if not static_files.are_collected():
            with self.steps.step("Collecting styles, scripts and images"):
                static_files.collect()

    def bring_up(self, server: WebServer) -> None:
        with self.steps.step("Starting the web server"):
            server.start()
            patience = time.monotonic() + FIRST_ANSWER_SECONDS
            while not server.answers():
                if server.has_died():
                    raise Refused("The web server ended before it answered: its reason stands above.")
                if time.monotonic() > patience:
                    raise Refused(f"The web server did not answer within {FIRST_ANSWER_SECONDS} seconds.")
                time.sleep(0.05)

    def announce(self, port: int, demo: bool) -> None:
        self.steps.say(f"\nPhysio Casebook is at http://127.0.0.1:{port}/")
        if demo:
            self.steps.say("Log in as one of these, all with the password " + DEMO_PASSWORD + ":")
            for account in DEMO_ACCOUNTS:
                self.steps.say(f"  {account['email']:24} {account['role']}")
        self.steps.say("Press Ctrl-C to stop.")

    def watch(self, children: Sequence["Watched"], home: Path) -> None:
        """Starts again what has died, and seals the audit log. Raises Refused where one of them will not live, and
        EmbeddedError where the database will not.
        """
        looked, failed = time.monotonic(), 0
        sealer = Sealer()
        while True:
            time.sleep(LOOK_SECONDS)
            sealer.work()
            for watched in children:
                watched.look(self.steps.say)
            if settings.EMBEDDED_DATABASE and time.monotonic() - looked > DATABASE_LOOK_SECONDS:
                failed = 0 if self.database_lives(home, tries_left=QUICK_DEATHS - failed - 1) else failed + 1
                looked = time.monotonic()

    def database_lives(self, home: Path, *, tries_left: int) -> bool:
        """Starts it where it has died. False where that failed (it may have been killed again) and tries are left."""
        if embedded.is_running(home):
            return True
        try:
            with self.steps.step("PostgreSQL has died; starting it again"):
                embedded.ensure_running(home)
        except embedded.EmbeddedError as fault:
            if not tries_left:
                raise
            self.steps.say(str(fault))
            return False
        return True


class Watched:
    """A child that is started again where it has died, unless it dies quickly each time."""

    def __init__(self, child: Child) -> None:
        self.child, self.quick, self.born, self.due = child, 0, time.monotonic(), 0.0

    def look(self, say: Callable[[str], None]) -> None:
        """Raises Refused where it will not live. Never waits: the others are looked after meanwhile."""
        if not self.child.has_died():
            return
        if not self.due:
            self.quick = self.quick + 1 if time.monotonic() - self.born < QUICK_SECONDS else 1
            if self.quick >= QUICK_DEATHS:
                raise Refused(f"{self.child.name} died {self.quick} times in a row: its reason stands above.")
            say(f"{self.child.name} has died; it is started again.")
            self.due = time.monotonic() + min(0.25 * 2**self.quick, 5)
        if time.monotonic() >= self.due:
            self.child.start()
            self.born, self.due = time.monotonic(), 0.0


def web_server(port: int, note: Path) -> WebServer:
    """As many processes as WEB_WORKERS says (production: one a core, four at most; else one), of WEB_THREADS each."""
    cores = min(os.cpu_count() or 1, 4) if settings.MODE == "production" else 1
    return WebServer(
        port=port,
        workers=number("WEB_WORKERS", os.environ.get("WEB_WORKERS") or str(cores), 1, 64),
        threads=number("WEB_THREADS", os.environ.get("WEB_THREADS") or "4", 1, 64),
        host_name=settings.ALLOWED_HOSTS[-1].lstrip("."),
        note=note,
    )


def number(what: str, told: str, least: int, most: int) -> int:
    if not told.isascii() or not told.isdecimal() or not least <= int(told) <= most:
        raise Refused(f"{what} is {told!r}: it must be a whole number from {least} to {most}.")
    return int(told)


def refuse_if_taken(port: int) -> None:
    reason = taken(port)
    if isinstance(reason, PermissionError):
        raise Refused(f"Port {port} is not open to this user: choose one above 1023, e.g. PORT=8001 make demo.")
    if reason:
        other = port + 1 if port < 65535 else 8000
        raise Refused(
            f"Port {port} is taken by another program: stop it or choose another, e.g. PORT={other} make demo."
        )


def refuse_if_unprepared() -> None:
    """Production is prepared by its own commands, at a time of its keeper's choosing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as fault:
        raise Refused(f"The database of DATABASE_URL cannot be read: {str(fault).strip()}") from fault
    try:
        refuse_the_owner()
    except ImproperlyConfigured as no:
        raise Refused(str(no)) from no
    if waiting:
        raise Refused(f"{len(waiting)} migrations are not applied: run `manage.py migrate` first.")
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        raise Refused("The static files are not collected: run `manage.py collectstatic --noinput` first.")


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Within it, no other `serve` runs for this CASEBOOK_HOME."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise Refused(
            f"{home} cannot be written ({fault.strerror}): give it to this user, or set CASEBOOK_HOME to another "
            "directory."
        ) from fault
    try:
        if not have(lock):
            raise Refused(
                f"The site is being served already, with its data in {home}: stop it with Ctrl-C where it runs, or "
                "set CASEBOOK_HOME to another directory for a second one."
            )
        yield
    finally:
        os.close(lock)


def have(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def endings_interrupt() -> Iterator[None]:
    """Within it, a signal to end is an interruption, like Ctrl-C; what was ignored before stays ignored."""
    before = {ending: signal.getsignal(ending) for ending in ENDINGS}
    for ending, how in before.items():
        if how != signal.SIG_IGN:
            signal.signal(ending, interrupt)
    try:
        yield
    finally:
        for ending, how in before.items():
            signal.signal(ending, how)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """The first is heard; those that follow must not disturb the stopping."""
    ignore_endings()
    raise KeyboardInterrupt


def ignore_endings() -> None:
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
