"""The whole site as people run it, for the tests that kill it or cut it short: `serve` on a home and a port of its own."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from clinic.database import embedded
from clinic.management.commands._children import marked

PASSWORD = "casebook-demo"
BUILT_SECONDS = 900  # on a machine that is busy with other things
A_CASE = """
import json
from clinic.models import StaffMember
from tests.factories.records import a_case
made = a_case(StaffMember.objects.get(email="physio@example.org"))
print(json.dumps([str(made.patient_id), str(made.pk)]))
"""


@dataclass
class Site:
    """`serve` watches over its web server and its database, and starts again what dies."""

    home: Path
    port: int
    environment: dict[str, str] = field(repr=False)
    server: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, program: str) -> Any:
        """Runs it in the site's shell; what it printed as JSON."""
        return json.loads(self.manage("shell", "--no-imports", "-c", program))

    def wait(self, seconds: float = 180) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.is_well():
                return
            assert self.server.poll() is None, self.said()
            time.sleep(0.2)
        pytest.fail(f"the site did not come back: {self.said()}")

    def is_well(self) -> bool:
        """Whether it answers, and its database answers it."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
        with closing(asked), suppress(OSError, HTTPException):
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        return False

    def said(self) -> str:
        return (self.home / "serve.log").read_text()[-3000:]

    def log_in(self) -> httpx.Cookies:
        with httpx.Client(base_url=self.address, timeout=30) as browser:
            form = {
                "csrfmiddlewaretoken": token_in(browser.get("/account/login/")),
                "login": "physio@example.org",
                "password": PASSWORD,
            }
            answer = browser.post("/account/login/", data=form, headers={"Referer": self.address})
            assert answer.status_code == 302, answer.text[-500:]
            return browser.cookies

    def key(self, name: str) -> str:
        """A key of the physiotherapist's, for a program that writes and signs sessions."""
        scopes = "sessions:write,sessions:sign,sessions:read,cases:read"
        words = ("--staff", "physio@example.org", "--name", name, "--scopes", scopes)
        return self.manage("create_api_key", *words).split()[-1]

    def a_case(self) -> tuple[str, str]:
        """A new patient of the physiotherapist's, and their case."""
        patient, case = self.ask(A_CASE)
        return patient, case

    def web_processes(self) -> list[int]:
        """Of this site alone: by the mark that `serve` gave its web server."""
        return list(marked((self.home / "serve.web").read_text().strip()))

    def postmaster(self) -> int:
        """Of this site alone: the one that its data directory notes, and that works in that directory."""
        data = embedded.location(self.home).data_directory
        until = time.monotonic() + 180
        while time.monotonic() < until:
            with suppress(OSError, ValueError, IndexError):
                pid = int((data / "postmaster.pid").read_text().split()[0])
                if Path(f"/proc/{pid}/cwd").resolve() == data.resolve():
                    return pid
            time.sleep(0.1)
        pytest.fail(f"its PostgreSQL did not come back: {self.said()}")


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found is not None, (page.status_code, page.text[-500:])
    return found[1]


@contextmanager
def served(home: Path, environment: dict[str, str]) -> Iterator[Site]:
    """The demo, built and served by two workers until the block ends; nothing of it is left then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {k: v for k, v in environment.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    own |= {"CASEBOOK_MODE": "demo", "CASEBOOK_HOME": str(home), "PORT": str(port), "WEB_WORKERS": "2"}
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--demo"], cwd=settings.BASE_DIR, env=own, stdout=log, stderr=log
        )
    made = Site(home, port, own, server)
    try:
        made.wait(BUILT_SECONDS)
        yield made
    finally:
        server.terminate()
        server.wait(60)
        embedded.reset(home)
