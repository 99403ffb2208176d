"""The web server as a child process: started, asked whether it answers, and ended with all its workers."""

import contextlib
import ctypes
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TOKEN = "CASEBOOK_SERVE_TOKEN"  # noqa: S105 - marks our own processes, opens nothing
SECRETS_OF_THE_OWNER = ("DATABASE_OWNER_URL",)  # what serves requests must not have them
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class WebServer:
    """granian on 127.0.0.1. `note` is a file in which its mark outlives a killed `serve`."""

    def __init__(self, port: int, workers: int, threads: int, host_name: str, note: Path) -> None:
        self.port, self.workers, self.threads = port, workers, threads
        self.host_name, self.note = host_name, note
        self.token = secrets.token_hex(16)
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Workers of a predecessor that was killed still hold the port: they are ended first."""
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

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "clinic.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(self.workers), "--blocking-threads", str(self.threads)),
            *("--log-level", "warning", "--no-ws", "--workers-kill-timeout", "10"),
        ]

    def has_died(self) -> bool:
        return self.child is None or self.child.poll() is not None

    def answers(self) -> bool:
        """Whether it answers at all, whatever it says."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz", headers={"Host": self.host_name})
            asked.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    def stop(self) -> None:
        """Lets requests finish, then ends every process of it."""
        if self.child and self.child.poll() is None:
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(STOP_SECONDS)
        end_all(self.token)
        if self.child:
            self.child.wait()
        self.note.unlink(missing_ok=True)


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


def taken(port: int) -> OSError | None:
    """Why the port cannot be had; None where it can."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen()
        except OSError as reason:
            return reason
    return None
