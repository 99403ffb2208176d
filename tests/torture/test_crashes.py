"""The web server and PostgreSQL are killed while eight clients write: what was acknowledged is there, once and whole."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from clinic.database import embedded

pytestmark = pytest.mark.torture
KILLS = max(1, round(20 * float(os.environ.get("TORTURE_SHARE", "1"))))
CLIENTS = 8
PASSWORD = "casebook-demo"
GONE = (httpx.TransportError,)
TALLY = """
import json
from cases.models import PatientAlert
from treatments.models import Session
signed = Session.objects.signed().filter(subjective__startswith="crash ")
print(json.dumps({
    "alerts": list(PatientAlert.objects.filter(text__startswith="crash ").values_list("text", flat=True)),
    "signed": [str(pk) for pk in signed.values_list("pk", flat=True)],
    "halves": [str(s.pk) for s in signed if s.measurements.count() != 2 or s.applications.count() != 1],
}))
"""


@dataclass
class Site:
    """A site of its own, with `serve` watching over its web server and its database."""

    home: Path
    port: int
    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str, told: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def wait(self, seconds: int = 180) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(*GONE):
                if httpx.get(f"{self.address}/healthz", timeout=3).status_code == 200:
                    return
            assert self.server.poll() is None, (self.home / "serve.log").read_text()[-2000:]
            time.sleep(0.1)
        pytest.fail("the site did not come back")

    def web_processes(self) -> list[int]:
        """Of this site alone: by the mark that `serve` gave its web server."""
        mark = (self.home / "serve.web").read_text().strip().encode()
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (each / "environ").read_bytes():
                    found.append(int(each.name))
        return found

    def postmaster(self) -> int:
        where = embedded.location(self.home)
        return int((where.data_directory / "postmaster.pid").read_text().split()[0])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    environment |= {"CASEBOOK_MODE": "demo", "CASEBOOK_HOME": str(tmp_path), "PORT": str(port), "WEB_WORKERS": "2"}
    with (tmp_path / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--demo"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
        made = Site(tmp_path, port, environment, server)
        try:
            made.wait(400)
            yield made
        finally:
            made.stop.set()
            server.terminate()
            server.wait(60)
            embedded.reset(tmp_path)


@dataclass
class Writer:
    """Somebody who writes alerts by the page and sessions by the interface, and sends again what got no answer."""

    site: Site
    number: int
    key: str
    patient: str
    case: str
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    alerts: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        turn = 0
        while not self.site.stop.is_set():
            turn += 1
            (self.write_alert if turn % 2 else self.write_session)(f"crash {self.number}.{turn}")

    def write_alert(self, text: str) -> None:
        with httpx.Client(base_url=self.site.address, cookies=self.cookies, timeout=20) as browser:
            address = f"/patients/{self.patient}/alerts/"
            page = self.until_answered(lambda: browser.get(address))
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None, page.status_code
            form = {"csrfmiddlewaretoken": token[1], "severity": "NOTE", "text": text}
            answer = self.until_answered(
                lambda: browser.post(address, data=form, headers={"Referer": self.site.address})
            )
            if answer.status_code == 302:
                self.alerts.append(text)
            else:
                self.errors[f"alert {answer.status_code}"] += 1

    def write_session(self, text: str) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        note = {
            "case": self.case,
            "kind": "UNPLANNED",
            "occurred_on": time.strftime("%Y-%m-%d"),
            "subjective": text,
            "applications": [{"modality": "IASTM", "parameters": {"total_time_min": 5, "tool_type": "CURVED"}}],
            "measurements": [
                {"measure": "NPRS", "context": "LOAD", "value": 3},
                {"measure": "NPRS", "context": "REST", "value": 1},
            ],
        }
        with httpx.Client(base_url=self.site.address, headers=headers, timeout=20) as program:
            made = self.until_answered(lambda: program.post("/api/v1/sessions/", json=note))
            if made.status_code != 201:
                self.errors[f"session {made.status_code} {made.text[:200]}"] += 1
                return
            pk, etag = made.json()["id"], made.headers["ETag"]
            answer = self.until_answered(
                lambda: program.post(f"/api/v1/sessions/{pk}/sign/", headers={"If-Match": etag})
            )
            if answer.status_code == 200 or (answer.status_code == 409 and answer.json()["code"] == "signed"):
                self.signed.append(pk)
            else:
                self.errors[f"sign {answer.status_code} {answer.text[:200]}"] += 1

    def until_answered(self, ask: Any) -> httpx.Response:
        """Sends the same until somebody answers: a lost answer, a dead server or a database away is asked again."""
        while True:
            with suppress(*GONE):
                answer = ask()
                if answer.status_code < 500:
                    return answer
                if answer.status_code != 503:
                    self.errors[f"{answer.request.method} {answer.status_code}"] += 1
            time.sleep(0.1)

    def log_in(self) -> None:
        with httpx.Client(base_url=self.site.address, timeout=20) as browser:
            page = browser.get("/account/login/")
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None
            form = {"csrfmiddlewaretoken": token[1], "login": "physio@example.org", "password": PASSWORD}
            answer = browser.post("/account/login/", data=form, headers={"Referer": self.site.address})
            assert answer.status_code == 302, answer.text[-500:]
            self.cookies = browser.cookies


@pytest.mark.parametrize("victim", ["web server", "PostgreSQL"])
def test_nothing_acknowledged_is_lost_when_it_is_killed(
    site: Site, victim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(
        site.manage(
            "shell",
            "--no-imports",
            "-c",
            "import json; from cases.models import Case;"
            "c = Case.objects.filter(patient__family_name='Ellery').get();"
            "print(json.dumps([str(c.patient_id), str(c.pk)]))",
        )
    )
    scopes = "sessions:write,sessions:sign,sessions:read,cases:read"
    told = ("--staff", "physio@example.org", "--name", "crash", "--scopes", scopes)
    key = site.manage("create_api_key", *told)
    writers = [Writer(site, n, key.split()[-1], *found) for n in range(CLIENTS)]
    for writer in writers:
        writer.log_in()
    threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    for _turn in range(KILLS):
        time.sleep(1.5)
        victims = site.web_processes() if victim == "web server" else [site.postmaster()]
        assert victims
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        site.wait()
        time.sleep(
            9 if victim == "web server" else 2
        )  # `serve` gives up where it dies five times within ten seconds each
    site.stop.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    kept = json.loads(site.manage("shell", "--no-imports", "-c", TALLY))
    acknowledged = [text for writer in writers for text in writer.alerts]
    signed = [pk for writer in writers for pk in writer.signed]
    errors = sum((writer.errors for writer in writers), Counter())
    with capsys.disabled():
        print(f"\n{victim} killed {KILLS} times: {len(acknowledged)} alerts, {len(signed)} sessions; {dict(errors)}")  # noqa: T201 - figures to note
    assert acknowledged
    assert signed
    assert set(acknowledged) <= set(kept["alerts"]), "an acknowledged write is lost"
    assert len(kept["alerts"]) == len(set(kept["alerts"])), "a retry wrote twice"
    assert set(signed) <= set(kept["signed"]), "a signed session is lost"
    assert kept["halves"] == []
    assert not errors
    assert "all as signed" in site.manage("verify_records")
    site.manage("verify_audit")
