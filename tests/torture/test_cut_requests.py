"""Requests that end before their end: nothing of them is kept, no earlier text is lost, and the site goes on answering."""

import json
import os
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from tests.factories.photographs import a_picture_file
from tests.torture.live import Site, token_in

pytestmark = pytest.mark.torture
CUTS = max(12, round(120 * float(os.environ.get("TORTURE_SHARE", "1"))))
SEED = 20261130
PATIENCE_SECONDS = 60
FORM, BOUNDARY = "application/x-www-form-urlencoded", "----cut-on-its-way"
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no time: closing sends a reset
KEPT = """
import json
from cases.models import Document, PatientAlert
from django.conf import settings
from treatments.models import Session
files = [p for p in settings.DOCUMENTS_ROOT.rglob("*") if p.is_file()]
print(json.dumps({
    "alerts": sorted(PatientAlert.objects.values_list("text", flat=True)),
    "sessions": {str(s.pk): [s.status, s.draft_version, s.draft, s.subjective] for s in Session.objects.all()},
    "documents": sorted(Document.objects.values_list("sha256", flat=True)),
    "files": sorted([p.name, p.stat().st_size] for p in files),
}))
"""


@dataclass(frozen=True)
class Sent:
    """One POST, whole."""

    path: str
    headers: dict[str, str]
    body: bytes
    part: int = 0  # where what belongs to it ends: a cut behind that would take nothing away; 0 for all of it

    def head(self, **more: str) -> bytes:
        told = {**self.headers, **{name.replace("_", "-"): value for name, value in more.items()}}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass
class Person:
    """Somebody with a browser and a program, whose requests are written by hand."""

    site: Site
    token: str
    headers: dict[str, str]
    key: str
    patient: str
    case: str
    note: str = field(default_factory=lambda: str(uuid4()))
    version: int = 0

    def form(self, path: str, **told: str) -> Sent:
        body = urlencode({"csrfmiddlewaretoken": self.token, **told}).encode()
        return Sent(path, {**self.headers, "Content-Type": FORM}, body)

    def alert(self, text: str) -> Sent:
        return self.form(f"/patients/{self.patient}/alerts/", severity="NOTE", text=text[:200])

    def draft(self, text: str) -> Sent:
        told = {"session": self.note, "draft_version": str(self.version), "do": "save", "kind": "UNPLANNED"}
        return self.form(f"/cases/{self.case}/sessions/log/", **told, occurred_on="2026-11-02", subjective=text)

    def photograph(self, text: str) -> Sent:
        fields = {"csrfmiddlewaretoken": self.token, "title": text[:60], "where": ""}
        lines = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        lines.append(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        until = "".join(lines).encode() + a_picture_file()
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return Sent(
            f"/sessions/{self.note}/photographs/add/", headers, until + f"\r\n--{BOUNDARY}--\r\n".encode(), len(until)
        )

    def session(self, text: str) -> Sent:
        note = {"case": self.case, "kind": "UNPLANNED", "occurred_on": "2026-11-02", "subjective": text}
        headers = {"Host": self.headers["Host"], "Authorization": f"Bearer {self.key}"}
        return Sent("/api/v1/sessions/", {**headers, "Content-Type": "application/json"}, json.dumps(note).encode())

    def kinds(self) -> tuple[Callable[[str], Sent], ...]:
        return self.alert, self.draft, self.photograph, self.session


def connected(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE_SECONDS)


def answer_on(link: socket.socket) -> int | None:
    """The status of the answer; None where the server hangs up without one."""
    try:
        response = HTTPResponse(link)
        response.begin()
        response.read()
        return response.status
    except (ConnectionError, HTTPException):
        return None


def whole(site: Site, sent: Sent) -> int | None:
    with closing(connected(site)) as link:
        link.sendall(sent.head(Content_Length=str(len(sent.body)), Connection="close") + sent.body)
        return answer_on(link)


def closed(link: socket.socket, sent: Sent, at: int) -> None:
    link.sendall(sent.head(Content_Length=str(len(sent.body))) + sent.body[:at])


def reset(link: socket.socket, sent: Sent, at: int) -> None:
    closed(link, sent, at)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)


def ended(link: socket.socket, sent: Sent, at: int) -> int | None:
    """Says that nothing more comes, and waits for what the server makes of it."""
    closed(link, sent, at)
    link.shutdown(socket.SHUT_WR)
    return answer_on(link)


def promised_more(link: socket.socket, sent: Sent, at: int) -> int | None:
    """All of it is there, but the server was told of more: it cannot know that this was all."""
    link.sendall(sent.head(Content_Length=str(len(sent.body) + 1 + at)) + sent.body)
    link.shutdown(socket.SHUT_WR)
    return answer_on(link)


def in_chunks(link: socket.socket, sent: Sent, at: int, **more: str) -> int | None:
    """The last chunk, which is empty and says that this is all, never comes."""
    link.sendall(sent.head(Transfer_Encoding="chunked", **more))
    for start in range(0, at, 1000):
        piece = sent.body[start : min(start + 1000, at)]
        link.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    link.shutdown(socket.SHUT_WR)
    return answer_on(link)


def in_chunks_of_a_length(link: socket.socket, sent: Sent, at: int) -> int | None:
    """The same, with a length beside it by which the stump is whole."""
    return in_chunks(link, sent, at, Content_Length=str(at))


WAYS = (closed, reset, ended, promised_more, in_chunks, in_chunks_of_a_length)


@pytest.fixture(scope="module")
def person(site: Site) -> Person:
    cookies = site.log_in()
    patient, case = site.a_case()
    page = httpx.get(f"{site.address}/patients/{patient}/alerts/", cookies=cookies, timeout=PATIENCE_SECONDS)
    headers = {
        "Host": f"127.0.0.1:{site.port}",
        "Origin": site.address,
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    return Person(site, token_in(page), headers, site.key("Cut"), patient, case)


def test_nothing_of_a_cut_request_is_kept(site: Site, person: Person, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    assert whole(site, person.draft(a_text("first", chance))) == 302
    person.version = 1
    assert whole(site, person.form(f"/sessions/{person.note}/photographs/add/", do="agree")) == 302
    answers = [whole(site, kind(a_text("before", chance))) for kind in person.kinds()]
    assert answers == [302, 302, 302, 201], "whole, each of them is kept"
    person.version = 2
    before = site.ask(KEPT)
    told: Counter[str] = Counter()
    for turn in range(CUTS):
        kind, way = person.kinds()[turn % 4], WAYS[(turn + turn // 12) % 6]
        sent = kind(a_text(f"cut {turn}", chance))
        with closing(connected(site)) as link:
            status = way(link, sent, chance.randrange(1, sent.part or len(sent.body)))
        told[f"{way.__name__} {status or 'no answer'}"] += 1
        assert status is None or 400 <= status < 500, (turn, kind.__name__, way.__name__, status)
    assert site.ask(KEPT) == before
    answers = [whole(site, kind(a_text("after", chance))) for kind in person.kinds()]
    assert answers == [302, 302, 302, 201], "the site goes on"
    with capsys.disabled():
        print(f" {CUTS} cut: {dict(sorted(told.items()))}", end=" ")  # noqa: T201 - figures to note


def a_text(mark: str, chance: random.Random) -> str:
    """Some hundred words, of which a part looks like all."""
    return " ".join([mark, *(chance.choice(("better", "worse", "stairs", "morning")) for _ in range(120))])
