"""What the REST interface costs beside its floors: raw SQL, a bare Django view, and Django REST framework as it comes.

Run it with `DJANGO_SETTINGS_MODULE=clinic.settings CASEBOOK_MODE=demo CASEBOOK_HOME=var/benchmark python -m
tests.benchmarks.interface`. It takes some four minutes, and prints the table of docs/interface-cost.md. It is no test: times
depend on the machine. What is compared is asked in turn, in short slices, of one server with two workers, by eight clients.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

import django

SLICES, SLICE_SECONDS, WARM_UP_SECONDS = 4, float(os.environ.get("BENCHMARK_SLICE", "2")), 1
CLIENTS, PATIENTS, PORT = 8, 220, 8780
API = "/api/v1"
RAW = """
    SELECT id, given_names, family_name, known_as, former_names, born_on, died_on, sex, nhs_number, phone, other_phone,
           email, address, gp_name, gp_practice, emergency_name, emergency_relation, emergency_phone, occupation, sport,
           dominant_side, site_id, archived_at, merged_into_id, version, updated_at
      FROM cases_patient ORDER BY sort_name, id LIMIT %s
"""


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connections

    from clinic.database import embedded

    with embedded.using(settings.HOME):
        patient, key = prepare()
        url = connections["default"].get_connection_params()
        connections.close_all()
        with served():
            measure(patient, key, url)


def prepare() -> tuple[str, str]:
    """The demo with enough patients for the longest page, kept for the next run; one of them, and a key."""
    from django.core.management import call_command

    from cases.models import Patient
    from clinic.actions.api_keys import create_api_key
    from clinic.management.commands import _static_files as static_files
    from clinic.models import StaffMember
    from tests.factories.records import a_patient

    for command in ("migrate", "load_catalogue", "demo"):
        call_command(command, verbosity=0)
    if not static_files.are_collected():
        static_files.collect()
    by = StaffMember.objects.get(email="physio@example.org")
    for _each in range(Patient.objects.count(), PATIENTS):
        a_patient(by)
    scopes = ["patients:read", "measurements:read"]
    _, key = create_api_key(owner=by, name="Benchmark", scopes=scopes, by=by)
    return str(Patient.objects.visible_to(by).earliest("pk").pk), key


@contextmanager
def served() -> Iterator[None]:
    """By the web server of `serve`, with two workers of four threads, and no limit that eight clients reach."""
    from django.conf import settings

    from clinic.management.commands._web_server import WebServer

    class Measured(WebServer):
        def command(self) -> list[str]:
            site = {"clinic.wsgi:application": "tests.benchmarks.interface_site:application"}
            return [site.get(word, word) for word in super().command()]

    server = Measured(PORT, 2, 4, "127.0.0.1", Path(settings.HOME) / f"benchmark.{PORT}")
    with patch.dict(os.environ, {"CASEBOOK_API_LIMIT": "100000000"}):
        server.start()
    try:
        while not server.answers():
            if server.has_died():
                raise RuntimeError("the web server has died")
            time.sleep(0.1)
        yield
    finally:
        server.stop()


def asking(path: str, key: str) -> Callable[[HTTPConnection], None]:
    def ask(link: HTTPConnection) -> None:
        link.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = link.getresponse()
        read = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}: {read[:300]!r}")

    return ask


def measure(patient: str, key: str, url: dict[str, Any]) -> None:
    pages = {
        f"{noun}, {limit} rows": (f"/{noun}/?limit={limit}", f"/bench/{noun}/?limit={limit}")
        for noun in ("patients", "measurements")
        for limit in (25, 100, 200)
    }
    pages["one patient"] = f"/patients/{patient}/", f"/bench/patients/{patient}/"
    plain = asking("/bench/plain/?limit=25", key)
    say(
        "| | requests a second | p50, ms | p95, ms | bare DRF | p50, ms | times as many |\n|---|---|---|---|---|---|---|"
    )
    for what, paths in pages.items():
        ours, bare = in_turn([asking(API + path, key) for path in paths])
        ratio = f"{ours[0] / bare[0]:.2f}"
        say(f"| {what} | {ours[0]:.0f} | {ours[1]:.0f} | {ours[2]:.0f} | {bare[0]:.0f} | {bare[1]:.0f} | {ratio} |")
    ((rate, p50, p95),) = in_turn([plain])
    say(
        f"\nA bare Django view of 25 rows, with nobody known and no event: {rate:.0f} a second, p50 {p50:.0f} ms, p95 {p95:.0f} ms."
    )
    say(f"Raw SQL and `json.dumps`, 25 patients, one connection: {raw(url):.0f} a second.")
    say(f"\nAt the end the load was {os.getloadavg()}.")


def in_turn(calls: list[Callable[[HTTPConnection], None]]) -> list[tuple[float, float, float]]:
    """Of each: requests a second, p50 and p95 in ms."""
    taken: list[list[float]] = [[] for _each in calls]
    for turn in range(SLICES + 1):
        for place, call in enumerate(calls):
            found = pressed(call, SLICE_SECONDS if turn else WARM_UP_SECONDS)
            taken[place] += found if turn else []
    return [
        (len(each) / SLICES / SLICE_SECONDS, median(each) * 1000, quantiles(each, n=20)[18] * 1000) for each in taken
    ]


def pressed(call: Callable[[HTTPConnection], None], seconds: float) -> list[float]:
    until, taken, met = time.monotonic() + seconds, [], []

    def press() -> None:
        link = HTTPConnection("127.0.0.1", PORT, timeout=60)
        try:
            while (began := time.monotonic()) < until:
                call(link)
                taken.append(time.monotonic() - began)
        except Exception as error:
            met.append(error)
        finally:
            link.close()

    threads = [threading.Thread(target=press) for _each in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if met:
        raise met[0]
    return taken


def raw(url: dict[str, Any]) -> float:
    """Without a server: the rows, and what is made of them."""
    import psycopg2

    told = {name: url[name] for name in ("dbname", "host", "user") if name in url}
    link = psycopg2.connect(**told)
    done, until = 0, time.monotonic() + SLICE_SECONDS
    with link.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(RAW, [25])
            names = [column.name for column in cursor.description]
            json.dumps({"results": [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]}, default=str)
            done += 1
    link.close()
    return done / SLICE_SECONDS


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
