"""What docs/api.md tells an integrator to type is typed, and its client in Python is run through what can go wrong."""

import importlib.util
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.conf import settings

from tests.journeys.conftest import Site

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("interface")]
DOCS = Path(settings.BASE_DIR) / "docs"
SCOPES = (
    "patients:read,patients:write,cases:read,cases:write,imaging:read,imaging:write,plans:read,plans:write,"
    "sessions:read,sessions:write,sessions:sign,reviews:sign,measurements:read"
)
SAID = (
    '"Giulia Renna"', "422", "likely_duplicate", '"CALCIFICATION"', '"NONE"', "true", '"area_mm2": 218', '"MEASURED"',
    "/applications/0/parameters/total_time_min", "idempotent-replayed: true", '"session_number": 1', "428", "412",
    '"status": "SIGNED"', '"session_number": 2', '"verdict": "NO_START"', '"has_more": false',
)  # fmt: skip


def key_of(site: Site) -> str:
    told = ("--staff", "physio@example.org", "--name", "Walk", "--scopes", SCOPES)
    return site.manage("create_api_key", *told).split()[-1]


def test_the_walk_of_an_integrator(site: Site, tmp_path: Path) -> None:
    for tool in ("curl", "jq", "bash"):
        if shutil.which(tool) is None:
            assert "CI" not in os.environ, f"{tool} is missing"
            pytest.skip(f"{tool} is not installed")
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text(), re.DOTALL)
    assert len(blocks) > 9
    done = subprocess.run(
        [str(shutil.which("bash")), "-eu", "-o", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "KEY": key_of(site), "API": f"{site.address}/api/v1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    place = 0
    for said in SAID:  # in this order
        place = done.stdout.find(said, place)
        assert place >= 0, f"{said} is missing in\n{done.stdout}"
    assert "\n1\n" in done.stdout


class Rough(httpx.BaseTransport):
    """Loses the first answer to a session, says 429 once, and makes the first signature one of an older version."""

    def __init__(self) -> None:
        self.inner = httpx.HTTPTransport()
        self.met: list[str] = []

    def once(self, what: str) -> bool:
        if what in self.met:
            return False
        self.met.append(what)
        return True

    def close(self) -> None:
        self.inner.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/cases/") and self.once("limit"):
            return httpx.Response(429, headers={"Retry-After": "0"})
        if path.endswith("/sign/") and self.once("stale"):
            request.headers["If-Match"] = '"0.0"'
        answer = self.inner.handle_request(request)
        if path.endswith("/sessions/") and self.once("lost"):
            answer.read()
            raise httpx.ReadError("the answer is lost")
        return answer


def client_in_python() -> ModuleType:
    found = importlib.util.spec_from_file_location("post_a_session", DOCS / "examples" / "post_a_session.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_client_goes_on_whatever_happens(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    module, rough, key = client_in_python(), Rough(), key_of(site)
    monkeypatch.setattr(module, "API", f"{site.address}/api/v1")
    book: Any = module.Casebook(key, transport=rough)
    case = book.ask("GET", "/cases/", params={"status": "OPEN"}).json()["results"][0]
    there = book.ask("GET", "/sessions/", params={"case": case["id"], "count": "true"}).json()["count"]
    rough.met.clear()
    note = {
        "kind": "UNPLANNED",
        "occurred_on": date.today().isoformat(),
        "subjective": "By telephone.",
        "measurements": [{"measure": "NPRS", "context": "LOAD", "value": 3}],
    }
    signed = book.post_session(case["number"], note)
    assert signed["status"] == "SIGNED"
    assert rough.met == ["limit", "lost", "stale"]
    now = book.ask("GET", "/sessions/", params={"case": case["id"], "count": "true"}).json()["count"]
    assert now == there + 1
    book.client.close()
