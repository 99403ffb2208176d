"""The web server and PostgreSQL are killed while eight clients write: what was acknowledged is there, once and whole."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from tests.torture.live import Site, token_in

pytestmark = pytest.mark.torture
KILLS = max(1, round(20 * float(os.environ.get("TORTURE_SHARE", "1"))))
CLIENTS = 8
# `serve` gives up where its web server dies five times in a row within ten seconds of its birth.
PAUSE_SECONDS = {"web server": 11.0, "PostgreSQL": 3.0}
TALLY = """
import json
from cases.models import PatientAlert
from treatments.models import Session
mark = "{mark}"
ours = Session.objects.filter(case="{case}")
signed = ours.signed().filter(subjective__startswith=mark)
print(json.dumps({{
    "alerts": list(PatientAlert.objects.filter(patient="{patient}").values_list("text", flat=True)),
    "signed": [str(pk) for pk in signed.values_list("pk", flat=True)],
    "halves": [str(s.pk) for s in signed if s.measurements.count() != 2 or s.applications.count() != 1],
    "half_drafts": [
        str(s.pk) for s in ours.drafts()
        if s.draft["subjective"].startswith(mark) and len(s.draft["measurements"]) != 2
    ],
    "parts_of_drafts": ours.drafts().filter(measurements__isnull=False).count(),
}}))
"""


@dataclass
class Writer:
    """Somebody who writes alerts by the page and sessions by the interface, and sends again what got no answer."""

    site: Site
    name: str
    key: str
    patient: str
    case: str
    cookies: httpx.Cookies
    stop: threading.Event
    alerts: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    asked_again: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        told: dict[str, Any] = {"base_url": self.site.address, "timeout": 30}
        key = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(**told, cookies=self.cookies) as browser, httpx.Client(**told, headers=key) as program:
            for turn in count(1):
                if self.stop.is_set():
                    return
                self.write_alert(browser, f"{self.name}.{turn}")
                self.write_session(program, f"{self.name}.{turn}")

    def write_alert(self, browser: httpx.Client, text: str) -> None:
        address = f"/patients/{self.patient}/alerts/"
        page = self.until_answered(lambda: browser.get(address))
        form = {"csrfmiddlewaretoken": token_in(page), "severity": "NOTE", "text": text}
        headers = {"Referer": self.site.address}
        answer = self.until_answered(lambda: browser.post(address, data=form, headers=headers))
        if answer.status_code == 302:
            self.alerts.append(text)
        else:
            self.wrong[f"alert {answer.status_code}"] += 1

    def write_session(self, program: httpx.Client, text: str) -> None:
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
        made = self.until_answered(lambda: program.post("/api/v1/sessions/", json=note))
        if made.status_code != 201:
            self.wrong[f"session {made.status_code} {made.text[:200]}"] += 1
            return
        pk, seen = made.json()["id"], {"If-Match": made.headers["ETag"]}
        answer = self.until_answered(lambda: program.post(f"/api/v1/sessions/{pk}/sign/", headers=seen))
        if answer.status_code == 200 or (answer.status_code == 409 and answer.json()["code"] == "signed"):
            self.signed.append(pk)
        else:
            self.wrong[f"sign {answer.status_code} {answer.text[:200]}"] += 1

    def until_answered(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Sends the same until somebody answers: a lost answer, a dead server or a database away is asked again."""
        while True:
            with suppress(httpx.TransportError):
                answer = ask()
                if answer.status_code < 500:
                    return answer
                if answer.status_code != 503 or "Retry-After" not in answer.headers:
                    self.wrong[f"{answer.request.method} {answer.request.url.path} {answer.status_code}"] += 1
            self.asked_again += 1
            time.sleep(0.1)


def writing(site: Site, victim: str) -> tuple[list[Writer], list[threading.Thread], threading.Event]:
    stop, key = threading.Event(), site.key(f"Crash of {victim}")
    patient, case = site.a_case()
    writers = [Writer(site, f"crash {victim} {n}", key, patient, case, site.log_in(), stop) for n in range(CLIENTS)]
    threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    return writers, threads, stop


def kill(site: Site, victim: str) -> None:
    victims = site.web_processes() if victim == "web server" else [site.postmaster()]
    assert victims
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("victim", ["web server", "PostgreSQL"])
def test_nothing_acknowledged_is_lost_when_it_is_killed(
    site: Site, victim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writers, threads, stop = writing(site, victim)
    try:
        for _turn in range(KILLS):
            time.sleep(PAUSE_SECONDS[victim])
            kill(site, victim)
            site.wait()
    finally:
        stop.set()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    kept = site.ask(TALLY.format(mark=f"crash {victim} ", patient=writers[0].patient, case=writers[0].case))
    acknowledged = [text for writer in writers for text in writer.alerts]
    signed = [pk for writer in writers for pk in writer.signed]
    wrong: Counter[str] = sum((writer.wrong for writer in writers), Counter())
    with capsys.disabled():
        again = sum(writer.asked_again for writer in writers)
        print(f" {victim} killed {KILLS} times:", end=" ")  # noqa: T201 - figures to note
        print(f"{len(acknowledged)} alerts, {len(signed)} signed sessions, {again} sent again", end=" ")  # noqa: T201
    assert not wrong, wrong
    assert acknowledged
    assert signed
    assert set(acknowledged) <= set(kept["alerts"]), "an acknowledged write is lost"
    assert len(kept["alerts"]) == len(set(kept["alerts"])), "a retry wrote twice"
    assert set(signed) <= set(kept["signed"]), "a signed session is lost"
    assert (kept["halves"], kept["half_drafts"], kept["parts_of_drafts"]) == ([], [], 0)
    assert "all as signed" in site.manage("verify_records")
    site.manage("verify_audit")
