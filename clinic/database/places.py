"""Where the embedded PostgreSQL of one CASEBOOK_HOME lives, and who runs it: computed, without touching the disk."""

import errno
import hashlib
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DATABASE = "casebook"
OWNER_ROLE = "casebook_owner"
APP_ROLE = "casebook_app"
SUPERUSER_ROLE = "casebook_superuser"

DIRECTORY_OF_ROOT = Path("/var/lib/physio-casebook")
LONGEST_SOCKET_PATH = 100  # bytes; the system's own limit is 107, or 103 on macOS
SOCKET_NAME = ".s.PGSQL.5432"
UNSAFE_IN_SOCKET_PATHS = frozenset(",\"'\\\n")  # libpq and PostgreSQL read lists of directories


class EmbeddedError(Exception):
    """The embedded server cannot be used; the message tells a person, in a sentence or two, what to do."""


@dataclass(frozen=True)
class Location:
    """`directory` holds all else, except a socket whose path would be too long."""

    home: Path
    directory: Path
    socket_directory: Path

    @property
    def data_directory(self) -> Path:
        return self.directory / "data"

    @property
    def unfinished_directory(self) -> Path:
        """Data on their way: what is found here after a crash is thrown away."""
        return self.directory / "data.new"

    @property
    def log_file(self) -> Path:
        return self.directory / "server.log"

    @property
    def socket_file(self) -> Path:
        return self.socket_directory / SOCKET_NAME

    @property
    def turn_file(self) -> Path:
        """Locked for as long as somebody makes, starts, stops or removes the server."""
        return self.directory / "turn.lock"

    @property
    def users_file(self) -> Path:
        """Locked, shared, by everyone who needs the server to keep running."""
        return self.directory / "users.lock"


def location(home: Path) -> Location:
    """An ordinary user's server lives in `home`/postgres, with its socket beside the data.

    Where that makes the socket's path longer than 100 bytes, the socket is in /tmp/casebook-<uid>-<hash of home>.
    Root's server lives in /var/lib/physio-casebook/<hash of home>: PostgreSQL refuses to run as root, and the
    user that it runs as could not enter root's directories.
    """
    home = Path(home).resolve()
    uid = os.geteuid()
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    directory = DIRECTORY_OF_ROOT / mark if uid == 0 else home / "postgres"
    sockets = directory / "socket"
    too_long = len(os.fsencode(sockets / SOCKET_NAME)) > LONGEST_SOCKET_PATH
    if too_long or UNSAFE_IN_SOCKET_PATHS & set(str(sockets)):
        sockets = Path("/tmp") / f"casebook-{uid}-{mark}"  # noqa: S108 - refused unless it is ours, with mode 0700
    return Location(home=home, directory=directory, socket_directory=sockets)


def own_name() -> str:
    """The name of the user who runs this program: PostgreSQL lets people in by it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise EmbeddedError(
            f"The user with the number {os.geteuid()} has no name on this machine, and PostgreSQL lets people in by "
            "name: add the user to /etc/passwd, or set DATABASE_URL to a server of your own."
        ) from None


def server_account() -> pwd.struct_passwd | None:
    """Whom root runs the server as; None for an ordinary user, who runs it in person."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor a user nobody to run it "
        "as: run this as an ordinary user, or create one of the two."
    )


@contextmanager
def in_plain_words(where: Location) -> Iterator[None]:
    """Turns what the operating system refuses within it into an EmbeddedError."""
    try:
        yield
    except OSError as error:
        at = error.filename or where.directory
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EmbeddedError(f"The disk that holds {where.directory} is full: make room and try again.") from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise EmbeddedError(
                f"{at} cannot be used by {own_name()}, whom it may not belong to: run this as its owner, give it to "
                "this user, or set CASEBOOK_HOME to another directory."
            ) from error
        raise EmbeddedError(
            f"The embedded PostgreSQL cannot use {at} ({error.strerror or error}): set CASEBOOK_HOME to a directory "
            "on an ordinary local disk."
        ) from error
