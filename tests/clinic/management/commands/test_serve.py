"""One command brings everything up, watches over it, and takes it down again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from clinic.database import embedded
from clinic.management.commands._steps import Steps
from clinic.management.commands.serve import Command

pytestmark = pytest.mark.journey


class Served:
    """A `manage.py serve --demo` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.log = home / "serve.log"
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        self.environment = {**environment, "CASEBOOK_MODE": "demo", "CASEBOOK_HOME": str(home), "PORT": str(self.port)}
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Answers with the seconds until the site answered."""
        began = time.monotonic()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # one of several processes of tests ignores Ctrl-C
        with self.log.open("w") as log:
            self.child = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--demo"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.answers() or "Press Ctrl-C" not in self.log.read_text():
            assert self.child.poll() is None, self.log.read_text()
            assert time.monotonic() - began < 180, self.log.read_text()
            time.sleep(0.1)
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def end(self, how: int) -> int:
        assert self.child is not None
        os.kill(self.child.pid, how)
        return self.child.wait(30)

    def ours(self) -> list[int]:
        """The processes of this home's web server and database that are alive."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                    is_dead = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
                except OSError:
                    continue
                if str(self.home).encode() in told and not is_dead and entry.name != str(os.getpid()):
                    found.append(int(entry.name))
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A home in which it was started once, and what it said then."""
    home = tmp_path_factory.mktemp("home")
    made = Served(home)
    made.start()
    made.end(signal.SIGTERM)
    yield home, made.log.read_text()
    embedded.reset(home)
    shutil.rmtree(embedded.location(home).directory)


@pytest.fixture
def served(first: tuple[Path, str]) -> Iterator[Served]:
    made = Served(first[0])
    yield made
    if made.child is not None and made.child.poll() is None:
        made.end(signal.SIGTERM)


def wait_until(what: Any) -> None:
    for _ in range(150):
        if what():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to pass within 15 s")


def test_up_and_down(first: tuple[Path, str], served: Served) -> None:
    _, said = first
    for step in (
        "Starting PostgreSQL",
        "Bringing the tables up to date",
        "Loading the catalogues",
        "Building the demo clinic",
    ):
        assert step in said
    served.start()
    said = served.log.read_text()
    assert f"http://127.0.0.1:{served.port}/" in said
    assert "physio@example.org" in said
    assert "casebook-demo" in said
    assert served.end(signal.SIGINT) == 0
    assert served.log.read_text().endswith("Stopped.\n")
    assert not embedded.is_running(served.home)
    assert served.ours() == []
    served.start()
    assert served.end(signal.SIGTERM) == 0


def test_killed_it_leaves_nothing_in_the_way(served: Served) -> None:
    served.start()
    served.end(signal.SIGKILL)
    served.start()
    assert served.answers()


def test_what_dies_is_started_again(served: Served) -> None:
    served.start()
    where = embedded.location(served.home)
    os.kill(int((where.data_directory / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    wait_until(lambda: "PostgreSQL has died; starting it again" in served.log.read_text())
    wait_until(served.answers)
    assert served.child is not None
    web = [p for p in served.ours() if p != served.child.pid and b"granian" in Path(f"/proc/{p}/cmdline").read_bytes()]
    os.kill(min(web), signal.SIGKILL)
    wait_until(lambda: "The web server has died" in served.log.read_text())
    wait_until(served.answers)


def test_a_database_that_is_killed_while_it_starts_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    command, told = Command(), StringIO()
    command.steps = Steps(told.write)
    monkeypatch.setattr(embedded, "is_running", lambda home: False)
    monkeypatch.setattr(embedded, "ensure_running", killed)
    assert not command.database_lives(Path(), tries_left=1)
    with pytest.raises(embedded.EmbeddedError):
        command.database_lives(Path(), tries_left=0)
    assert told.getvalue().count("PostgreSQL has died; starting it again ... failed") == 2
    monkeypatch.setattr(embedded, "ensure_running", lambda home: True)
    assert command.database_lives(Path(), tries_left=0)


def killed(_home: Path) -> bool:
    raise embedded.EmbeddedError("PostgreSQL could not start: it was killed")


def test_a_taken_port_and_a_second_serve(served: Served) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", served.port))
        taken.listen()
        said = refused(served)
    assert f"Port {served.port} is taken by another program" in said
    served.start()
    assert "is being served already" in refused(served)


def refused(served: Served) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--demo"],
        cwd=settings.BASE_DIR,
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr
