"""What trust costs: the site as it is, without audit events, and without the guards of the database as well.

Run it with `DJANGO_SETTINGS_MODULE=clinic.settings CASEBOOK_MODE=demo CASEBOOK_HOME=var/benchmark python -m
tests.benchmarks.trust`. It takes some eight minutes, and prints the tables of docs/trust-cost.md. It is no test: times
depend on the machine. The three stand beside each other and are measured in turn, in short slices: what else the machine does
falls on all alike.
"""

import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

import django

SLICES, SLICE_SECONDS, WARM_UP_SECONDS = 5, float(os.environ.get("BENCHMARK_SLICE", "4")), 1
CLIENTS, SIGNED = 8, 60
FIRST_PORT = 8790
COST = "X-Cost"  # milliseconds, milliseconds of the processor, statements without BEGIN and COMMIT
ASKS_FOR_EVENTS = "AND p.prosrc LIKE '%clinic_auditevent%'"
TRIGGERS = """
    SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE NOT t.tgisinternal {which}
"""
VARIANTS = (  # what it is called, whether events are left out, and which guards are off
    ("as it is", False, None),
    ("without audit events", True, ASKS_FOR_EVENTS),
    ("without events and guards", True, ""),
)


@dataclass(frozen=True)
class Around:
    """What is asked for: a patient and a case of the demo, a signed session, and a case for each client to write in."""

    patient: str
    case: str
    session: str
    cases: tuple[str, ...]
    key: str


@dataclass
class Client:
    """One of the eight, with a connection that is kept."""

    around: Around
    number: int
    port: int
    cookie: str = ""
    link: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.link = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Any:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.link.request(method, path, body or None, told)
        answer = self.link.getresponse()
        read = answer.read()
        if answer.status not in (200, 201, 302):
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {read[:500]!r}")
        return answer, read

    def log_in(self, email: str, password: str) -> None:
        answer, page = self.ask("GET", "/account/login/")
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        told = {"csrfmiddlewaretoken": found[1].decode() if found else "", "login": email, "password": password}
        cookie = cookies_in(answer)
        form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        answer, _ = self.ask("POST", "/account/login/", urlencode(told), Cookie=cookie, **form)
        self.cookie = cookies_in(answer)

    def read_patient(self) -> None:
        self.ask("GET", f"/patients/{self.around.patient}/", Cookie=self.cookie)

    def read_case(self) -> None:
        self.ask("GET", f"/cases/{self.around.case}/", Cookie=self.cookie)

    def read_session(self) -> None:
        self.ask("GET", f"/api/v1/sessions/{self.around.session}/", Authorization=f"Bearer {self.around.key}")

    def sign_session(self) -> list[list[float]]:
        """Writes a session and signs it; what the two requests cost the server."""
        from tests.clinic.api.test_problems import note

        case = type("Case", (), {"pk": self.around.cases[self.number]})
        key = {"Authorization": f"Bearer {self.around.key}", "Content_Type": "application/json"}
        told = json.dumps(note(case, kind="UNPLANNED", subjective="Better on the stairs."))
        made, body = self.ask("POST", "/api/v1/sessions/", told, **key)
        path = f"/api/v1/sessions/{json.loads(body)['id']}/sign/"
        signed, _ = self.ask("POST", path, If_Match=made.headers["ETag"], **key)
        return [[float(part) for part in answer.headers[COST].split()] for answer in (made, signed)]


def cookies_in(answer: Any) -> str:
    return "; ".join(told.split(";")[0] for told in answer.headers.get_all("Set-Cookie", ()))


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connections

    from clinic.database import embedded

    with embedded.using(settings.HOME):
        around = prepare()
        connections.close_all()
        with ExitStack() as standing:
            sites = {}
            for port, (name, is_without_events, lifted) in enumerate(VARIANTS, FIRST_PORT):
                url = standing.enter_context(copied(f"casebook_benchmark_{port}", lifted))
                standing.enter_context(served(url, port, is_without_events))
                standing.enter_context(sealed(url))
                sites[name] = [Client(around, number, port) for number in range(CLIENTS)]
            measure(sites)


def prepare() -> Around:
    """The demo, eight cases of its physiotherapist's, and a key; kept for the next run."""
    from django.core.management import call_command

    from cases.models import Case
    from clinic.actions.api_keys import create_api_key
    from clinic.management.commands import _static_files as static_files
    from clinic.models import StaffMember
    from tests.factories.records import a_case, a_signed_session

    for command in ("migrate", "load_catalogue", "demo"):
        call_command(command, verbosity=0)
    if not static_files.are_collected():
        static_files.collect()
    by = StaffMember.objects.get(email="physio@example.org")
    cases = list(Case.objects.filter(title__startswith="Benchmark ").order_by("title"))
    cases += [a_case(by, title=f"Benchmark {n}") for n in range(len(cases), CLIENTS)]
    read = cases[0].sessions.signed().first() or a_signed_session(cases[0], by)
    scopes = ["sessions:read", "sessions:sign", "sessions:write"]
    _, key = create_api_key(owner=by, name="Benchmark", scopes=scopes, by=by)
    full = Case.objects.get(patient__family_name="Ellery")
    return Around(str(full.patient_id), str(full.pk), str(read.pk), tuple(str(case.pk) for case in cases), key)


@contextmanager
def copied(name: str, lifted: str | None) -> Iterator[str]:
    """The address of a copy of the database, in which those triggers are off: all begin with the same rows."""
    from django.conf import settings

    from clinic.database.places import APP_ROLE, DATABASE
    from tests.databases import administer, as_role, drop, grant_connect

    drop(name)
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{DATABASE}"')
    grant_connect(name)
    if lifted is not None:
        with as_role(settings.DATABASE_OWNER, name) as link, link.cursor() as cursor:
            cursor.execute(TRIGGERS.format(which=lifted))
            for table, trigger in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
        link.close()
    yield f"postgresql://{APP_ROLE}@{quote(settings.DATABASE_OWNER['HOST'], safe='')}/{name}"
    drop(name)


@contextmanager
def served(url: str, port: int, is_without_events: bool) -> Iterator[None]:
    """By the web server of `serve`, with two workers of four threads."""
    from django.conf import settings

    from clinic.management.commands._web_server import WebServer

    class Measured(WebServer):
        def command(self) -> list[str]:
            site = {"clinic.wsgi:application": "tests.benchmarks.measured_site:application"}
            return [site.get(word, word) for word in super().command()]

    server = Measured(port, 2, 4, "127.0.0.1", Path(settings.HOME) / f"benchmark.{port}")
    told = {"DATABASE_URL": url, "BENCHMARK_WITHOUT_EVENTS": "1" if is_without_events else ""}
    with patch.dict(os.environ, told):
        server.start()
    try:
        while not server.answers():
            if server.has_died():
                raise RuntimeError("the web server has died")
            time.sleep(0.1)
        yield
    finally:
        server.stop()


@contextmanager
def sealed(url: str) -> Iterator[None]:
    """Within it, the audit log is sealed every five seconds, as `serve` does."""
    import psycopg2

    from clinic.database.seals import MOST
    from clinic.management.commands._sealer import EVERY_SECONDS

    done = threading.Event()

    def seal() -> None:
        link = psycopg2.connect(url)
        link.autocommit = True
        with link.cursor() as cursor:
            while not done.wait(EVERY_SECONDS):
                cursor.execute("SELECT clinic_seal_audit(%s)", [MOST])
        link.close()

    thread = threading.Thread(target=seal)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(sites: dict[str, list[Client]]) -> None:
    from clinic.views.frame import DEMO_PASSWORD

    for clients in sites.values():
        for client in clients:
            client.log_in("physio@example.org", DEMO_PASSWORD)
    tell_costs(sites)
    loads: dict[str, Callable[[Client], Any]] = {
        "patient page": Client.read_patient,
        "case page": Client.read_case,
        "session by the API": Client.read_session,
        "session written and signed": Client.sign_session,
    }
    say(f"\n| {CLIENTS} clients at once | | a second | p50, ms | p95, ms |\n|---|---|---|---|---|")
    for what, call in loads.items():
        taken: dict[str, list[float]] = {name: [] for name in sites}
        for turn in range(SLICES + 1):
            for name, clients in sites.items():
                slice_taken = pressed(clients, call, SLICE_SECONDS if turn else WARM_UP_SECONDS)
                taken[name] += slice_taken if turn else []
        for name, each in taken.items():
            rate = len(each) / SLICES / SLICE_SECONDS
            say(
                f"| {what} | {name} | {rate:.1f} | {median(each) * 1000:.0f} | {quantiles(each, n=20)[18] * 1000:.0f} |"
            )
    say(f"\nAt the end the load was {os.getloadavg()}.")


def tell_costs(sites: dict[str, list[Client]]) -> None:
    """The median of what a signed session costs the server while nobody else asks."""
    told: dict[str, list[list[list[float]]]] = {name: [] for name in sites}
    for _ in range(SIGNED + 5):
        for name, clients in sites.items():
            told[name].append(clients[0].sign_session())
    say(
        "| a signed session, one client | written, ms | signed, ms | processor, ms | statements |\n|---|---|---|---|---|"
    )
    for name, turns in told.items():
        write, sign = ([median(turn[place][part] for turn in turns[5:]) for part in range(3)] for place in range(2))
        say(f"| {name} | {write[0]:.0f} | {sign[0]:.0f} | {write[1] + sign[1]:.0f} | {write[2]:.0f} + {sign[2]:.0f} |")


def pressed(clients: list[Client], call: Callable[[Client], Any], seconds: float) -> list[float]:
    """How long each answer took while all ask at once, in seconds. Raises what a client met."""
    until, taken, met = time.monotonic() + seconds, [], []

    def press(client: Client) -> None:
        client.link.close()  # the server may have let it go while others were measured; it is opened anew
        try:
            while (began := time.monotonic()) < until:
                call(client)
                taken.append(time.monotonic() - began)
        except Exception as error:
            met.append(error)

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if met:
        raise met[0]
    return taken


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
