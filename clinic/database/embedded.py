"""PostgreSQL without an installation: a private server for the demo and the tests, reached by a socket alone.

Who has the socket's directory and is root or the user that runs this program is let in, as any of three roles.
Standard library only: the settings import this.
"""

import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from clinic.database import cluster
from clinic.database.places import (
    APP_ROLE,
    DATABASE,
    OWNER_ROLE,
    SUPERUSER_ROLE,
    EmbeddedError,
    Location,
    in_plain_words,
    location,
    own_name,
)
from clinic.database.programs import programs_for, within_reach

__all__ = [
    "APP_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "SUPERUSER_ROLE",
    "EmbeddedError",
    "Location",
    "at_hand",
    "ensure_running",
    "is_running",
    "location",
    "reset",
    "stop",
    "using",
    "version",
]

TURN_SECONDS = 180  # how long to wait for another program that makes, starts or stops the server
WITHOUT_DATABASE = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "demo_reset",  # looks after the server itself
        "diffsettings",
        "help",
        "makemessages",
        "serve",  # looks after the server itself
        "startapp",
        "version",
    }
)


@contextmanager
def at_hand(argv: Sequence[str]) -> Iterator[None]:
    """The server for the length of one command of manage.py, where the command needs one and is ours to give.

    Ends the program with a sentence and status 1 where the server cannot be had.
    """
    if not needs_server(argv):
        yield
        return
    base = Path(__file__).resolve().parent.parent.parent
    home = Path(os.environ.get("CASEBOOK_HOME") or base / "var")
    if threading.current_thread() is threading.main_thread():
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, leave)
    try:
        with using(home):
            yield
    except EmbeddedError as error:
        sys.exit(str(error))


def needs_server(argv: Sequence[str]) -> bool:
    """Whether this command line works on the database, and no other server was named."""
    if os.environ.get("DATABASE_URL") or os.environ.get("CASEBOOK_MODE") not in ("demo", "test"):
        return False
    command, options = (argv[1], argv[2:]) if len(argv) > 1 else ("help", ())
    if command == "check" and "--database" in options:
        return True
    return not (command.startswith("-") or command in WITHOUT_DATABASE or {"-h", "--help"} & set(options))


def leave(number: int, _frame: FrameType | None) -> None:
    """Ends by the ordinary way out, so that what was started is stopped."""
    sys.exit(128 + number)


@contextmanager
def using(home: Path) -> Iterator[bool]:
    """The server within it; True where it was started for this. The last to leave stops it."""
    where = location(home)
    with in_plain_words(where):
        with turn(where):
            users = os.open(where.users_file, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            started = ensure_running(home)
        except BaseException:
            release(where, users)
            raise
    try:
        yield started
    finally:
        release(where, users)


def release(where: Location, users: int) -> None:
    """Stops the server unless others use it."""
    try:
        with in_plain_words(where), turn(where):
            if nobody_else(users):
                halt(where)
    finally:
        os.close(users)


def ensure_running(home: Path) -> bool:
    """Makes and starts the server as far as need be; True where it did not run before."""
    where = location(home)
    if cluster.is_up(where):
        return False
    own_name()
    with in_plain_words(where), turn(where):
        if cluster.is_up(where):
            return False
        programs = within_reach(programs_for(where), where)
        cluster.configure(where)
        cluster.initialise(where, programs)
        cluster.start(where, programs)
    return True


def stop(home: Path) -> None:
    """Stops the server, whoever uses it. Does nothing where it does not run."""
    where = location(home)
    with in_plain_words(where), turn(where):
        halt(where)


def is_running(home: Path) -> bool:
    return cluster.is_up(location(home))


def reset(home: Path) -> None:
    """Stops the server and removes all its data. Raises EmbeddedError while another program uses it."""
    where = location(home)
    with in_plain_words(where), turn(where):
        users = os.open(where.users_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not nobody_else(users):
                raise EmbeddedError("The database is in use by another program: end it first (Ctrl-C where it runs).")
            if where.data_directory.exists():
                end_whatever_runs(where)
            for path in (where.data_directory, where.unfinished_directory, where.directory / "programs"):
                if path.exists():
                    shutil.rmtree(path)
            where.log_file.unlink(missing_ok=True)
        finally:
            os.close(users)


def version(home: Path) -> str:
    """The version of the server that would run, like "18.6"."""
    where = location(home)
    with in_plain_words(where):
        return programs_for(where).version


def halt(where: Location) -> None:
    if (where.data_directory / "postmaster.pid").exists():
        cluster.stop(where, within_reach(programs_for(where), where))


def end_whatever_runs(where: Location) -> None:
    """Stops the server of data that are about to go, even where no programs for them are left."""
    try:
        halt(where)
    except EmbeddedError:
        if cluster.is_up(where):
            raise


def nobody_else(users: int) -> bool:
    """Whether no other program has said that it uses the server."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def turn(where: Location) -> Iterator[None]:
    """Within it, no other program makes, starts, stops or removes this server. Makes its directories first."""
    cluster.make_directories(where)
    lock = os.open(where.turn_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        patience = time.monotonic() + TURN_SECONDS
        while not nobody_else(lock):
            if time.monotonic() > patience:
                raise EmbeddedError(
                    f"Another program has been starting or stopping the database in {where.directory} for "
                    f"{TURN_SECONDS} seconds: end it, and try again."
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(lock)
