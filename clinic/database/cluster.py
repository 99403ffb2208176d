"""One PostgreSQL data directory: made, started, looked at and stopped. Callers hold the turn (embedded.py)."""

import contextlib
import os
import shutil
import socket
import stat
import time
from pathlib import Path
from subprocess import CompletedProcess

from clinic.database.places import (
    APP_ROLE,
    DATABASE,
    OWNER_ROLE,
    SUPERUSER_ROLE,
    EmbeddedError,
    Location,
    own_name,
    server_account,
)
from clinic.database.programs import Programs, major_of_data, run

RETRY_SECONDS = 10.0  # how long the processes of a killed server may take to end
RETRY_PAUSE_SECONDS = 0.2
START_SECONDS = 120  # a start after a crash replays what was written
STOP_SECONDS = 30
LARGEST_LOG_BYTES = 5_000_000

# What is written to the server's log holds no values: no statements, no parameters, no details, and no errors of
# statements at all ("log" ranks above "error"; the application sees them and decides).
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# template1 is prepared first: every database made from it, a test's too, belongs to its owner alone.
ROLES = f"""
CREATE ROLE {OWNER_ROLE} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE
CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE
ALTER SCHEMA public OWNER TO {OWNER_ROLE}
REVOKE ALL ON SCHEMA public FROM PUBLIC
GRANT USAGE ON SCHEMA public TO {APP_ROLE}
CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC
REVOKE ALL ON DATABASE postgres FROM PUBLIC
REVOKE ALL ON DATABASE template1 FROM PUBLIC
GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}
GRANT CONNECT ON DATABASE postgres TO {OWNER_ROLE}
"""


def is_up(where: Location) -> bool:
    """Whether it takes connections now; its own note is not believed, as a killed server leaves it behind."""
    try:
        noted = (where.data_directory / "postmaster.pid").read_text().splitlines()
        if noted[7].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            door.connect(str(where.socket_file))
        return True
    except (OSError, IndexError):
        return False


def make_directories(where: Location) -> None:
    """Root's are open to nobody but the server's user; an ordinary user's to that user alone."""
    account = server_account()
    if account:
        where.directory.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        where.directory.mkdir(mode=0o711, exist_ok=True)
        where.directory.chmod(0o711)
    else:
        where.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_directory(where.socket_directory, account.pw_uid if account else os.geteuid())


def private_directory(path: Path, uid: int) -> None:
    """Makes a directory that `uid` alone may enter. Raises EmbeddedError where somebody else has made it first."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        give_to(path, uid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) != 0o700:
        raise EmbeddedError(
            f"{path} must be a directory of the database's user alone (mode 0700), and it is not: look who made it, "
            "remove it, and try again."
        )


def give_to(path: Path, uid: int) -> None:
    account = server_account()
    if account and uid == account.pw_uid:
        os.chown(path, account.pw_uid, account.pw_gid)


def initialise(where: Location, programs: Programs) -> None:
    """Makes the data directory with roles and database; it takes its name only when it is complete."""
    if where.data_directory.exists():
        if major_of_data(where) is None:
            raise EmbeddedError(
                f"{where.data_directory} is there, but holds no PostgreSQL data: move it away, or start over with "
                "`make demo-reset FORCE=1`."
            )
        return
    account = server_account()
    unfinished = where.unfinished_directory
    if unfinished.exists():
        shutil.rmtree(unfinished)
    private_directory(unfinished, account.pw_uid if account else os.geteuid())
    initdb(where, programs)
    with (unfinished / "postgresql.conf").open("a") as settings:
        settings.write("include = '../casebook.conf'\n")
    create_roles(where, programs)
    unfinished.rename(where.data_directory)


def initdb(where: Location, programs: Programs) -> None:
    """Text sorts by code point and upper() knows every script, whatever the machine's language is."""
    arguments = ["-D", str(where.unfinished_directory), "-U", SUPERUSER_ROLE, "-k", "-E", "UTF8", "--auth=peer"]
    # C.UTF-8 comes with Debian's and Ubuntu's C library; trigrams and full text know letters beyond ASCII by it.
    arguments.append("--locale=C.UTF-8")
    if programs.major >= 17:
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if is_for_tests():
        arguments.append("--no-sync")
    ended = run(programs.directory / "initdb", *arguments, within=where.directory)
    if ended.returncode != 0:
        raise EmbeddedError(said_by("PostgreSQL could not make its data directory", where, ended.stderr))


def create_roles(where: Location, programs: Programs) -> None:
    """In PostgreSQL's single-user mode: nobody can connect before the roles and their limits are there."""
    ended = run(
        programs.directory / "postgres",
        "--single",
        "-D",
        where.unfinished_directory,
        "template1",
        told=ROLES.strip() + "\n",
        within=where.directory,
    )
    if ended.returncode != 0 or "ERROR:" in ended.stderr:
        raise EmbeddedError(said_by("PostgreSQL could not create its roles", where, ended.stderr))


def configure(where: Location) -> None:
    """Written anew at each start, beside the data: the checkout may have moved, the mode or the user changed."""
    settings = {
        **SETTINGS,
        **(FAST_AND_FORGETFUL if is_for_tests() else {}),
        "unix_socket_directories": str(where.socket_directory),
        "hba_file": str(where.directory / "pg_hba.conf"),
        "ident_file": str(where.directory / "pg_ident.conf"),
    }
    names = sorted({"root", own_name()})
    roles = (SUPERUSER_ROLE, OWNER_ROLE, APP_ROLE)
    write(where, "casebook.conf", [f"{key} = {quoted(value)}" for key, value in settings.items()])
    write(where, "pg_hba.conf", ["local all all peer map=casebook"])
    write(where, "pg_ident.conf", [f'casebook "{name}" {role}' for name in names for role in roles])


def write(where: Location, name: str, lines: list[str]) -> None:
    path, unfinished = where.directory / name, where.directory / f"{name}.new"
    unfinished.write_text("\n".join(lines) + "\n")
    unfinished.chmod(0o644)
    unfinished.replace(path)


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def is_for_tests() -> bool:
    return os.environ.get("CASEBOOK_MODE") == "test"


def start(where: Location, programs: Programs) -> None:
    """Returns when it takes connections; waits for the processes of a killed predecessor to end."""
    prepare_log(where)
    patience = time.monotonic() + RETRY_SECONDS
    while True:
        written = where.log_file.stat().st_size
        ended = pg_ctl(where, programs, "start", "-l", where.log_file.name, "-t", str(START_SECONDS))
        if ended.returncode == 0:
            return
        with where.log_file.open(errors="replace") as log:
            log.seek(written)
            told = log.read()
        if is_up(where):
            return
        if not is_passing(told) or time.monotonic() > patience:
            raise EmbeddedError(said_by("PostgreSQL could not start", where, told or ended.stderr))
        time.sleep(RETRY_PAUSE_SECONDS)


def is_passing(told: str) -> bool:
    """Whether a failure is that of a predecessor which has not quite ended."""
    return "postmaster.pid" in told or "shared memory block" in told or "socket lock file" in told


def prepare_log(where: Location) -> None:
    log = where.log_file
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    log.touch(mode=0o600)
    account = server_account()
    if account:
        os.chown(log, account.pw_uid, account.pw_gid)


def stop(where: Location, programs: Programs) -> None:
    """Open transactions are rolled back. Returns at once where nothing runs."""
    for manner in ("fast", "immediate"):
        ended = pg_ctl(where, programs, "stop", "-m", manner, "-t", str(STOP_SECONDS))
        if ended.returncode == 0 or not is_up(where):
            return
    raise EmbeddedError(said_by("PostgreSQL could not be stopped", where, ended.stderr))


def pg_ctl(where: Location, programs: Programs, what: str, *arguments: str) -> CompletedProcess[str]:
    """From within the directory, by relative names: pg_ctl hands them to a shell, which would read a `$` in them."""
    return run(programs.directory / "pg_ctl", what, "-s", "-w", "-D", "data", *arguments, within=where.directory)


def said_by(what: str, where: Location, told: str) -> str:
    """`what`, with the last line that says why."""
    if "No space left on device" in told:
        return f"The disk that holds {where.directory} is full: make room and try again."
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    reasons = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line.lower()]
    last = (reasons or lines or ["no reason was given"])[-1]
    return f"{what}: {last} (its log: {where.log_file}). If that cannot be put right, `make demo-reset` starts over."
