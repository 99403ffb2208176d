"""Programs that `serve` starts beside itself: each with a mark by which what is left of it is found and ended."""

import contextlib
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TOKEN = "CASEBOOK_SERVE_TOKEN"  # noqa: S105 - marks our own processes, opens nothing
SECRETS_OF_THE_OWNER = ("DATABASE_OWNER_URL",)  # what serves requests must not have them
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Child:
    """One program, with all its workers. `note` is a file in which its mark outlives a killed `serve`."""

    name: str  # as it is spoken of: "The web server"

    def __init__(self, note: Path) -> None:
        self.note = note
        self.token = secrets.token_hex(16)
        self.child: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def start(self) -> None:
        """Workers of a predecessor that was killed still hold what this one needs: they are ended first."""
        end_all(self.token, first=signal.SIGKILL)
        environment = {k: v for k, v in os.environ.items() if k not in SECRETS_OF_THE_OWNER and k[:8] != "GRANIAN_"}
        self.note.write_text(self.token)
        self.child = subprocess.Popen(
            self.command(),
            env={**environment, TOKEN: self.token, "SPT_NOENV": "1"},  # a process that renames itself keeps its mark
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches `serve` alone, which ends this in its turn
            preexec_fn=end_with_parent(),
        )

    def has_died(self) -> bool:
        return self.child is None or self.child.poll() is not None

    def stop(self) -> None:
        """Lets it finish what it is at, then ends every process of it."""
        if self.child and self.child.poll() is None:
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(STOP_SECONDS)
        end_all(self.token)
        if self.child:
            self.child.wait()
        self.note.unlink(missing_ok=True)


class JobWorker(Child):
    """`work`, which does what outlasts a request. Not by manage.py, which would see to the database itself."""

    name = "The worker"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "django", "work", "--settings", "clinic.settings"]


def end_with_parent() -> Callable[[], None] | None:
    """A function for the child: it is told to end when `serve` is killed. None where the system cannot do that."""
    if sys.platform != "linux":
        return None
    library, parent = ctypes.CDLL(None), os.getpid()

    def in_child() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def end_leftovers(note: Path) -> None:
    """Ends what a killed `serve` may have left behind."""
    with contextlib.suppress(FileNotFoundError):
        end_all(note.read_text().strip())
        note.unlink()


def end_all(token: str, *, first: signal.Signals = signal.SIGTERM) -> None:
    """Ends every process that carries this mark, gently at first, and waits until the last is gone."""
    began = time.monotonic()
    while token and (left := list(marked(token))) and time.monotonic() - began < STOP_SECONDS:
        number = first if time.monotonic() - began < STOP_SECONDS / 2 else signal.SIGKILL
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        time.sleep(0.1)


def marked(token: str) -> Iterator[int]:
    mark = f"{TOKEN}={token}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
